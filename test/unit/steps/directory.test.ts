import {chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {directory} from '../../../source/steps/directory.ts';
import {mine, Sandbox, shellsWithPath, shown} from './shells.ts';

// busybox's own rm has no --one-file-system; hosts have that of coreutils.
describe.each(shellsWithPath)('directory under %s', (...shell) => {
	test('is made with its parents, mode and owner, and then complies', () => {
		const host = new Sandbox();
		const path = host.path("a/it's $HOME");
		const script = directory({path, mode: '1777', ...mine});
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(statSync(path).mode & 0o7777).toBe(0o1777);
		expect(statSync(host.path('a')).mode & 0o7777).toBe(0o755);
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stderr: ''});
		chmodSync(path, 0o755);
		expect(host.check(shell, script.check).status).toBe(1);
	});

	test('keeps the mode of an existing one when none is asked for', () => {
		const host = new Sandbox();
		mkdirSync(host.path('data'));
		chmodSync(host.path('data'), 0o700);
		const script = directory({path: host.path('data')});
		expect(host.check(shell, script.check).status).toBe(0);
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(statSync(host.path('data')).mode & 0o7777).toBe(0o700);
	});

	test('only: other entries go, hidden ones and links too, what links point to stays', () => {
		const host = new Sandbox();
		const path = host.path('flags');
		mkdirSync(`${path}/folder/deep`, {recursive: true});
		mkdirSync(host.path('elsewhere'));
		writeFileSync(host.path('elsewhere/file'), '');
		for (const name of ['zk', "it's", '*', 'quorum', '.hidden', '..odd', 'new\nline'])
			writeFileSync(`${path}/${name}`, '');
		symlinkSync(host.path('elsewhere'), `${path}/link`);
		symlinkSync('nowhere', `${path}/dangling`);
		const script = directory({path, only: ['zk', "it's", '*', 'later']});
		expect(host.check(shell, script.check).status).toBe(1);
		const [current, candidate] = shown(host.check(shell, script.show ?? ''));
		expect(current?.split('\n')).toContain('quorum');
		expect(candidate).toBe("*\nit's\nzk\n");
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(readdirSync(path).sort()).toEqual(['*', "it's", 'zk']);
		expect(existsSync(host.path('elsewhere/file'))).toBe(true);
		expect(host.check(shell, script.check).status).toBe(0);
	});

	test('only: nothing at all', () => {
		const host = new Sandbox();
		const path = host.path('flags');
		const script = directory({path, only: []});
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(host.check(shell, script.check).status).toBe(0);
		writeFileSync(`${path}/.x`, '');
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(readdirSync(path)).toEqual([]);
	});

	test('a link to a folder on another disk is a folder; a file is refused in words', () => {
		const host = new Sandbox();
		mkdirSync(host.path('disk'));
		symlinkSync('disk', host.path('data'));
		expect(host.check(shell, directory({path: host.path('data')}).check).status).toBe(0);
		writeFileSync(host.path('file'), 'precious');
		const script = directory({path: host.path('file')});
		expect(host.check(shell, script.check)).toMatchObject({status: 2});
		expect(host.check(shell, script.check).stderr).toContain('exists and is no folder');
		expect(host.apply(shell, script.apply)).toMatchObject({status: 1});
	});
});
