import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {hostScript, parseHostProbe} from '../../../../source/pipeline/doctor/host-probe.ts';
import {judgeHost} from '../../../../source/pipeline/doctor/judge-host.ts';
import {cluster, facts, host} from '../../roles/cluster-fixture.ts';
import {complaintsOf, healthyOutput, probeWith} from './fixtures.ts';

const whole = cluster(1, 1);
const master = host('master-1', 'master', '10.0.1.11');
const slave = host('slave-1', 'slave', '10.0.1.101');
const judge = (section: string, ...lines: string[]) =>
	complaintsOf(judgeHost(master, whole, facts(), probeWith(section, ...lines)));

test('a fresh host has nothing wrong', () => {
	const checks = judgeHost(master, whole, facts(), parseHostProbe(healthyOutput));
	expect(complaintsOf(checks)).toEqual([]);
	expect(checks.find(({check}) => check === 'ports')?.detail).toBe(
		'2181, 2888, 3888, 5050, 8080, 8090, 8081, 8091 are free',
	);
});

// Blocks of 4 KiB: 25600 are 100 MB.
test.each<[string, string[], string[]]>([
	['full', ['/ rw / 25600 4096 100 0'], ['failed disk: / has only 100 MB free, and the installation needs 1.0 GB']],
	['nearly full', ['/ rw / 512000 4096 0 0'], ['warn disk: / has 2.0 GB free; 2.9 GB']],
	['out of inodes', ['/ rw / 4614400 4096 655360 12'], ['failed disk: / has room for only 12 more files (inodes)']],
	['read-only', ['/ ro / 4614400 4096 0 0'], ['failed disk: / is mounted read-only']],
	[
		'a small volume for one thing',
		['/ rw / 4614400 4096 0 0', '/var/lib/mesos rw /var/lib/mesos 2048 4096 0 0'],
		['failed disk: /var/lib/mesos has only 8 MB free, and the installation needs 200 MB'],
	],
	[
		'a mount point further up',
		['/ rw / 4614400 4096 0 0', '/var/log rw /var 2048 4096 0 0'],
		['failed disk: /var (for /var/log) has only 8 MB free'],
	],
])('a disk that is %s', (_, lines, expected) => {
	const found = judge('disk', ...lines);
	expect(found.map(line => expected.find(start => line.startsWith(start)))).toEqual(expected);
});

test('a file system that counts no inodes has enough of them', () => {
	expect(judge('disk', '/ rw / 4614400 4096 0 0')).toEqual([]);
});

test('a port taken by a process, a service, somebody unknown', () => {
	expect(
		judge('listening', '0.0.0.0:8080 411 python3 /user.slice/user-1000.slice/session-1.scope', 'complete')[0],
	).toMatch(/^failed port 8080: Port 8080 of Marathon is taken by python3 \(pid 411\).*"sudo kill 411"/);
	expect(judge('listening', '*:8081 77 httpd /system.slice/httpd.service', 'complete')[0]).toMatch(
		/^failed port 8081: Port 8081 of Chronos .*httpd.service.*systemctl disable --now httpd\.service/,
	);
	expect(judge('listening', '[::]:2181 ? ? ', 'complete')).toHaveLength(1);
});

test('a port used by its own daemon is no trouble, in a container neither', () => {
	const running = facts({units: {'mesos-master': 'active', marathon: 'active'}, host_json: '{}'});
	const lines = [
		'10.0.1.11:5050 50 mesos-master /system.slice/mesos-master.service',
		'*:8080 90 java /system.slice/docker-0a1b.scope',
		'complete',
	];
	expect(complaintsOf(judgeHost(master, whole, running, probeWith('listening', ...lines)))).toEqual([]);
	// The same container port without an active unit of ours is somebody else's.
	const stopped = facts({units: {'mesos-master': 'active', marathon: 'activating'}, host_json: '{}'});
	expect(complaintsOf(judgeHost(master, whole, stopped, probeWith('listening', ...lines)))).toEqual([
		expect.stringContaining('Port 8080 of Marathon is taken by java (pid 90)'),
	]);
});

test("a slave's ports are its own", () => {
	const probe = probeWith('listening', '0.0.0.0:8080 1 nginx /system.slice/nginx.service', 'complete');
	expect(complaintsOf(judgeHost(slave, whole, facts(), probe))).toEqual([]);
});

test('without ss nobody claims that ports are free', () => {
	expect(judge('listening')).toEqual([expect.stringMatching(/^warn ports: .*no "ss"/)]);
});

test.each<[string, string[], RegExp]>([
	[
		'package_lock',
		['4711 dnf-automatic /system.slice/dnf-automatic.service'],
		/^failed package manager: .*dnf-automatic \(pid 4711\).*Wait/,
	],
	[
		'remnants',
		['/etc/mesos-slave', '/etc/yum.repos.d/mesosphere.repo'],
		/^warn earlier install: .*\/etc\/mesos-slave and \/etc\/yum/,
	],
	[
		'daemons',
		['99 mesos-slave /system.slice/mesos-slave.service'],
		/^failed earlier install: mesos-slave \(pid 99\).*Stop/,
	],
	['data', ['/var/lib/zookeeper/version-2'], /^warn earlier data: \/var\/lib\/zookeeper\/version-2 .*Move it away/],
	[
		'locked',
		['age 12', 'owner eva@laptop (pid 3)', 'run r', 'since 2026-11-23T09:00:00Z', 'dir /run/x'],
		/^warn lock: eva@laptop \(pid 3\) is at work.*09:00:00Z/,
	],
	['name_servers', ['10.0.0.2 silent'], /^failed name service: 10\.0\.0\.2 .*does not answer.*no other name server/],
	['name_servers', ['10.0.0.2 silent', '10.0.0.3 answers'], /^warn name service: 10\.0\.0\.2 .*each look-up waits/],
])('%s: %j', (section, lines, expected) => {
	const found = judge(section, ...lines);
	expect(found).toHaveLength(1);
	expect(found[0]).toMatch(expected);
});

test("a unit of somebody else's that would be replaced is told, its own is not", () => {
	const kafka = {units: {zookeeper: 'active', 'mesos-agent': 'active', docker: 'active'}};
	expect(complaintsOf(judgeHost(master, whole, facts({...kafka, host_json: null}), probeWith('data')))).toEqual([
		expect.stringMatching(
			/^warn earlier install: zookeeper.service of somebody else is .*systemctl cat zookeeper.service/,
		),
	]);
	expect(complaintsOf(judgeHost(master, whole, facts({...kafka, host_json: '{}'}), probeWith('data')))).toEqual([]);
});

test('data of a host that belongs to a cluster, and a lock nobody holds any more, are no trouble', () => {
	const own = facts({host_json: '{}'});
	expect(complaintsOf(judgeHost(master, whole, own, probeWith('data', '/var/lib/mesos/meta')))).toEqual([]);
	expect(judge('locked', 'age 300', 'owner eva@laptop', 'run r', 'since 2026', 'dir /run/x')).toEqual([]);
});

test.each(['dash', 'bash'])('the probing script runs under %s, ends, and finds a listener', shell => {
	const output = execFileSync(shell, ['-u'], {input: hostScript(master, whole), encoding: 'utf8', timeout: 15_000});
	expect(output.trimEnd().endsWith('@ end')).toBe(true);
	const probe = parseHostProbe(output);
	expect(probe.places.map(({path}) => path)).toContain('/var/lib/mesos');
	expect(probe.places.every(({mount, free_mb}) => mount.startsWith('/') && Number.isFinite(free_mb))).toBe(true);
	expect(probe.tools).toContain('bash');
});
