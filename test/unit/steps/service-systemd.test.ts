import {spawn} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type ServiceStep, service as serviceOn} from '../../../source/steps/service.ts';
import {Sandbox, shellsWithPath, shown} from './shells.ts';

const service = (step: ServiceStep) => serviceOn(step, {packages: 'dnf', services: 'systemd'});
const older = 'a'.repeat(64);
const newer = 'b'.repeat(64);

/** systemd with one unit: its properties are a file, and a verb that changes something writes the file `after-VERB` over it. */
const systemctl = `
case $1 in
show) cat "$SANDBOX/unit" ;;
is-active) grep -q '^ActiveState=active' "$SANDBOX/unit" ;;
*)
	echo "$*" >> "$SANDBOX/calls"
	[ ! -e "$SANDBOX/after-$1" ] || cp "$SANDBOX/after-$1" "$SANDBOX/unit"
	[ ! -e "$SANDBOX/fails-$1" ]
esac`;

type Unit = {load?: string; active?: string; sub?: string; file?: string; pid?: number; reload?: string};

describe.each(shellsWithPath)('service under %s', (...shell) => {
	test('enabled, active and with its configuration: complies', () => {
		const host = withUnit({pid: processWith(newer)});
		const script = service({unit: 'zookeeper', configuration: newer});
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stdout: '', stderr: ''});
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(calls(host)).toEqual(['daemon-reload', 'start zookeeper.service']);
	});

	test.each<[string, Unit]>([
		['unknown', {load: 'not-found', active: 'inactive', file: ''}],
		['stopped', {active: 'inactive', sub: 'dead', pid: 0}],
		['failed', {active: 'failed', sub: 'failed', pid: 0}],
		['between two automatic restarts', {active: 'activating', sub: 'auto-restart', pid: 0}],
		['disabled', {file: 'disabled'}],
		['older in memory than on disk', {reload: 'yes'}],
	])('%s: does not comply', (_, unit) => {
		const host = withUnit(unit);
		expect(host.check(shell, service({unit: 'zookeeper'}).check)).toMatchObject({status: 1, stderr: ''});
	});

	test('runs with older configuration: shown, and restarted once', () => {
		const host = withUnit({pid: processWith(older)});
		leadsTo(host, 'restart', {pid: processWith(newer)});
		const script = service({unit: 'zookeeper', configuration: newer});
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.check(shell, script.state ?? '').stdout).toBe('running\n');
		expect(shown(host.check(shell, script.show ?? ''))).toEqual([
			'active, enabled, configuration aaaaaaaaaaaa\n',
			'active, enabled, configuration bbbbbbbbbbbb\n',
		]);
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(calls(host)).toEqual(['daemon-reload', 'restart zookeeper.service']);
		expect(host.check(shell, script.check).status).toBe(0);
	});

	test('a hash that only begins or ends like the right one is another', () => {
		const host = withUnit({pid: processWith(`${newer}c`)});
		expect(host.check(shell, service({unit: 'x', configuration: newer}).check).status).toBe(1);
	});

	test('a new unit is loaded, enabled and started', () => {
		const host = withUnit({load: 'not-found', active: 'inactive', file: '', pid: 0});
		leadsTo(host, 'daemon-reload', {active: 'inactive', sub: 'dead', file: 'disabled', pid: 0});
		leadsTo(host, 'start', {pid: processWith(newer)});
		const script = service({unit: 'mesos-master', configuration: newer});
		expect(shown(host.check(shell, script.show ?? ''))).toEqual([
			undefined,
			expect.stringMatching(/^active, enabled, c/),
		]);
		expect(host.check(shell, script.state ?? '').stdout).toBe('stopped\n');
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(calls(host)).toEqual(['daemon-reload', 'enable mesos-master.service', 'start mesos-master.service']);
	});

	test('a changed unit file is read again; what runs without a configuration of ours is not restarted', () => {
		const host = withUnit({reload: 'yes'});
		leadsTo(host, 'daemon-reload', {});
		expect(host.apply(shell, service({unit: 'docker'}).apply).status).toBe(0);
		expect(calls(host)).toEqual(['daemon-reload', 'start docker.service']);
	});

	test('a failed unit starts from a clean slate', () => {
		const host = withUnit({active: 'failed', sub: 'failed', pid: 0});
		leadsTo(host, 'restart', {});
		expect(host.apply(shell, service({unit: 'marathon'}).apply).status).toBe(0);
		expect(calls(host)).toEqual(['daemon-reload', 'reset-failed marathon.service', 'restart marathon.service']);
	});

	test.each<[string, RegExp, (host: Sandbox) => void]>([
		['does not start', /did not start; its last words are above/, host => writeFileSync(host.path('fails-start'), '')],
		[
			'starts and falls',
			/is activating \(auto-restart\) a second later/,
			host => leadsTo(host, 'start', {active: 'activating', sub: 'auto-restart', pid: 0}),
		],
		[
			'starts, falls and is started again',
			/ended and was started again/,
			host => host.program('sleep', `sed -i s/^MainPID=.*/MainPID=2/ "$SANDBOX/unit"`),
		],
		[
			'runs with another configuration',
			/with another configuration than was written/,
			host => leadsTo(host, 'start', {pid: processWith(older)}),
		],
	])('a service that %s fails with its last words', (_, sentence, prepare) => {
		const host = withUnit({active: 'inactive', sub: 'dead', pid: 0});
		leadsTo(host, 'start', {pid: processWith(newer)});
		prepare(host);
		const run = host.apply(shell, service({unit: 'chronos', configuration: newer}).apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toMatch(sentence);
		if (sentence.source.includes('last words')) expect(run.stderr).toContain('Address already in use');
	});

	test('whoever has its port is named, when the daemon says that it is taken', () => {
		const host = withUnit({active: 'inactive', sub: 'dead', pid: 0});
		const line = 'LISTEN 0 1 0.0.0.0:8080 0.0.0.0:* users:(("perl",pid=52,fd=3),("perl",pid=53,fd=3))';
		host.program('ss', `case $* in *'sport = :8080'*) echo '${line}' ;; esac`);
		leadsTo(host, 'start', {active: 'activating', sub: 'auto-restart', pid: 0});
		const apply = (unit: string) => host.apply(shell, service({unit, configuration: newer}).apply).stderr;
		expect(apply('marathon')).toContain('Port 8080 is taken by perl (pid 52).');
		expect(apply('chronos')).not.toContain('taken');
		host.program('journalctl', 'echo "out of luck"');
		expect(apply('marathon')).not.toContain('taken');
	});

	test('a masked and a missing unit are named', () => {
		const masked = withUnit({load: 'masked', active: 'inactive', file: 'masked'});
		expect(masked.apply(shell, service({unit: 'docker'}).apply).stderr).toContain('systemctl unmask docker.service');
		const missing = withUnit({load: 'not-found', active: 'inactive', file: ''});
		expect(missing.apply(shell, service({unit: 'docker'}).apply).stderr).toContain(
			'systemd knows no unit docker.service',
		);
	});

	test('a timer has no process and needs none', () => {
		const host = withUnit({sub: 'waiting'});
		writeFileSync(host.path('unit'), readFileSync(host.path('unit'), 'utf8').replace(/MainPID=.*\n/, ''));
		const script = service({unit: 'docker-prune.timer'});
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stderr: ''});
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
	});

	test('systemd that does not answer is an error, not a finding', () => {
		const host = withUnit({});
		host.program('systemctl', 'echo "Failed to connect to bus" >&2; exit 1');
		expect(host.check(shell, service({unit: 'docker'}).check)).toMatchObject({status: 2});
	});
});

function withUnit(unit: Unit): Sandbox {
	const host = new Sandbox();
	host.program('systemctl', systemctl);
	// As the real one does: with --since its -n counts from the front.
	const first = 'case "$*" in *" -n "*) seq 60; exit ;; esac; seq 200';
	host.program('journalctl', `${first}; echo "java.net.BindException: Address already in use"`);
	host.program('sleep', '');
	writeFileSync(host.path('calls'), '');
	writeFileSync(host.path('unit'), properties(unit));
	return host;
}

function leadsTo(host: Sandbox, verb: string, unit: Unit): void {
	writeFileSync(host.path(`after-${verb}`), properties(unit));
}

/** In systemd's order, which is not the order of the question. */
function properties({
	load = 'loaded',
	active = 'active',
	sub = 'running',
	file = 'enabled',
	pid = 1,
	reload = 'no',
}: Unit): string {
	return `MainPID=${pid}\nLoadState=${load}\nActiveState=${active}\nSubState=${sub}\nUnitFileState=${file}\nNeedDaemonReload=${reload}\n`;
}

function calls(host: Sandbox): string[] {
	return readFileSync(host.path('calls'), 'utf8').split('\n').filter(Boolean);
}

/** The id of a real process with this hash in its environment. */
function processWith(hash: string): number {
	const child = spawn('tail', ['-f', '/dev/null'], {
		stdio: 'ignore',
		env: {A: 'line\nMESOS_SETUP_CONFIGURATION=not this', MESOS_SETUP_CONFIGURATION: hash, PATH: process.env.PATH},
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	return child.pid ?? 0;
}
