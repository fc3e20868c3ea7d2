import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {expect, test} from 'vitest';

const top = join(import.meta.dirname, '../..');

// DESIGN: imports only go down. A folder may import itself and what is listed behind it.
const ground = ['source/cluster'];
const floors: Record<string, string[]> = {
	'source/cluster': [],
	'source/steps': [...ground],
	'source/remote': ['source/steps', ...ground],
	'source/sources': ['source/steps', ...ground],
	// Only the words of events and gates, no behaviour, come from above.
	'source/health': ['source/steps', ...ground],
	'source/discovery': ['source/remote', ...ground],
	roles: ['source/steps', 'source/sources', ...ground],
	'source/pipeline': [
		'roles',
		'source/steps',
		'source/remote',
		'source/sources',
		'source/health',
		'source/discovery',
		...ground,
	],
	'source/panels': ['source/pipeline', ...ground],
	'source/wizard': [
		'source/pipeline',
		'source/panels',
		'source/discovery',
		'source/health',
		'source/sources',
		'source/remote',
		...ground,
	],
	'source/commands': [
		'source/wizard',
		'source/panels',
		'source/pipeline',
		'roles',
		'source/remote',
		'source/sources',
		'source/health',
		'source/discovery',
		...ground,
	],
	source: ['source/commands', ...ground],
};

const files = ['source', 'roles'].flatMap(folder =>
	readdirSync(join(top, folder), {recursive: true, encoding: 'utf8'})
		.filter(name => /\.tsx?$/.test(name))
		.map(name => join(folder, name)),
);

/** The deepest floor a file belongs to. */
const floorOf = (file: string) =>
	Object.keys(floors)
		.filter(floor => dirname(file) === floor || dirname(file).startsWith(`${floor}/`))
		.sort((a, b) => b.length - a.length)[0];

const importsOf = (file: string) => {
	const text = readFileSync(join(top, file), 'utf8');
	const found = text.matchAll(/^\s*(import type |import |export )[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm);
	return [...found].map(match => ({
		type: match[1] === 'import type ',
		target: normalize(join(dirname(file), match[2] ?? match[3] ?? '')),
	}));
};

test.each(files)('%s imports only downwards', file => {
	const floor = floorOf(file);
	expect(floor, `${file} lies in no floor`).toBeDefined();
	for (const {target, type} of importsOf(file)) {
		const below = floorOf(target);
		// The words events are written in are everyone's; they carry no behaviour.
		if (type && target === 'source/pipeline/events.ts') continue;
		expect([floor, ...(floors[floor as string] as string[])], `${file} imports ${target}`).toContain(below);
	}
});

test('no file over 300 lines, no barrel, no utils', () => {
	for (const file of files) {
		const text = readFileSync(join(top, file), 'utf8');
		expect(text.split('\n').length, file).toBeLessThanOrEqual(301);
		expect(file).not.toMatch(/(utils?|index|helpers?)\.tsx?$/);
	}
});

test('only remote/ imports ssh2, only discovery/ the AWS SDK, only panels/ and wizard/ ink', () => {
	const allowed: Record<string, RegExp> = {
		ssh2: /^source\/remote\//,
		'@aws-sdk': /^source\/discovery\//,
		ink: /^source\/(panels|wizard)\//,
	};
	for (const file of files) {
		const text = readFileSync(join(top, file), 'utf8');
		for (const [name, folder] of Object.entries(allowed)) {
			if (new RegExp(`from '${name}['/]`).test(text)) expect(file).toMatch(folder);
		}
	}
});
