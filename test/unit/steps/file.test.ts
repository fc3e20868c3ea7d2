import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {file} from '../../../source/steps/file.ts';
import {mine, Sandbox, shells, shellsWithPath, shown} from './shells.ts';

const contents: [string, string | Uint8Array][] = [
	['a line', 'zk://10.0.1.10:2181/mesos\n'],
	['nothing', ''],
	['no newline at its end', 'a'],
	['newlines only', '\n\n\n'],
	['spaces around lines', '  a \t\n\tb  '],
	['quotes and expansions', `'"\`$(touch canary)\`$HOME \\n \\ %s %d ! * ~ #\n`],
	['a backslash at its end', 'a\\'],
	['escape codes', '\u001b[31mred\u001b[0m\u0007\r\n'],
	['unicode', 'zażółć 🐘 \u202e \ufeff\n'],
	['bytes that are no text', Uint8Array.from({length: 256}, (_, index) => index)],
	['a large text', 'line\n'.repeat(20_000)],
];

describe.each(shells)('file under %s', (...shell) => {
	test.each(contents)('%s', (_, content) => {
		const host = new Sandbox();
		const path = host.path("it's $(touch canary) \u001b[0m");
		const script = file({path, content, ...mine});
		expect(host.check(shell, script.check)).toMatchObject({status: 1, stdout: '', stderr: ''});
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(readFileSync(path)).toEqual(Buffer.from(content));
		expect(statSync(path).mode & 0o7777).toBe(0o644);
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stdout: '', stderr: ''});
		expect(existsSync('canary')).toBe(false);
	});

	test.each<[string, (path: string) => void]>([
		['one byte more', path => writeFileSync(path, 'abc\n\n')],
		['one byte other', path => writeFileSync(path, 'abd\n')],
		['a NUL that read would drop', path => writeFileSync(path, 'a\0bc\n')],
		['a NUL in place of the newline', path => writeFileSync(path, 'abc\0')],
		['another mode', path => chmodSync(path, 0o600)],
		['a symlink to the right content', path => relink(path)],
	])('finds and mends %s', (_, drift) => {
		const host = new Sandbox();
		const path = host.path('file');
		const script = file({path, content: 'abc\n', ...mine});
		writeFileSync(path, 'abc\n');
		chmodSync(path, 0o644);
		expect(host.check(shell, script.check).status).toBe(0);
		drift(path);
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(host.check(shell, script.check).status).toBe(0);
		expect(readFileSync(path, 'utf8')).toBe('abc\n');
	});

	test('a changed byte in a large file', () => {
		const host = new Sandbox();
		const path = host.path('file');
		const script = file({path, content: 'a'.repeat(10_000), ...mine});
		expect(host.apply(shell, script.apply).status).toBe(0);
		writeFileSync(path, `${'a'.repeat(9999)}b`);
		expect(host.check(shell, script.check).status).toBe(1);
	});

	test('mode is set in full, whatever was there', () => {
		const host = new Sandbox();
		const path = host.path('file');
		const script = file({path, content: 'a', mode: '0600', ...mine});
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(statSync(path).mode & 0o7777).toBe(0o600);
		expect(host.check(shell, script.check).status).toBe(0);
	});

	test('refuses a missing folder and a folder in its place, in words', () => {
		const host = new Sandbox();
		const orphan = host.apply(shell, file({path: host.path('no/file'), content: '', ...mine}).apply);
		expect(orphan).toMatchObject({status: 1});
		expect(orphan.stderr).toContain(`The folder ${host.path('no')} does not exist`);
		mkdirSync(host.path('folder/inside'), {recursive: true});
		const folder = host.apply(shell, file({path: host.path('folder'), content: '', ...mine}).apply);
		expect(folder).toMatchObject({status: 1});
		expect(folder.stderr).toContain('is a folder');
		expect(existsSync(host.path('folder/inside'))).toBe(true);
	});

	test('leaves nothing behind and takes over what a killed run left', () => {
		const host = new Sandbox();
		writeFileSync(host.path('.file.mesos-setup'), 'half');
		const script = file({path: host.path('file'), content: 'whole', ...mine});
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(existsSync(host.path('.file.mesos-setup'))).toBe(false);
		const failing = file({path: host.path('file'), content: 'other', ...mine, owner: 'nobody-of-this-name'});
		expect(host.apply(shell, failing.apply)).toMatchObject({status: 1});
		expect(readFileSync(host.path('file'), 'utf8')).toBe('whole');
		expect(existsSync(host.path('.file.mesos-setup'))).toBe(false);
	});

	test('shows text, and says of what it cannot show how big it is', () => {
		const host = new Sandbox();
		const path = host.path('file');
		const show = (content: string) => shown(host.check(shell, file({path, content, ...mine}).show ?? ''));
		expect(show('new\n')).toEqual([undefined, 'new\n']);
		writeFileSync(path, 'old\u001b\n');
		chmodSync(path, 0o644);
		expect(show('new\n')).toEqual(['old\u001b\n', 'new\n']);
		chmodSync(path, 0o600);
		const owner = `${mine.owner} ${mine.group}`;
		expect(show('new\n')).toEqual([
			`(mode and owner: 600 ${owner})\nold\u001b\n`,
			`(mode and owner: 644 ${owner})\nnew\n`,
		]);
		chmodSync(path, 0o644);
		writeFileSync(path, 'a\0b');
		expect(show('new\n')).toEqual([
			expect.stringMatching(/^\(3 bytes, sha256 [0-9a-f]{64}\)\n$/),
			expect.stringMatching(/^\(4 bytes, sha256 [0-9a-f]{64}\)\n$/),
		]);
		writeFileSync(path, 'a'.repeat(262_145));
		expect(show('new\n')[0]).toMatch(/^\(262145 bytes/);
	});
});

// busybox's own mv -T refuses this; hosts have that of coreutils.
describe.each(shellsWithPath)('file under %s', (...shell) => {
	test('takes the place of a link to a folder instead of going into it', () => {
		const host = new Sandbox();
		mkdirSync(host.path('folder'));
		symlinkSync('folder', host.path('file'));
		expect(host.apply(shell, file({path: host.path('file'), content: 'a', ...mine}).apply).status).toBe(0);
		expect(readFileSync(host.path('file'), 'utf8')).toBe('a');
		expect(readdirSync(host.path('folder'))).toEqual([]);
	});

	test('hostile names and contents, many in one shell', () => {
		const host = new Sandbox();
		const text = fc.oneof(
			fc.string({unit: 'binary', maxLength: 40}),
			fc.string({unit: fc.constantFrom(...`'"\\\`$(){};&|<>*?[]!#~ \n\r\t\u001b\u0081\u007f%-`), maxLength: 40}),
			fc.constantFrom('$(touch canary)', '`touch canary`', "'; touch canary; '", '-rf', '\\c', 'a\n\n'),
		);
		const name = text.map(value => `-${value.replaceAll(/[\0\n/]/g, '').toWellFormed()}`);
		const content = fc.oneof(
			text.map(value => value.toWellFormed()),
			fc.uint8Array({maxLength: 100}),
		);
		const entries = fc.uniqueArray(fc.record({name, content}), {
			minLength: 40,
			maxLength: 40,
			selector: entry => entry.name,
		});
		fc.assert(
			fc.property(entries, files => {
				const scripts = files.map(entry => file({path: host.path(entry.name), content: entry.content, ...mine}));
				const applied = host.apply(shell, scripts.map(({apply}) => `(\n${apply}\n)`).join('\n'));
				expect(applied).toMatchObject({status: 0, stdout: '', stderr: ''});
				const checked = host.check(shell, scripts.map(({check}) => `${check}\necho $?`).join('\n'));
				expect(checked).toMatchObject({stdout: '0\n'.repeat(files.length), stderr: ''});
				for (const entry of files) {
					expect(readFileSync(host.path(entry.name))).toEqual(Buffer.from(entry.content));
					rmSync(host.path(entry.name));
				}
			}),
			{numRuns: 4},
		);
		expect(existsSync('canary')).toBe(false);
	});
});

function relink(path: string): void {
	writeFileSync(`${path}.real`, 'abc\n');
	chmodSync(`${path}.real`, 0o644);
	rmSync(path);
	symlinkSync(`${path}.real`, path);
}
