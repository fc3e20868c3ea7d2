import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {readClusterFile} from '../../../source/cluster/cluster-file.ts';
import {openStore} from '../../../source/cluster/store.ts';
import {compare, locate} from '../../../source/commands/locate.ts';
import type {Candidate} from '../../../source/discovery/candidate.ts';
import {startEndpoint, type TestEndpoint} from '../discovery/aws-endpoint.ts';
import {clusterOf, writeCluster} from './instances.ts';

let aws: TestEndpoint;
let folder: string;

beforeAll(async () => {
	aws = await startEndpoint();
});
afterAll(() => aws.close());
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'locate-'));
	for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
	await aws.faults({});
	return () => vi.unstubAllEnvs();
});

async function located(hosts: Parameters<typeof writeCluster>[2] = {}, file?: string) {
	const cluster = await readClusterFile(writeCluster(folder, aws, hosts));
	const store = openStore(folder);
	const stored = store.load(cluster.name);
	const notes: string[] = [];
	const result = await locate(
		{cluster, store, stored, file},
		event => notes.push(event.event === 'note' ? event.text : event.event),
		new AbortController().signal,
	);
	const addresses = Object.fromEntries(result.cluster.hosts.map(({name, address}) => [name, address]));
	return {...result, notes, addresses};
}

describe('hosts are found by their instance', () => {
	test('at the address they have now, which the store keeps', async () => {
		const store = openStore(folder);
		const hosts = {'slave-1': {address: '203.0.113.7'}};
		const cluster = await readClusterFile(writeCluster(folder, aws, {hosts}));
		store.save('prod', {cluster, unfinished: true});
		aws.world.instances.forEach(one => {
			if (one.tags.Name === 'slave-1') one.publicAddress = '198.18.7.7';
		});
		const {addresses, notes} = await located({hosts}, '/home/ada/prod.yaml');
		expect(addresses).toMatchObject({'slave-1': '198.18.7.7', 'master-1': '198.18.0.11'});
		expect(notes).toEqual([
			'New addresses since the instances were started again: slave-1 from 203.0.113.7 to 198.18.7.7. /home/ada/prod.yaml still names the old.',
		]);
		const kept = store.load('prod');
		expect(kept).toMatchObject({unfinished: true});
		expect(kept?.cluster.hosts.find(({name}) => name === 'slave-1')?.address).toBe('198.18.7.7');
		const again = await located({hosts: {'slave-1': {address: '198.18.7.7'}}});
		expect(again.notes).toEqual([]);
	});

	test('without an answer of EC2 the addresses stay, and the reason is kept for whoever is not reached', async () => {
		await aws.faults({code: 'ExpiredToken'});
		const {addresses, notes, seen} = await located({hosts: {'slave-1': {address: '203.0.113.7'}}});
		expect(addresses['slave-1']).toBe('203.0.113.7');
		expect(notes).toEqual([]);
		expect(seen?.silence?.reason).toBe('The AWS credentials have expired.');
	});

	test('EC2 is not asked about hosts that are no instances', async () => {
		aws.asked.length = 0;
		const hosts = Object.fromEntries(clusterOf(aws).map(({name}) => [name, {instance: undefined}]));
		expect((await located({hosts})).seen).toBeUndefined();
		expect(aws.asked).toEqual([]);
	});

	test('an abort is an abort', async () => {
		const cluster = await readClusterFile(writeCluster(folder, aws));
		const reason = new Error('enough');
		const work = locate({cluster, store: openStore(folder)}, () => {}, AbortSignal.abort(reason));
		await expect(work).rejects.toBe(reason);
	});
});

describe('what an instance of today means for a host', () => {
	const mesos = {attributes: {}, agent_flags: {}, master_flags: {}};
	const host = {name: 'slave-1', role: 'slave', address: '203.0.113.7', private_ip: '10.0.1.7', mesos} as const;
	const now = (special: Partial<Candidate>) =>
		({id: 'i-1', state: 'running', region: 'eu-west-1', private_ip: '10.0.1.7', ...special}) as Candidate;

	test.each([
		['the public address it was given', {}, {public_ip: '203.0.113.8'}, {address: '203.0.113.8'}],
		['the same address', {}, {public_ip: '203.0.113.7'}, {}],
		['its private address', {address: '10.0.1.7'}, {public_ip: '203.0.113.8'}, {}],
		['an address of a private network', {address: '192.168.7.7'}, {public_ip: '203.0.113.8'}, {}],
		['a name', {address: 'slave-1.example'}, {public_ip: '203.0.113.8'}, {}],
		[
			'a name EC2 gave',
			{address: 'ec2-203-0-113-7.eu-west-1.compute.amazonaws.com'},
			{public_ip: '203.0.113.8'},
			{address: '203.0.113.8'},
		],
	])('%s', (_, before, after, finding) => {
		expect(compare({...host, ...before}, now(after))).toEqual(finding);
	});

	test.each([
		[
			{state: 'stopped'},
			'its instance i-1 is stopped.',
			'aws ec2 start-instances --region eu-west-1 --instance-ids i-1',
		],
		[{state: 'terminated'}, 'its instance i-1 is terminated.', 'Take the host out'],
		[{state: 'shutting-down'}, 'its instance i-1 is being terminated.', 'Take the host out'],
		[{}, 'has no public address any more; it was 203.0.113.7.', 'Elastic IP'],
	])('%o is refused without trying', (special, cause, fix) => {
		const {refusal} = compare(host, now(special));
		expect(refusal).toMatchObject({host: 'slave-1', exitCode: 1});
		expect(refusal?.reason).toContain(cause);
		expect(refusal?.fix).toContain(fix);
	});

	test('an id that is another machine moves nothing', () => {
		const {doubt, address} = compare(host, now({private_ip: '10.0.9.9', public_ip: '203.0.113.9'}));
		expect(address).toBeUndefined();
		expect(doubt).toContain('its instance i-1 is at 10.0.9.9: correct private_ip or instance');
	});
});
