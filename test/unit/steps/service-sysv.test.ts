import {spawn} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, onTestFinished, test} from 'vitest';
import {service} from '../../../source/steps/service.ts';
import {sysvService} from '../../../source/steps/service-sysv.ts';
import {Sandbox, shellsWithPath, shown} from './shells.ts';

const older = 'a'.repeat(64);
const newer = 'b'.repeat(64);

/** A host with one init script; `own` says whether it is of the tool's. */
function withScript(own: boolean): Sandbox {
	const host = new Sandbox();
	for (const folder of ['etc/init.d', 'etc/rc3.d', 'var/run/mesos-setup'])
		mkdirSync(host.path(folder), {recursive: true});
	writeFileSync(host.path('etc/init.d/docker'), own ? '#!/bin/sh\n# mesos-setup: x\n' : '#!/bin/sh\n');
	host.program(
		'service',
		`echo "$*" >> "$SANDBOX/calls"
case $2 in
status) [ -e "$SANDBOX/running" ] ;;
start | restart) [ ! -e "$SANDBOX/fails" ] && touch "$SANDBOX/running" ;;
esac`,
	);
	host.program('chkconfig', 'echo "chkconfig $*" >> "$SANDBOX/calls"; touch "$SANDBOX/etc/rc3.d/S95$1"');
	host.program('sleep', ':');
	return host;
}

const verbs = (host: Sandbox) =>
	readFileSync(host.path('calls'), 'utf8')
		.split('\n')
		.filter(line => line !== '' && !line.endsWith(' status'));

describe.each(shellsWithPath)('a service of init scripts under %s', (...shell) => {
	test('of the system’s own: enabled, started, its configuration written down; then restarted only for another one', () => {
		const host = withScript(false);
		const step = sysvService({unit: 'docker', configuration: newer}, host.folder);
		expect(host.check(shell, step.check)).toMatchObject({status: 1, stderr: ''});
		expect(host.check(shell, step.state ?? '').stdout).toBe('stopped\n');
		expect(host.apply(shell, step.apply)).toMatchObject({status: 0, stderr: ''});
		expect(verbs(host)).toEqual(['chkconfig docker on', 'docker start']);
		expect(host.check(shell, step.check).status).toBe(0);
		expect(shown(host.check(shell, step.show ?? ''))[0]).toBe('running, enabled\n');
		const other = sysvService({unit: 'docker', configuration: older}, host.folder);
		expect(host.check(shell, other.check).status).toBe(1);
		expect(host.check(shell, other.state ?? '').stdout).toBe('running\n');
		expect(host.apply(shell, other.apply).status).toBe(0);
		expect(verbs(host).at(-1)).toBe('docker restart');
		expect(host.check(shell, other.check).status).toBe(0);
	});

	test('of the tool’s: the process tells what it runs with', () => {
		const host = withScript(true);
		const child = spawn('sleep', ['600'], {env: {MESOS_SETUP_CONFIGURATION: newer}});
		onTestFinished(() => void child.kill());
		writeFileSync(host.path('var/run/mesos-setup/docker.pid'), `${child.pid}\n`);
		writeFileSync(host.path('running'), '');
		writeFileSync(host.path('etc/rc3.d/S90docker'), '');
		expect(host.check(shell, sysvService({unit: 'docker', configuration: newer}, host.folder).check).status).toBe(0);
		const stale = sysvService({unit: 'docker', configuration: older}, host.folder);
		expect(host.check(shell, stale.check)).toMatchObject({status: 1, stderr: ''});
		const run = host.apply(shell, stale.apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toContain('another configuration than was written');
	});

	test('running and not enabled does not comply, nor does enabled and stopped', () => {
		const host = withScript(false);
		const {check} = sysvService({unit: 'docker'}, host.folder);
		writeFileSync(host.path('running'), '');
		expect(host.check(shell, check).status).toBe(1);
		writeFileSync(host.path('etc/rc3.d/S90docker'), '');
		expect(host.check(shell, check).status).toBe(0);
	});

	test('one that does not start, and one that is not there, are named', () => {
		const host = withScript(false);
		writeFileSync(host.path('fails'), '');
		expect(host.apply(shell, sysvService({unit: 'docker'}, host.folder).apply).stderr).toContain(
			'docker did not start',
		);
		expect(host.apply(shell, sysvService({unit: 'ntpd'}, host.folder).apply).stderr).toContain('no /etc/init.d/ntpd');
	});
});

test('a unit name is checked before it reaches a shell', () => {
	const system = {packages: 'yum', services: 'sysv'} as const;
	expect(() => service({unit: 'a; id'}, system)).toThrow('cannot be used as a unit name');
});
