import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {cellsOf} from '../../screenshots/cells.ts';
import {drawScreen} from '../../screenshots/svg.ts';

const draw = async (written: string, columns = 12, rows = 2) =>
	drawScreen(await cellsOf(written, columns, rows), 'A <title>');

/** Names of all elements, every one of them closed in its turn. */
function elementsOf(svg: string): string[] {
	const open: string[] = [];
	const names: string[] = [];
	for (const [, end, name = '', single] of svg.matchAll(/<(\/?)(\w+)(?: [\w:-]+="[^"<]*")*(\/?)>/g)) {
		if (end) expect(open.pop()).toBe(name);
		else {
			names.push(name);
			if (!single) open.push(name);
		}
	}
	expect(open).toEqual([]);
	// What is left are texts, in which nothing may open an element.
	expect(svg.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot);)/);
	return names;
}

describe('a screen as a picture', () => {
	test('texts stand in their cells, in their colours, with nothing in them taken for markup', async () => {
		const svg = await draw('a <&> \u001b[1;31mred\u001b[0m');
		expect(svg).toContain('>a &lt;&amp;&gt;</text>');
		expect(svg).toMatch(/<text x="66.4" [^>]*textLength="25.2" fill="#e06c75" font-weight="bold">red</);
		expect(svg).toContain('<title>A &lt;title&gt;</title>');
		expect(elementsOf(svg).filter(name => name === 'text')).toHaveLength(2);
	});

	test('frames are drawn, so that they meet in any font', async () => {
		const svg = await draw('╭─╮\r\n┗━┛');
		expect(elementsOf(svg)).toEqual(['svg', 'title', 'rect', 'path', 'path', 'g']);
	});

	test('inverse and quiet cells look so; the second half of a wide sign takes no place in the text', async () => {
		const svg = await draw('\u001b[7mx\u001b[0m\u001b[2my\u001b[0m名z');
		expect(svg).toMatch(/<rect x="16" [^>]*fill="#d7dae0"\/>/);
		expect(svg).toMatch(/fill="#16181d">x</);
		expect(svg).toMatch(/fill="#80868f">y</);
		expect(svg).toMatch(/x="49.6"[^>]*>z</);
		elementsOf(svg);
	});
});

describe('the pictures of the README', () => {
	const top = join(import.meta.dirname, '../../..');
	const named = [...readFileSync(join(top, 'README.md'), 'utf8').matchAll(/\((test\/screenshots\/[^)]+)\)/g)];
	const files = readdirSync(join(top, 'test/screenshots')).filter(name => name.endsWith('.svg'));

	test('are the ones there are', () => {
		expect(named.map(([, path]) => path).sort()).toEqual(files.map(name => `test/screenshots/${name}`).sort());
	});

	test.each(files)('%s is small and whole', name => {
		const svg = readFileSync(join(top, 'test/screenshots', name), 'utf8');
		expect(svg.length).toBeLessThan(60_000);
		expect(elementsOf(svg).length).toBeGreaterThan(20);
	});
});
