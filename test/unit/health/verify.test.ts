import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {Check} from '../../../source/health/checks.ts';
import {verify} from '../../../source/health/verify.ts';
import {recorded, recordedAgent, recordedMaster} from './recordings.ts';
import {agentsAnswer, frameworks, WholeCluster} from './whole-cluster.ts';

let whole: WholeCluster;
beforeEach(async () => {
	whole = new WholeCluster();
	await whole.start();
});
afterEach(() => {
	vi.useRealTimers();
	whole.hosts.close();
});

async function run(smoke = false, signal = new AbortController().signal): Promise<{sound: boolean; checks: Check[]}> {
	const checks: Check[] = [];
	const onCheck = (check: Check) => void checks.push(check);
	const sound = await verify(whole.cluster, whole.hosts.reach, {smoke, signal, onCheck});
	return {sound, checks};
}

/** `host check: detail` of all checks that did not pass; each must say what to do. */
function bad(checks: Check[]): string[] {
	for (const check of checks.filter(({status}) => status !== 'ok')) expect(check.fix).toMatch(/^\p{Lu}.*\.$/u);
	return checks
		.filter(({status}) => status !== 'ok')
		.map(({host, check, status, detail}) => `${status}: ${host ? `${host} ` : ''}${check}: ${detail}`);
}

describe('a cluster in good health', () => {
	test('passes every check', async () => {
		const {sound, checks} = await run();
		expect(bad(checks)).toEqual([]);
		expect(sound).toBe(true);
		expect(checks.map(({host, check, detail}) => `${host ?? '-'} ${check}: ${detail}`)).toMatchInlineSnapshot(`
			[
			  "- zookeeper quorum: master-1 leads 3 of 3",
			  "master-1 zookeeper member: leader",
			  "master-2 zookeeper member: follower",
			  "master-3 zookeeper member: follower",
			  "- mesos leader: master-2 leads, Mesos 1.12.0",
			  "master-1 mesos master: is up and names master-2",
			  "master-2 mesos master: is up and names master-2",
			  "master-3 mesos master: is up and names master-2",
			  "- mesos quorum: 2",
			  "- mesos cluster name: lab",
			  "- mesos registry: 3 of 3 masters keep the registry's log",
			  "slave-1 slave registered: active as 7f45edf8-e0c6-407d-81e6-c0f9ca7460df-S0",
			  "slave-1 slave attributes: id:slave-1",
			  "slave-1 slave ports: 31000-32000",
			  "slave-2 slave registered: active as 7f45edf8-e0c6-407d-81e6-c0f9ca7460df-S1",
			  "slave-2 slave attributes: id:slave-2",
			  "slave-2 slave ports: 31000-32000",
			  "- marathon leader: master-1 leads",
			  "master-1 marathon instance: is up and names master-1",
			  "master-2 marathon instance: is up and names master-1",
			  "master-3 marathon instance: is up and names master-1",
			  "- marathon framework: registered with master-2 as marathon-id",
			  "- chronos leader: master-3 leads",
			  "master-1 chronos instance: is up and names master-3",
			  "master-2 chronos instance: is up and names master-3",
			  "master-3 chronos instance: is up and names master-3",
			  "- chronos framework: registered with master-2 as chronos-id",
			]
		`);
	});

	test('passes with one master, whose ZooKeeper is alone', async () => {
		whole.cluster.hosts = whole.cluster.hosts.filter(({name}) => !['master-1', 'master-3'].includes(name));
		whole.cluster.frameworks = {marathon: false, chronos: false};
		await whole.hosts.zookeeper('master-2', 'standalone');
		const flags = recorded('master-leader', 'flags');
		await whole.lead({
			'GET /flags': {...flags, body: flags.body?.replace('"quorum": "2"', '"quorum": "1"') ?? ''},
			'GET /metrics/snapshot': {status: 200, body: '{"registrar/log/ensemble_size": 1.0}'},
		});
		const {sound, checks} = await run(true);
		expect(bad(checks)).toEqual([]);
		expect(sound).toBe(true);
		expect(checks.some(({check}) => check.includes('marathon') || check.includes('chronos'))).toBe(false);
	});
});

describe('a master that was killed', () => {
	function kill(host: string) {
		for (const port of [2181, 5050, 8080, 8081]) whole.hosts.stop(host, port);
	}

	test('is the culprit of all that failed, the rest still passes', async () => {
		kill('master-3');
		const {sound, checks} = await run();
		expect(sound).toBe(false);
		expect(bad(checks)).toEqual([
			'failed: master-3 zookeeper member: does not answer (connection refused)',
			'failed: master-3 mesos master: does not answer (connection refused)',
			'failed: master-3 marathon instance: does not answer (connection refused)',
			// The two others still name it, as they do until its session in ZooKeeper ends.
			'failed: chronos leader: master-1 and master-2 still name master-3 as leader, which does not answer (connection refused)',
			'failed: master-3 chronos instance: does not answer (connection refused)',
		]);
	});

	test('costs one timeout when it does not even refuse', async () => {
		kill('master-3');
		for (const port of [2181, 5050, 8080, 8081]) await whole.hosts.mute('master-3', port);
		vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
		const running = run();
		const silent = ['master-3:2181', 'master-3:5050', 'master-3:8080', 'master-3:8081'];
		await vi.waitFor(() => expect(whole.hosts.opened).toEqual(expect.arrayContaining(silent)));
		await vi.waitFor(() => expect(whole.hosts.busy().sort()).toEqual(silent), {interval: 1});
		// The only time that passes; whatever were asked after it would never end.
		await vi.advanceTimersByTimeAsync(5_000);
		const failures = bad((await running).checks);
		expect(failures).toHaveLength(5);
		expect(failures[0]).toBe('failed: master-3 zookeeper member: does not answer (no answer on port 2181 within 5 s)');
	});

	test('that led Mesos leaves no leader until the others notice', async () => {
		kill('master-2');
		const {sound, checks} = await run();
		expect(sound).toBe(false);
		const failures = bad(checks);
		expect(failures).toContain(
			'failed: mesos leader: master-1 and master-3 still name master-2 as leader, which does not answer (connection refused)',
		);
		expect(failures).toContain('failed: slaves registered: nobody can tell: no Mesos leader serves');
		expect(checks.find(({check}) => check === 'mesos leader')?.fix).toContain('on master-2');
	});
});

test('a lost ZooKeeper quorum is named with the servers that are gone', async () => {
	whole.hosts.stop('master-1', 2181);
	whole.hosts.stop('master-3', 2181);
	whole.hosts.stop('master-2', 5050);
	await whole.hosts.zookeeper('master-2', 'no-quorum');
	for (const name of ['master-1', 'master-3']) await whole.hosts.http(name, 5050, recordedMaster('master-no-leader'));
	const {sound, checks} = await run();
	expect(sound).toBe(false);
	const failures = bad(checks);
	expect(failures[0]).toBe(
		'failed: zookeeper quorum: 0 of 3 ZooKeeper servers serve, 2 are needed (master-1: connection refused; master-2: says "This ZooKeeper instance is not currently serving requests"; master-3: connection refused)',
	);
	const waiting = checks.find(({host, check}) => host === 'master-2' && check === 'zookeeper member');
	expect(waiting?.fix).toContain('on master-1 and master-3');
	expect(failures.some(line => line.includes('mesos leader') && line.includes('No leader elected'))).toBe(true);
});

describe('slaves', () => {
	test('an agent that is up but refused is told so, and where the refusal is written', async () => {
		await whole.lead({'POST /api/v1 GET_AGENTS': agentsAnswer([1])});
		await whole.hosts.http('slave-2', 5051, {
			...recordedAgent('agent-not-registered'),
			'GET /metrics/snapshot': recorded('agent-registered', 'metrics.snapshot'),
		});
		const {sound, checks} = await run();
		expect(sound).toBe(false);
		expect(bad(checks)).toEqual([
			expect.stringMatching(/^failed: slave-2 slave registered: runs but no master has accepted it, it looks for zk:/),
		]);
		expect(checks.find(({status}) => status === 'failed')?.fix).toContain('"Refusing registration"');
	});

	test('an agent that is down is told so', async () => {
		await whole.lead({'POST /api/v1 GET_AGENTS': agentsAnswer([1])});
		whole.hosts.stop('slave-2', 5051);
		const {checks} = await run();
		expect(bad(checks)).toEqual(['failed: slave-2 slave registered: has no agent on port 5051 (connection refused)']);
	});

	test.each([
		['another id', 'slave-2', 'slave-9', 'slave attributes: offers id:slave-9, should offer id:slave-2'],
		['other ports', '"end":32000', '"end":31999', 'slave ports: offers ports 31000-31999, should offer 31000-32000'],
	])('%s than asked for fails', async (_, from, to, expected) => {
		await whole.lead({'POST /api/v1 GET_AGENTS': agentsAnswer([1, 2], text => text.replaceAll(from, to))});
		const {sound, checks} = await run();
		expect(sound).toBe(false);
		expect(bad(checks)).toContain(`failed: slave-2 ${expected}`);
	});

	test('ranges that touch are one range, numbers are compared as numbers', async () => {
		whole.cluster.mesos.port_ranges = '31501-32000, 31000-31500';
		whole.cluster.mesos.attributes = {rack: '8.0'};
		const rack = {name: 'rack', type: 'SCALAR', scalar: {value: 8}};
		const withRack = (text: string) => text.replaceAll('"attributes":[', `"attributes":[${JSON.stringify(rack)},`);
		await whole.lead({'POST /api/v1 GET_AGENTS': agentsAnswer([1, 2], withRack)});
		expect(bad((await run()).checks)).toEqual([]);
	});

	test('blanks, which Mesos takes out of an attribute, make no difference', async () => {
		whole.cluster.mesos.attributes = {zone: 'row 1, left'};
		const zone = {name: 'zone', type: 'TEXT', text: {value: 'row1,left'}};
		const withZone = (text: string) => text.replaceAll('"attributes":[', `"attributes":[${JSON.stringify(zone)},`);
		await whole.lead({'POST /api/v1 GET_AGENTS': agentsAnswer([1, 2], withZone)});
		expect(bad((await run()).checks)).toEqual([]);
	});

	test('an agent that is not in the file is worth a warning', async () => {
		await whole.lead({'POST /api/v1 GET_AGENTS': agentsAnswer([1, 2, 7])});
		const {sound, checks} = await run();
		expect(sound).toBe(true);
		expect(bad(checks)).toEqual([
			expect.stringMatching(/^warn: unexpected agent: agent-7 \(127\.0\.0\.17\) is registered as .*-S6 but not in/),
		]);
	});
});

describe('masters', () => {
	test.each([
		['quorum', '"quorum": "2"', '"quorum": "1"', 'mesos quorum: runs with quorum 1, it should be 2'],
		[
			'cluster name',
			'"cluster": "lab"',
			'"cluster": "GoGame"',
			'mesos cluster name: runs with cluster GoGame, it should be lab',
		],
	])('a wrong %s is found on a follower too', async (_, from, to, expected) => {
		const follower = recordedMaster('master-follower');
		const flags = follower['GET /flags'];
		await whole.hosts.http('master-3', 5050, {
			...follower,
			'GET /flags': {status: 200, body: flags?.body?.replace(from, to) ?? ''},
		});
		const {sound, checks} = await run();
		expect(sound).toBe(false);
		expect(bad(checks)).toEqual([`failed: master-3 ${expected}`]);
	});

	test('a fourth replica of the registry is an alarm', async () => {
		const metrics = recorded('master-leader', 'metrics.snapshot');
		const body =
			metrics.body?.replace(/"registrar\/log\/ensemble_size": 3(\.0)?/, '"registrar/log/ensemble_size": 4') ?? '';
		await whole.lead({'GET /metrics/snapshot': {...metrics, body}});
		expect(bad((await run()).checks)).toEqual([
			"failed: mesos registry: 4 masters keep the registry's log, but the cluster has 3",
		]);
	});
});

describe('frameworks', () => {
	test.each([
		['not registered', '{"frameworks":[]}', 'master-1 leads, but master-2 knows no framework marathon-id'],
		[
			'registered but not active',
			frameworks.body.replace('"active":true', '"active":false'),
			'registered with master-2 as marathon-id but not active',
		],
	])('%s fails with the leader to look at', async (_, body, detail) => {
		whole.cluster.frameworks.chronos = false;
		await whole.lead({'GET /frameworks': {...frameworks, body}});
		const {sound, checks} = await run();
		expect(sound).toBe(false);
		expect(bad(checks)).toEqual([`failed: marathon framework: ${detail}`]);
		expect(checks.at(-1)?.fix).toContain('on master-1');
	});

	test('one that registers a moment later passes', async () => {
		let asked = 0;
		await whole.lead({'GET /frameworks': () => (asked++ < 2 ? {status: 200, body: '{"frameworks":[]}'} : frameworks)});
		expect((await run()).sound).toBe(true);
	});
});
