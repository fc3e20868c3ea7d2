import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import type {RunEvent} from '../../source/pipeline/events.ts';
import {writeClusterFile} from './cluster-file.ts';
import {type Change, groupId, idOf} from './ec2/world.ts';
import {type Lab, up} from './lab.ts';
import {complaints, mesosSetup, type ProductRun} from './product.ts';

// What only shows with hosts behind the instances: keys, addresses and identities that are or are not theirs.
let lab: Lab;
let realKeys: string[];
let file: string;
const [before, after] = ['198.18.0.121', '198.18.0.122'];

const tell = async (what: 'world' | 'faults', content: object) => {
	const data = JSON.stringify(content);
	await lab.exec(['curl', '-sf', '--request', 'PUT', '--data', data, `${lab.ec2.url}/lab/${what}`]);
};
const world = (change: Change) => tell('world', change);
const on = async (host: string, script: string) => {
	const {exitCode, stdout, stderr} = await lab.host(host).exec(script);
	if (exitCode !== 0) throw new Error(`${host}: ${script}: ${stderr}`);
	return String(stdout);
};
const ofKind = <Kind extends RunEvent['event']>(run: ProductRun, kind: Kind) =>
	run.events.filter((event): event is Extract<RunEvent, {event: Kind}> => event.event === kind);
/** One master is a warning of its own, and meant here. */
const wrong = (run: ProductRun) =>
	ofKind(run, 'check').filter(({status, check}) => status !== 'ok' && check !== 'cluster file');

const hostOf = (name: string, address = lab.host(name).address) => {
	const {address: private_ip} = lab.host(name);
	return {name, role: name.replace(/-\d+$/, ''), address, private_ip, instance: idOf('i', name)};
};
const describeCluster = (fields: object = {}) =>
	writeClusterFile(lab, {
		fields: {region: lab.ec2.region, hosts: [hostOf('master-1'), hostOf('slave-1', before)], ...fields},
	});

beforeAll(async () => {
	lab = await up({name: 'ec2-hosts', hosts: ['master-1', 'slave-1'], log: () => {}});
	realKeys = (await on('slave-1', 'cat /etc/ssh/ssh_host_*_key.pub')).trim().split('\n');
	await on('slave-1', `ip address add ${before}/32 dev host0`);
	await world({instances: {'slave-1': {publicAddress: before}}});
	file = await describeCluster();
});
afterAll(() => lab?.down());

describe('before the installation', () => {
	test('a host whose key is not the one in its console is refused by doctor and apply, and nothing is changed there', async () => {
		const foreign = join(lab.folder, 'foreign');
		await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', foreign]);
		const {stdout: key} = await execa('cat', [`${foreign}.pub`]);
		await world({instances: {'slave-1': {hostKeys: [key]}}});
		const doctor = await mesosSetup(lab, ['doctor', '-c', file, '--json']);
		const apply = await mesosSetup(lab, ['apply', '-c', file, '--limit', 'slave-1', '--yes', '--json']);
		await world({instances: {'slave-1': {hostKeys: realKeys}}});
		expect([doctor.exitCode, apply.exitCode]).toEqual([1, 1]);
		const told = /shows the host key SHA256:\S+, its console says SHA256:\S+ It may be another machine\./;
		expect(wrong(doctor)).toMatchObject([{host: 'slave-1', check: 'ssh', detail: expect.stringMatching(told)}]);
		expect(ofKind(apply, 'error')).toContainEqual(
			expect.objectContaining({host: 'slave-1', cause: expect.stringMatching(told)}),
		);
		expect(await on('slave-1', 'ls /etc/mesos-setup 2>/dev/null || echo untouched')).toContain('untouched');
	});

	test('a key of another pair is named before any host is asked', async () => {
		const key = join(lab.folder, 'other.pem');
		await execa('ssh-keygen', ['-q', '-m', 'PEM', '-t', 'rsa', '-b', '2048', '-N', '', '-f', key]);
		const other = await writeClusterFile(lab, {
			path: join(lab.folder, 'other.yaml'),
			fields: {name: 'other', region: lab.ec2.region, hosts: [hostOf('master-1')], ssh: {user: 'ec2-user', key}},
		});
		const run = await mesosSetup(lab, ['apply', '-c', other, '--yes', '--json']);
		expect(run.exitCode).toBe(2);
		expect(ofKind(run, 'error')).toMatchObject([{field: 'ssh.key', cause: expect.stringContaining('key pair lab')}]);
	});

	test('the rule the group lacks is named, and added on request', async () => {
		const ssh = {protocol: 'tcp', from: 22, to: 22, groups: [], ranges: ['0.0.0.0/0']};
		await world({groups: {mesos: {ingress: [ssh]}}});
		const doctor = await mesosSetup(lab, ['doctor', '-c', file, '--json']);
		expect(doctor.exitCode).toBe(1);
		const vouched = {
			host: 'slave-1',
			check: 'host key',
			detail: expect.stringMatching(/^as in the EC2 console: SHA256:/),
		};
		expect(ofKind(doctor, 'check')).toContainEqual(expect.objectContaining(vouched));
		const missing = {status: 'failed', check: `inbound rules of ${groupId}`};
		expect(wrong(doctor)).toMatchObject([{...missing, fix: expect.stringContaining('--fix-network')}]);
		const fix = await mesosSetup(lab, ['doctor', '-c', file, '--fix-network', '--json']);
		expect(fix.exitCode, complaints(fix)).toBe(0);
		const detail = expect.stringMatching(/ now lets TCP 2181, .*31000-32000 in from itself/);
		expect(ofKind(fix, 'check')).toContainEqual(expect.objectContaining({check: 'fix network', status: 'ok', detail}));
		expect(wrong(fix)).toEqual([]);
	});
});

describe('after it', () => {
	beforeAll(async () => {
		const run = await mesosSetup(lab, ['apply', '-c', file, '--tag', '--yes', '--plain']);
		expect(run.exitCode, run.stdout).toBe(0);
		expect(run.stdout).toContain('2 instances tagged with mesos-setup:cluster=lab and their roles.');
	});

	test('an instance that was stopped and started is found at its new address, later without EC2, too', async () => {
		await on('slave-1', `ip address del ${before}/32 dev host0 && ip address add ${after}/32 dev host0`);
		await world({instances: {'slave-1': {publicAddress: after}}});
		const moved = await mesosSetup(lab, ['status', '--cluster', 'lab', '--plain']);
		expect(moved.exitCode, moved.stdout).toBe(0);
		expect(moved.stdout).toContain(`slave-1 from ${before} to ${after}`);
		await tell('faults', {code: 'ExpiredToken'});
		const alone = await mesosSetup(lab, ['status', '--cluster', 'lab', '--plain']);
		await tell('faults', {});
		expect(alone.exitCode, alone.stdout).toBe(0);
		expect(alone.stdout).not.toContain(before);
	});

	test('one that is stopped is named without waiting for it', async () => {
		await world({instances: {'slave-1': {state: 'stopped'}}});
		const run = await mesosSetup(lab, ['status', '--cluster', 'lab', '--json']);
		await world({instances: {'slave-1': {state: 'running'}}});
		expect(run.exitCode).toBe(1);
		expect(ofKind(run, 'error')).toMatchObject([
			{host: 'slave-1', cause: expect.stringContaining('is stopped'), fix: expect.stringContaining('start-instances')},
		]);
	});

	const forget = () => rm(join(lab.folder, 'home/clusters/lab.json'));
	const login = () => ['--user', 'ec2-user', '--key', lab.keyFile];

	test.each([
		['from the tags', () => []],
		['from one master', () => [lab.host('master-1').address]],
	])('a lost store is rebuilt %s', async (_, words) => {
		await forget();
		const run = await mesosSetup(lab, ['adopt', ...words(), ...login(), '--plain']);
		expect(run.exitCode, run.stdout + run.stderr).toBe(0);
		expect(run.stdout).toContain('1 masters, 1 slaves');
		const known = await mesosSetup(lab, ['export', 'cluster-file', '--cluster', 'lab']);
		expect(parse(known.stdout)).toMatchObject({sources: lab.mirror.sources});
		if (words().length > 0) await on('slave-1', `ip address add ${before}/32 dev host0`);
		const status = await mesosSetup(lab, ['status', '--cluster', 'lab', '--json']);
		expect(status.exitCode, complaints(status)).toBe(0);
	});

	test('identities are as they were: a plan changes the table of addresses at most', async () => {
		const plan = await mesosSetup(lab, ['plan', '-c', file, '--json']);
		expect(plan.exitCode, complaints(plan)).toBe(0);
		const changes = ofKind(plan, 'step').filter(({status}) => status === 'would-change');
		expect(
			changes.every(({step}) => step.includes('cluster.json')),
			JSON.stringify(changes),
		).toBe(true);
	});

	test('hosts of two clusters are not mixed', async () => {
		await on(
			'slave-1',
			`cp /etc/mesos-setup/host.json /root && sed -i 's/"id": "[^"]*"/"id": "c-2"/' /etc/mesos-setup/host.json`,
		);
		const run = await mesosSetup(lab, ['adopt', ...login(), '--json']);
		await on('slave-1', 'cp /root/host.json /etc/mesos-setup/host.json');
		expect(run.exitCode).toBe(1);
		expect(ofKind(run, 'error').map(({cause}) => cause)).toEqual([
			expect.stringMatching(
				/these hosts belong to different clusters: .*\(master-1\).*\(slave-1\) to "lab" \(id c-2\)/,
			),
		]);
	});
});
