import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {withTable} from '../../bench/readme-table.ts';

const top = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(top, path), 'utf8');

test('the table in the README says what bench.json says', () => {
	const readme = read('README.md');
	expect(withTable(readme, JSON.parse(read('test/bench/bench.json'))) === readme, 'npm run bench writes both').toBe(
		true,
	);
});

test('a table that says something else is replaced, and nothing around it', () => {
	const measured = {measured: 'today', machine: 'this', node: '24', results: []};
	const readme = 'before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n';
	const written = withTable(readme, measured);
	expect(written).toMatch(
		/^before\n<!-- bench -->\n\| key [\s\S]*Measured today on this, Node 24\.\n<!-- \/bench -->\nafter\n$/,
	);
	expect(withTable(written, measured)).toBe(written);
	expect(() => withTable('no place', measured)).toThrow('README.md has no lines');
});
