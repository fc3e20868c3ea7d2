import {afterAll, beforeAll, expect, test} from 'vitest';
import {installedLab} from './installed-lab.ts';
import type {Lab} from './lab.ts';
import {waitUntil} from './processes.ts';
import {complaints, mesosSetup} from './product.ts';

// Verify must say what is so: each fault is made for real, named by verify, and gone again afterwards.
let lab: Lab;
let file: string;

beforeAll(async () => {
	({lab, file} = await installedLab('test-truth'));
});
afterAll(() => lab?.down());

const verify = () => mesosSetup(lab, ['verify', '-c', file, '--json']);

/** The failed checks as `host: check detail`. */
async function failures(): Promise<{exitCode: number; failed: string[]}> {
	const run = await verify();
	const failed = run.events.flatMap(event =>
		event.event === 'check' && event.status === 'failed' ? [`${event.host ?? ''}: ${event.check} ${event.detail}`] : [],
	);
	return {exitCode: run.exitCode, failed};
}

async function soundAgain(): Promise<void> {
	let last = await verify();
	await waitUntil(
		async () => {
			if (last.exitCode !== 0) last = await verify();
			return last.exitCode === 0;
		},
		90_000,
		'the cluster is not sound again',
	).catch(error => {
		throw new Error(`${error.message}\n${complaints(last)}`);
	});
}

const all = (unit: string, verb: string, hosts: string[]) =>
	Promise.all(hosts.map(host => lab.host(host).exec(['systemctl', verb, unit])));

test('a sound cluster verifies', async () => {
	const {exitCode, failed} = await failures();
	expect(failed).toEqual([]);
	expect(exitCode).toBe(0);
});

test('a killed master is named, and the others still serve', async () => {
	await lab.host('master-2').exec('systemctl stop mesos-master');
	const {exitCode, failed} = await failures();
	expect(exitCode).toBe(1);
	expect(failed.some(line => line.startsWith('master-2: mesos master'))).toBe(true);
	expect(failed.every(line => !line.startsWith('slave-'))).toBe(true);
	await lab.host('master-2').exec('systemctl start mesos-master');
	await soundAgain();
});

test('a lost ZooKeeper quorum is named', async () => {
	await all('zookeeper', 'stop', ['master-1', 'master-3']);
	const {exitCode, failed} = await failures();
	expect(exitCode).toBe(1);
	expect(failed.join('\n')).toMatch(/zookeeper quorum/);
	expect(failed.join('\n')).toMatch(/master-1: zookeeper member/);
	expect(failed.join('\n')).toMatch(/master-3: zookeeper member/);
	await all('zookeeper', 'start', ['master-1', 'master-3']);
	await soundAgain();
});

test('an agent that is up but refused is named', async () => {
	// With a credential file only the masters could check: they know of none and refuse it (or it never registers).
	await all('mesos-agent', 'stop', ['slave-3']);
	await lab
		.host('slave-3')
		.exec(
			'cp -a /etc/mesos/zk /root/zk; echo zk://198.18.0.11:2181/nobody >/etc/mesos/zk; systemctl start mesos-agent',
		);
	await waitUntil(
		async () =>
			(await lab.host('slave-3').exec('curl -s http://198.18.0.23:5051/health -o /dev/null -w %{http_code}')).stdout ===
			'200',
		30_000,
		'the agent does not answer',
	);
	const {exitCode, failed} = await failures();
	expect(exitCode).toBe(1);
	expect(failed.join('\n')).toMatch(/slave-3: slave registered/);
	expect(failed.join('\n')).not.toMatch(/slave-1/);
	await lab.host('slave-3').exec('cp -a /root/zk /etc/mesos/zk; systemctl restart mesos-agent');
	await soundAgain();
});

test('a host that is off: the rest is asked, the host is named', async () => {
	await lab.host('slave-2').kill();
	const run = await verify();
	expect(run.exitCode).toBe(1);
	expect(run.events).toContainEqual(expect.objectContaining({event: 'error', host: 'slave-2'}));
	expect(
		run.events.filter(event => event.event === 'check' && event.host === 'slave-1' && event.status === 'ok'),
	).not.toEqual([]);
	await lab.host('slave-2').boot();
	await soundAgain();
});
