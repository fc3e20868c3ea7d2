import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {askGate, type GateWait, leaderOf, memberHealthy, waitForGate} from '../../../source/health/gates.ts';
import type {Gate} from '../../../source/steps/step.ts';
import {FakeHosts} from './fake-hosts.ts';
import {recordedAgent, recordedMaster} from './recordings.ts';
import {testCluster} from './test-cluster.ts';

const cluster = testCluster();
const masters = ['master-1', 'master-2', 'master-3'];
let hosts: FakeHosts;
beforeEach(() => {
	hosts = new FakeHosts();
});
afterEach(() => hosts.close());

const names = (leader: string, port: number, path: string) => ({
	'GET /ping': {status: 200, body: 'pong'},
	[`GET ${path}`]: {status: 200, body: JSON.stringify({leader: `${leader}:${port}`})},
});

async function open(gate: Gate): Promise<void> {
	switch (gate) {
		case 'zookeeper-quorum':
			await hosts.zookeeper('master-1', 'follower');
			await hosts.zookeeper('master-2', 'leader');
			await hosts.zookeeper('master-3', 'follower');
			return;
		case 'mesos-leader':
		case 'slaves-registered':
			await hosts.http('master-1', 5050, recordedMaster('master-follower'));
			await hosts.http('master-2', 5050, recordedMaster('master-leader'));
			await hosts.http('master-3', 5050, recordedMaster('master-follower'));
			return;
		case 'marathon-leader':
			for (const name of masters) await hosts.http(name, 8080, names('master-3', 8080, '/v2/leader'));
			return;
		case 'chronos-leader':
			for (const name of masters) await hosts.http(name, 8081, names('127.0.0.1', 8081, '/leader'));
	}
}

const gates: Gate[] = ['zookeeper-quorum', 'mesos-leader', 'slaves-registered', 'marathon-leader', 'chronos-leader'];

function wait(over: Partial<GateWait> = {}): GateWait {
	return {timeout: 20_000, signal: new AbortController().signal, failedHosts: () => [], onDetail: () => {}, ...over};
}

describe.each(gates)('%s', gate => {
	test('is open when all serve', async () => {
		await open(gate);
		expect(await askGate(gate, cluster, hosts.reach)).toMatchObject({open: true, missing: []});
		expect(await waitForGate(gate, cluster, hosts.reach, wait())).toMatchObject({open: true});
	});

	test('is closed when nobody answers, names every master and why', async () => {
		const answer = await askGate(gate, cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: masters});
		expect(answer.detail).toContain('master-3: connection refused');
	});

	test('opens while it is waited for', async () => {
		let opening: Promise<void> | undefined;
		const onDetail = () => {
			opening ??= open(gate);
		};
		expect(await waitForGate(gate, cluster, hosts.reach, wait({onDetail}))).toMatchObject({open: true});
		expect(opening).toBeDefined();
	});

	test('fails at once when so many masters have failed that it cannot open', async () => {
		const failed: string[] = [];
		const onDetail = () => void failed.push('master-1', 'master-3');
		const answer = await waitForGate(gate, cluster, hosts.reach, wait({failedHosts: () => failed, onDetail}));
		expect(answer).toEqual({
			open: false,
			detail: 'master-1 and master-3 failed, and 2 of 3 masters are needed',
			missing: ['master-1', 'master-3'],
		});
	});

	test('is open although hosts failed when what they run still serves', async () => {
		await open(gate);
		const answer = await waitForGate(gate, cluster, hosts.reach, wait({failedHosts: () => masters}));
		expect(answer.open).toBe(true);
	});

	test('names what is missing when the time is over', async () => {
		const answer = await waitForGate(gate, cluster, hosts.reach, wait({timeout: 1}));
		expect(answer).toMatchObject({open: false, missing: masters});
		expect(answer.detail).toMatch(/^not within 0 s: .*master-2: connection refused/);
	});

	test('rejects with the reason of the signal, also in the middle of a question', async () => {
		for (const name of masters) for (const port of [2181, 5050, 8080, 8081]) await hosts.mute(name, port);
		const stop = new AbortController();
		const waiting = waitForGate(gate, cluster, hosts.reach, wait({signal: stop.signal}));
		stop.abort(new Error('the user stopped it'));
		await expect(waiting).rejects.toThrow('the user stopped it');
	});
});

describe('zookeeper-quorum', () => {
	test('of one server is its standalone mode', async () => {
		await hosts.zookeeper('master-1', 'standalone');
		expect(await askGate('zookeeper-quorum', testCluster(1), hosts.reach)).toEqual({
			open: true,
			detail: 'master-1 serves alone',
			missing: [],
		});
	});

	test('does not count a standalone server among three', async () => {
		await hosts.zookeeper('master-1', 'standalone');
		await hosts.zookeeper('master-2', 'leader');
		const answer = await askGate('zookeeper-quorum', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['master-1', 'master-3']});
		expect(answer.detail).toContain('master-1: runs standalone, outside the ensemble');
	});

	test('is closed with two leaders', async () => {
		await hosts.zookeeper('master-1', 'leader');
		await hosts.zookeeper('master-2', 'leader');
		await hosts.zookeeper('master-3', 'follower');
		const answer = await askGate('zookeeper-quorum', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['master-1', 'master-2']});
	});

	test('is closed while followers have no leader', async () => {
		for (const name of masters) await hosts.zookeeper(name, 'follower');
		const answer = await askGate('zookeeper-quorum', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, detail: 'no ZooKeeper server leads'});
	});
});

describe('a leader', () => {
	test('is not agreed on while masters name different ones', async () => {
		for (const name of masters) await hosts.http(name, 8080, names('master-1', 8080, '/v2/leader'));
		await hosts.http('master-2', 8080, names('master-2', 8080, '/v2/leader'));
		const answer = await askGate('marathon-leader', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: masters});
		expect(answer.detail).toContain('master-2: names master-2; master-3: names master-1');
		expect(await leaderOf('marathon', cluster, hosts.reach)).toBeUndefined();
	});

	test('is no stranger', async () => {
		for (const name of masters) await hosts.http(name, 8081, names('10.9.9.9', 8081, '/leader'));
		const answer = await askGate('chronos-leader', cluster, hosts.reach);
		expect(answer.open).toBe(false);
		expect(answer.detail).toContain('names 10.9.9.9, which is no master of this cluster');
	});

	test('is enough when another instance is down, which is told', async () => {
		await open('marathon-leader');
		hosts.stop('master-1', 8080);
		expect(await askGate('marathon-leader', cluster, hosts.reach)).toEqual({
			open: true,
			detail: 'master-3 leads, without master-1: connection refused',
			missing: ['master-1'],
		});
	});

	test.each([
		['404', {status: 404, body: '{"message":"There is no leader"}'}],
		['an empty name', {status: 200, body: '{"leader":""}'}],
	])('is unknown after %s', async (_, answer) => {
		for (const name of masters) {
			await hosts.http(name, 8080, {'GET /ping': {status: 200, body: 'pong'}, 'GET /v2/leader': answer});
		}
		const {open: isOpen, detail} = await askGate('marathon-leader', cluster, hosts.reach);
		expect(isOpen).toBe(false);
		expect(detail).toContain('master-1: knows no leader');
	});
});

describe('slaves-registered', () => {
	test('fails at once when a slave has failed', async () => {
		await open('slaves-registered');
		const two = testCluster(3, 2);
		const answer = await waitForGate('slaves-registered', two, hosts.reach, wait({failedHosts: () => ['slave-2']}));
		expect(answer).toEqual({
			open: false,
			detail: 'slave-2 failed, so not every slave can register',
			missing: ['slave-2'],
		});
	});

	test('a failed slave does not matter to the leader', async () => {
		await open('mesos-leader');
		const answer = await waitForGate('mesos-leader', cluster, hosts.reach, wait({failedHosts: () => ['slave-1']}));
		expect(answer.open).toBe(true);
	});

	test('the time over, each missing slave is told with its own reason', async () => {
		await open('slaves-registered');
		await hosts.http('slave-2', 5051, recordedAgent('agent-not-registered'));
		const answer = await waitForGate('slaves-registered', testCluster(3, 3), hosts.reach, wait({timeout: 1}));
		expect(answer).toMatchObject({open: false, missing: ['slave-2', 'slave-3']});
		expect(answer.detail).toContain('slave-2 runs but no master has accepted it');
		expect(answer.detail).toContain('slave-3 has no agent on port 5051 (connection refused)');
	});

	test('an agent that is in the list but not active is missing', async () => {
		const leader = recordedMaster('master-leader');
		const agents = leader['POST /api/v1 GET_AGENTS'];
		const inactive = {...agents, status: 200, body: agents?.body?.replace('"active": true', '"active": false') ?? ''};
		await open('mesos-leader');
		await hosts.http('master-2', 5050, {...leader, 'POST /api/v1 GET_AGENTS': inactive});
		const answer = await askGate('slaves-registered', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['slave-1']});
	});
});

describe('a member after its restart', () => {
	test('serves again in ZooKeeper', async () => {
		await open('zookeeper-quorum');
		expect(await memberHealthy('zookeeper', 'master-1', cluster, hosts.reach)).toBe(true);
		expect(await leaderOf('zookeeper', cluster, hosts.reach)).toBe('master-2');
		hosts.stop('master-1', 2181);
		expect(await memberHealthy('zookeeper', 'master-1', cluster, hosts.reach)).toBe(false);
	});

	test('is a Mesos master that agrees on a serving leader', async () => {
		await open('mesos-leader');
		expect(await memberHealthy('mesos-master', 'master-3', cluster, hosts.reach)).toBe(true);
		expect(await leaderOf('mesos-master', cluster, hosts.reach)).toBe('master-2');
		await hosts.http('master-3', 5050, recordedMaster('master-no-leader'));
		expect(await memberHealthy('mesos-master', 'master-3', cluster, hosts.reach)).toBe(false);
	});

	test('is no Mesos master whose replica of the log still catches up', async () => {
		await open('mesos-leader');
		const follower = recordedMaster('master-follower');
		const metrics = {status: 200, body: '{"registrar/log/recovered": 0.0}'};
		await hosts.http('master-3', 5050, {...follower, 'GET /metrics/snapshot': metrics});
		expect(await memberHealthy('mesos-master', 'master-3', cluster, hosts.reach)).toBe(false);
	});

	test.each([
		['marathon', 'marathon-leader', 8080, 'master-3'],
		['chronos', 'chronos-leader', 8081, 'master-1'],
	] as const)('is a %s that knows a leader which answers', async (service, gate, port, leader) => {
		await open(gate);
		expect(await memberHealthy(service, 'master-2', cluster, hosts.reach)).toBe(true);
		expect(await memberHealthy(service, leader, cluster, hosts.reach)).toBe(true);
		expect(await leaderOf(service, cluster, hosts.reach)).toBe(leader);
		hosts.stop(leader, port);
		expect(await memberHealthy(service, 'master-2', cluster, hosts.reach)).toBe(false);
		expect(await leaderOf(service, cluster, hosts.reach)).toBeUndefined();
	});
});
