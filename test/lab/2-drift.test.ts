import {afterAll, beforeAll, expect, test} from 'vitest';
import {writeClusterFile} from './cluster-file.ts';
import {installedLab} from './installed-lab.ts';
import type {Lab} from './lab.ts';
import {difference, looks} from './outside.ts';
import {complaints, mesosSetup, stepsOf} from './product.ts';

// An installed cluster that is touched from outside: what plan finds, what apply mends and what it leaves alone.
let lab: Lab;
let file: string;

beforeAll(async () => {
	({lab, file} = await installedLab('test-drift'));
});
afterAll(() => lab?.down());

/** Names of the units whose process is another one now. */
const restarted = (before: string, after: string) => [
	...new Set(difference(before, after).flatMap(line => /^\+ Id=(.*)\.service$/.exec(line)?.[1] ?? [])),
];

const started = async (host: string, unit: string) =>
	Number(
		(await lab.host(host).exec(['systemctl', 'show', '-p', 'ExecMainStartTimestampMonotonic', '--value', unit])).stdout,
	);

test.each([
	['a managed file deleted', 'slave-2', 'rm /etc/mesos-agent/attributes', 'file /etc/mesos-agent/attributes'],
	['a service stopped', 'master-2', 'systemctl stop chronos', 'service chronos'],
	[
		'a flag edited',
		'slave-1',
		'echo 1secs >/etc/mesos-agent/executor_registration_timeout',
		'file /etc/mesos-agent/executor_registration_timeout',
	],
	['a foreign flag file', 'slave-1', 'echo x >/etc/mesos-agent/switch_user', 'directory /etc/mesos-agent'],
	['a mode changed', 'master-3', 'chmod 600 /etc/mesos/zk', 'file /etc/mesos/zk'],
	['names removed from /etc/hosts', 'slave-3', "sed -i '/master-2/d' /etc/hosts", 'names in /etc/hosts'],
])('%s is found by plan and mended by apply, touching nothing else', async (_, host, drift, step) => {
	const undisturbed = await looks(lab);
	await lab.host(host).exec(drift);
	const plan = await mesosSetup(lab, ['plan', '-c', file, '--check', '--json']);
	expect(plan.exitCode, complaints(plan)).toBe(3);
	expect(stepsOf(plan, 'would-change')).toEqual([`${host}: ${step}`]);
	expect(plan.events).toContainEqual(expect.objectContaining({step, diff: expect.stringMatching(/^[-+]/m)}));
	const before = await looks(lab);
	const apply = await mesosSetup(lab, ['apply', '-c', file, '--yes', '--json']);
	expect(apply.exitCode, complaints(apply)).toBe(0);
	expect(stepsOf(apply, 'changed')).toEqual([`${host}: ${step}`]);
	const after = await looks(lab);
	for (const other of lab.hosts.filter(({name}) => name !== host))
		expect(difference(before[other.name] ?? '', after[other.name] ?? ''), other.name).toEqual([]);
	const units = restarted(undisturbed[host] ?? '', after[host] ?? '');
	expect(units.filter(unit => !drift.includes(unit))).toEqual([]);
});

test('a changed flag restarts the masters one at a time, the leader last', async () => {
	const status = await mesosSetup(lab, ['status', '-c', file]);
	const leader = /mesos-leader: (master-\d) leads/.exec(status.stdout)?.[1];
	expect(leader, status.stdout).toBeDefined();
	const changed = await writeClusterFile(lab, {fields: {mesos: {master_flags: {max_completed_frameworks: '49'}}}});
	const apply = await mesosSetup(lab, ['apply', '-c', changed, '--yes', '--json']);
	expect(apply.exitCode, complaints(apply)).toBe(0);
	const times = await Promise.all(
		['master-1', 'master-2', 'master-3'].map(async host => ({host, time: await started(host, 'mesos-master')})),
	);
	times.sort((a, b) => a.time - b.time);
	expect(times.at(-1)?.host).toBe(leader);
	// Microseconds: each only after the one before served again, which takes a master longer than this.
	expect((times[1]?.time ?? 0) - (times[0]?.time ?? 0)).toBeGreaterThan(500_000);
	expect((times[2]?.time ?? 0) - (times[1]?.time ?? 0)).toBeGreaterThan(500_000);
	expect((await lab.host('master-1').exec('cat /etc/mesos-master/max_completed_frameworks')).stdout).toBe('49');
});

test('an edited file whose service was restarted by hand is a restart more, a file edited back is none', async () => {
	const edit = 'cp /etc/mesos-master/quorum /tmp/q; echo 3 >/etc/mesos-master/quorum; systemctl restart mesos-master';
	await lab.host('master-1').exec(edit);
	await lab.host('master-1').exec('cp /tmp/q /etc/mesos-master/quorum');
	const plan = await mesosSetup(lab, ['plan', '-c', await writeClusterFile(lab), '--limit', 'master-1', '--json']);
	expect(stepsOf(plan, 'would-change')).toContain('master-1: service mesos-master');
});

test('a saved plan is applied exactly, and refused once the hosts have changed', async () => {
	const saved = `${lab.folder}/plan.json`;
	const changed = await writeClusterFile(lab, {fields: {mesos: {master_flags: {max_completed_frameworks: '48'}}}});
	const plan = await mesosSetup(lab, ['plan', '-c', changed, '--out', saved]);
	expect(plan.exitCode, plan.stderr).toBe(0);
	await lab.host('slave-3').exec('rm /etc/mesos-agent/ip');
	const refused = await mesosSetup(lab, ['apply', saved, '--yes', '--json']);
	expect(refused.exitCode).toBe(1);
	expect(refused.stdout).toMatch(/slave-3: .*mesos-agent.* in the plan/);
	expect((await lab.host('slave-3').exec('ls /etc/mesos-agent/ip')).exitCode).not.toBe(0);
	await mesosSetup(lab, ['apply', '-c', await writeClusterFile(lab), '--yes', '--limit', 'slave-3']);
	await mesosSetup(lab, ['plan', '-c', await writeClusterFile(lab), '--out', saved]);
	const applied = await mesosSetup(lab, ['apply', saved, '--yes', '--json']);
	expect(applied.exitCode, complaints(applied)).toBe(0);
});
