import {existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {absent} from '../../../source/steps/absent.ts';
import {Sandbox, shellsWithPath, shown} from './shells.ts';

describe.each(shellsWithPath)('absent under %s', (...shell) => {
	test('a file, a folder with all below it and hostile names go; what is gone stays gone', () => {
		const host = new Sandbox();
		const names = ['file', 'folder', "it's $(touch x) `y` *", '-rf'];
		for (const name of names) {
			if (name === 'folder') mkdirSync(host.path('folder/below'), {recursive: true});
			else writeFileSync(host.path(name), 'x');
			const {check, apply} = absent({path: host.path(name)});
			expect(host.check(shell, check)).toMatchObject({status: 1, stderr: ''});
			expect(host.apply(shell, apply)).toMatchObject({status: 0, stderr: ''});
			expect(existsSync(host.path(name))).toBe(false);
			expect(host.check(shell, check).status).toBe(0);
			expect(host.apply(shell, apply).status).toBe(0);
		}
	});

	test('a symlink goes, what it points to stays; one that points nowhere is there too', () => {
		const host = new Sandbox();
		writeFileSync(host.path('target'), 'x');
		symlinkSync('target', host.path('link'));
		symlinkSync('nowhere', host.path('dangling'));
		for (const name of ['link', 'dangling']) {
			const {check, apply} = absent({path: host.path(name)});
			expect(host.check(shell, check).status).toBe(1);
			expect(host.apply(shell, apply).status).toBe(0);
			expect(host.check(shell, check).status).toBe(0);
		}
		expect(existsSync(host.path('target'))).toBe(true);
	});

	test('plan shows what would go', () => {
		const host = new Sandbox();
		writeFileSync(host.path('file'), 'x');
		const [before, after] = shown(host.check(shell, absent({path: host.path('file')}).show ?? ''));
		expect(before).toContain(host.path('file'));
		expect(after ?? '').toBe('');
	});
});

test.each(['/', '/etc', '/etc/', 'etc/mesos', '/etc/../usr', '/a\n/b'])('refuses to remove %j', path => {
	expect(() => absent({path})).toThrow();
});
