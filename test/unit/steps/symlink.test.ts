import {existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {absent} from '../../../source/steps/absent.ts';
import {symlink} from '../../../source/steps/symlink.ts';
import {Sandbox, shells, shellsWithPath, shown} from './shells.ts';

describe.each(shells)('symlink under %s', (...shell) => {
	test('is made, complies, and is switched', () => {
		const host = new Sandbox();
		const path = host.path('current');
		const first = symlink({path, target: "-1.0 $(touch canary) '"});
		expect(host.check(shell, first.check).status).toBe(1);
		expect(host.apply(shell, first.apply)).toMatchObject({status: 0, stderr: ''});
		expect(readlinkSync(path)).toBe("-1.0 $(touch canary) '");
		expect(host.check(shell, first.check).status).toBe(0);
		const second = symlink({path, target: '2.0'});
		expect(host.check(shell, second.check).status).toBe(1);
		expect(shown(host.check(shell, second.show ?? ''))).toEqual(["-1.0 $(touch canary) '\n", '2.0\n']);
		expect(host.apply(shell, second.apply).status).toBe(0);
		expect(readlinkSync(path)).toBe('2.0');
	});

	test('switches a link to a folder instead of putting one into it', () => {
		const host = new Sandbox();
		mkdirSync(host.path('1.0'));
		symlinkSync('1.0', host.path('current'));
		expect(host.apply(shell, symlink({path: host.path('current'), target: '2.0'}).apply).status).toBe(0);
		expect(readlinkSync(host.path('current'))).toBe('2.0');
		expect(readdirSync(host.path('1.0'))).toEqual([]);
	});

	test('replaces a file, refuses a folder', () => {
		const host = new Sandbox();
		writeFileSync(host.path('file'), '');
		expect(host.apply(shell, symlink({path: host.path('file'), target: 'x'}).apply).status).toBe(0);
		expect(lstatSync(host.path('file')).isSymbolicLink()).toBe(true);
		mkdirSync(host.path('folder'));
		const refused = host.apply(shell, symlink({path: host.path('folder'), target: 'x'}).apply);
		expect(refused).toMatchObject({status: 1});
		expect(refused.stderr).toContain('is a folder');
	});
});

describe.each(shellsWithPath)('absent under %s', (...shell) => {
	test.each<[string, (path: string) => void]>([
		['a file', path => writeFileSync(path, '')],
		['a folder', path => mkdirSync(`${path}/deep/.deeper`, {recursive: true})],
		['a dangling link', path => symlinkSync('nowhere', path)],
		['a link to a folder', path => symlinkSync('kept', path)],
	])('removes %s', (_, create) => {
		const host = new Sandbox();
		mkdirSync(host.path('kept/inside'), {recursive: true});
		const path = host.path('-rf $(touch canary)');
		const script = absent({path});
		expect(host.check(shell, script.check).status).toBe(0);
		create(path);
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(host.check(shell, script.check).status).toBe(0);
		expect(existsSync(host.path('kept/inside'))).toBe(true);
	});
});

test.each(['/', '/etc', '/etc/', '/etc/../usr', '//etc/x', 'etc/x', '/var/lib/x/', '/a/\0', ''])(
	'never removes %j',
	path => {
		expect(() => absent({path})).toThrow('cannot be used as a path');
	},
);
