import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {askGate, memberHealthy} from '../../../source/health/gates.ts';
import {askHttp} from '../../../source/health/http.ts';
import {FakeHosts} from './fake-hosts.ts';
import {recorded, recordedAgent, recordedMaster} from './recordings.ts';
import {testCluster} from './test-cluster.ts';

/**
 * Each test sets up a state in which an obvious question gets a good answer, shows that it does, and expects the gate
 * not to be fooled. Numbers are those of the findings about a real Mesos.
 */
const cluster = testCluster();
let hosts: FakeHosts;
beforeEach(() => {
	hosts = new FakeHosts();
});
afterEach(() => hosts.close());

async function status(host: string, port: number, path: string, json?: unknown): Promise<number> {
	return (await askHttp(hosts.reach, host, port, {path, ...(json ? {method: 'POST', json} : {})})).status;
}

async function formed() {
	await hosts.http('master-1', 5050, recordedMaster('master-follower'));
	await hosts.http('master-2', 5050, recordedMaster('master-leader'));
	await hosts.http('master-3', 5050, recordedMaster('master-follower'));
	await hosts.http('slave-1', 5051, recordedAgent('agent-registered'));
}

describe('a formed cluster as recorded', () => {
	test('has a leader and its slave', async () => {
		await formed();
		expect(await askGate('mesos-leader', cluster, hosts.reach)).toEqual({
			open: true,
			detail: 'master-2 leads',
			missing: [],
		});
		expect(await askGate('slaves-registered', cluster, hosts.reach)).toMatchObject({open: true, missing: []});
	});
});

describe('1: /health is 200 whatever the state', () => {
	test('masters without a leader are not ready', async () => {
		for (const name of ['master-1', 'master-2', 'master-3']) {
			await hosts.http(name, 5050, recordedMaster('master-no-leader'));
		}
		expect(await status('master-1', 5050, '/health')).toBe(200);
		const answer = await askGate('mesos-leader', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['master-1', 'master-2', 'master-3']});
		expect(answer.detail).toContain('No leader elected');
	});

	test('an agent without a master is not registered', async () => {
		await formed();
		const two = testCluster(3, 2);
		await hosts.http('slave-2', 5051, recordedAgent('agent-not-registered'));
		expect(await status('slave-2', 5051, '/health')).toBe(200);
		const answer = await askGate('slaves-registered', two, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['slave-2']});
	});
});

describe('2: slave/registered is 1 on a refused agent', () => {
	test('it is told to be up and not accepted', async () => {
		await formed();
		await hosts.http('slave-2', 5051, {
			...recordedAgent('agent-not-registered'),
			'GET /metrics/snapshot': recorded('agent-registered', 'metrics.snapshot'),
		});
		const metrics = await askHttp(hosts.reach, 'slave-2', 5051, {path: '/metrics/snapshot'});
		expect(JSON.parse(metrics.body)['slave/registered']).toBe(1);
		const answer = await askGate('slaves-registered', testCluster(3, 2), hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['slave-2']});
		expect(answer.detail).toMatch(/^slave-2 runs but no master has accepted it/);
	});
});

/** Two of three masters are dead; the third is elected and cannot recover its registry. */
async function unrecovered() {
	await hosts.http('master-2', 5050, recordedMaster('master-quorum-lost'));
}

describe('3: registrar/log/recovered is 1 with the quorum lost', () => {
	test('the survivor is not ready', async () => {
		await unrecovered();
		const metrics = JSON.parse((await askHttp(hosts.reach, 'master-2', 5050, {path: '/metrics/snapshot'})).body);
		expect(metrics['registrar/log/recovered']).toBe(1);
		expect(metrics['master/elected']).toBe(1);
		expect(await memberHealthy('mesos-master', 'master-2', cluster, hosts.reach)).toBe(false);
	});
});

describe('4: a leader without its registry answers on /state and /slaves', () => {
	test('it is not ready, and its empty list of agents is not believed', async () => {
		await unrecovered();
		expect(await status('master-2', 5050, '/state')).toBe(200);
		expect(await status('master-2', 5050, '/slaves')).toBe(200);
		const answer = await askGate('mesos-leader', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['master-2', 'master-1', 'master-3']});
		expect(answer.detail).toContain('Master has not finished recovery');
		expect((await askGate('slaves-registered', cluster, hosts.reach)).detail).toContain('not finished recovery');
	});
});

describe('5: a follower redirects all but a few pages', () => {
	test('agents are asked of the leader only', async () => {
		await formed();
		expect(await status('master-1', 5050, '/slaves')).toBe(307);
		expect((await askGate('slaves-registered', cluster, hosts.reach)).open).toBe(true);
		const asked = hosts.requests.filter(request => request.endsWith('POST /api/v1'));
		expect(new Set(asked)).toEqual(new Set(['master-2:5050 POST /api/v1']));
	});
});

describe('6: followers redirect to a dead leader for 10 s', () => {
	test('a leader that does not answer is none, and is named', async () => {
		await formed();
		hosts.stop('master-2', 5050);
		const naive = await askHttp(hosts.reach, 'master-1', 5050, {path: '/redirect'});
		expect(naive).toMatchObject({status: 307, locationHost: 'master-2'});
		const answer = await askGate('mesos-leader', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['master-2']});
		expect(answer.detail).toContain('still name master-2 as leader, which does not answer');
		expect(await memberHealthy('mesos-master', 'master-1', cluster, hosts.reach)).toBe(false);
	});
});

describe('7: ZooKeeper loses its quorum', () => {
	test('the leading master is gone, the followers stay without a leader', async () => {
		await hosts.http('master-1', 5050, recordedMaster('master-no-leader'));
		await hosts.http('master-3', 5050, recordedMaster('master-no-leader'));
		expect(await status('master-1', 5050, '/health')).toBe(200);
		const answer = await askGate('mesos-leader', cluster, hosts.reach);
		expect(answer.open).toBe(false);
		expect(answer.missing).toContain('master-2');
	});

	test('losing only the ZooKeeper leader changes nothing', async () => {
		await hosts.zookeeper('master-1', 'leader');
		await hosts.zookeeper('master-3', 'follower');
		expect(await askGate('zookeeper-quorum', cluster, hosts.reach)).toEqual({
			open: true,
			detail: 'master-1 leads 2 of 3, without master-2: connection refused',
			missing: ['master-2'],
		});
	});
});

describe('8: after ZooKeeper comes back a master may redirect to itself', () => {
	test('all masters agreeing on it is not enough, and no redirect is followed', async () => {
		for (const name of ['master-1', 'master-2', 'master-3']) {
			await hosts.http(name, 5050, recordedMaster('master-follower'));
		}
		expect((await askHttp(hosts.reach, 'master-2', 5050, {path: '/redirect'})).locationHost).toBe('master-2');
		hosts.requests.length = 0;
		const answer = await askGate('mesos-leader', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['master-2']});
		expect(answer.detail).toContain('redirects to master-2');
		expect(hosts.requests).toHaveLength(4);
		expect(await memberHealthy('mesos-master', 'master-2', cluster, hosts.reach)).toBe(false);
	});
});

describe('11: ruok says imok without a quorum', () => {
	test('a server that does not serve is no member', async () => {
		await hosts.zookeeper('master-1', 'no-quorum');
		const answer = await askGate('zookeeper-quorum', cluster, hosts.reach);
		expect(answer).toMatchObject({open: false, missing: ['master-1', 'master-2', 'master-3']});
		expect(answer.detail).toContain('0 of 3 ZooKeeper servers serve, 2 are needed');
		expect(answer.detail).toContain('not currently serving requests');
		expect(await memberHealthy('zookeeper', 'master-1', cluster, hosts.reach)).toBe(false);
	});
});
