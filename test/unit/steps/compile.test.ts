import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {amazonLinux2023} from '../../../source/sources/platforms/amazon-linux-2023.ts';
import {compile} from '../../../source/steps/compile.ts';
import type {Step} from '../../../source/steps/step.ts';
import {Sandbox, shells} from './shells.ts';

const defaults = {timeout: 600_000, system: amazonLinux2023.system} as const;
const hex = 'a'.repeat(64);

/** One of each kind, none of which any machine complies with. */
const steps: Step[] = [
	{kind: 'file', title: 'file', path: '/no-such/file', content: "it's"},
	{kind: 'directory', title: 'directory', path: '/no-such/folder', mode: '755', only: ['a']},
	{kind: 'symlink', title: 'symlink', path: '/no-such/link', target: 'x'},
	{kind: 'absent', title: 'absent', path: '/proc/self'},
	{kind: 'group', title: 'group', name: 'no-such-group'},
	{kind: 'user', title: 'user', name: 'no-such-user', groups: ['a']},
	{kind: 'block', title: 'block', path: '/no-such/hosts', marker: 'mesos-setup', lines: ['a']},
	{kind: 'package', title: 'package', names: [{name: 'no-such-package', version: '1'}]},
	{kind: 'repository', title: 'repository', id: 'no-such-repository', baseurl: 'http://a/', unsigned: true},
	{
		kind: 'archive',
		title: 'archive',
		url: 'http://a/b.tgz',
		checksum: {algorithm: 'sha256', hex},
		directory: '/no-such/directory',
		link: '/no-such/current',
	},
	{kind: 'image', title: 'image', ref: 'no-such-image:1', digest: `sha256:${hex}`},
	{kind: 'service', title: 'service', unit: 'no-such', configuration: hex},
	{kind: 'command', title: 'command', check: 'return 1', apply: 'false'},
];

describe.each(shells)('every kind under %s', (...shell) => {
	test.each(steps)('$kind leaves the shell that checks as it was', step => {
		const host = new Sandbox();
		host.program('rpm', 'echo "no package provides it"; exit 1');
		host.program('docker', 'exit 1');
		host.program('systemctl', 'echo "LoadState=not-found ActiveState=inactive"');
		const {check, show, state} = compile(step, defaults);
		const run = host.check(
			shell,
			`set -- one two; set > "$SANDBOX/before"; ${check}
echo "status $?"
${show ?? ':'} > /dev/null
${state ?? ':'} > /dev/null
echo "$#"; set > "$SANDBOX/after"`,
		);
		expect(run).toMatchObject({stdout: 'status 1\n2\n', stderr: ''});
		const before = variables(host.path('before'));
		const strangers = [...variables(host.path('after'))].filter(([name, value]) => before.get(name) !== value);
		// The last two are bash's own.
		expect(strangers.map(([name]) => name).filter(name => !/^(_\w*|BASH_\w+|PIPESTATUS)$/.test(name))).toEqual([]);
	});
});

test('every kind has the parts its reader needs', () => {
	for (const step of steps) {
		const compiled = compile(step, defaults);
		expect(compiled).toMatchObject({title: step.title, timeout: 600_000, secret: false});
		expect(compiled.kill).toBe(step.kind !== 'package');
		expect(compiled.live).toBe(['package', 'archive', 'image'].includes(step.kind));
		expect(compiled.state !== undefined).toBe(step.kind === 'service');
	}
});

test('a secret step shows nothing, a step may have its own time', () => {
	const step: Step = {kind: 'file', title: 'key', path: '/a', content: 'x', secret: true, timeout: 5};
	expect(compile(step, defaults)).toMatchObject({show: undefined, secret: true, live: false, timeout: 5});
});

test('errors have control characters made visible', () => {
	const step: Step = {kind: 'file', title: 'file', path: '\u001b[2J\u009b', content: ''};
	expect(() => compile(step, defaults)).toThrow("'\\x1b[2J\\x9b' cannot be used as a path on a host.");
});

function variables(file: string): Map<string, string> {
	const lines = readFileSync(file, 'utf8').matchAll(/^(\w+)=(.*)$/gm);
	return new Map([...lines].map(([, name = '', value = '']) => [name, value]));
}
