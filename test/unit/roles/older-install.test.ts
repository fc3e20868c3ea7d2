import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {stopForeign} from '../../../roles/older-install.ts';

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'older-install-'));
	mkdirSync(join(root, 'sys/fs/cgroup/system.slice/mesos-master.service'), {recursive: true});
	mkdirSync(join(root, 'etc/systemd/system/multi-user.target.wants'), {recursive: true});
});
afterEach(() => rmSync(root, {recursive: true}));

/** Titles of what does not comply on a host whose files are below `root`. */
function found(role: 'master' | 'slave'): string[] {
	return stopForeign({role}).flatMap(step => {
		if (step.kind !== 'command') return [];
		const check = step.check.replaceAll(' /', ` ${root}/`);
		try {
			execFileSync('sh', ['-c', check]);
			return [];
		} catch {
			return [step.title];
		}
	});
}

test("a master's own unit may run, an agent beside it may not", () => {
	expect(found('master')).toEqual([]);
	mkdirSync(join(root, 'sys/fs/cgroup/system.slice/mesos-agent.service'));
	expect(found('master')).toEqual(['stop service mesos-agent']);
});

test('on a slave an old master is found running, and what would start an old agent at the next boot', () => {
	expect(found('slave')).toEqual(['stop service mesos-master']);
	symlinkSync('/dev/null', join(root, 'etc/systemd/system/multi-user.target.wants/mesos-slave.service'));
	expect(found('slave')).toEqual(['stop service mesos-master', 'stop service mesos-slave']);
});

test('so it is where systemd has version 1 of control groups', () => {
	mkdirSync(join(root, 'sys/fs/cgroup/systemd/system.slice/mesos-slave.service'), {recursive: true});
	expect(found('master')).toEqual(['stop service mesos-slave']);
});
