import {afterAll, beforeAll, expect, test} from 'vitest';
import {ask, Bench, type Running, until} from './bench.ts';

let bench: Bench;
const marathons = new Map<number, Running>();
const marathonAt = (number: number) => `${bench.address(number)}:8080`;
const chronosAt = (number: number) => `${bench.address(number)}:8081`;

function marathon(number: number, more: Record<string, string> = {}): Running {
	const address = bench.address(number);
	return bench.framework('marathon', [], {
		...{MARATHON_MASTER: bench.zk('mesos'), MARATHON_ZK: bench.zk('marathon'), MARATHON_HOSTNAME: address},
		...{MARATHON_HTTP_ADDRESS: address, MARATHON_HTTP_PORT: '8080', MARATHON_MESOS_USER: 'root'},
		...{MARATHON_ZK_SESSION_TIMEOUT: '2000', LIBPROCESS_IP: address, LIBPROCESS_PORT: '8090', ...more},
	});
}

beforeAll(async () => {
	bench = await Bench.prepare();
	await bench.startZookeeper();
	bench.master(1, 1);
	bench.agent(11, 'slave-1');
	for (const number of [1, 2]) {
		marathons.set(number, marathon(number));
		const address = bench.address(number);
		const flags = ['--master', bench.zk('mesos'), '--zk_hosts', bench.zk('').slice(5, -1), '--hostname', address];
		bench.framework('chronos', [...flags, '--http_address', address], {
			PORT0: '8081',
			PORT1: '8091',
			LIBPROCESS_IP: address,
		});
	}
});

afterAll(() => bench?.clear());

test('Marathon elects a leader, is a framework of Mesos, and runs an app asked of any instance', async () => {
	const leader = await until('both name one leader', async () => {
		const [one, two] = await Promise.all([1, 2].map(number => ask(marathonAt(number), '/v2/leader')));
		return one?.status === 200 && one.body === two?.body && (JSON.parse(one.body) as {leader: string}).leader;
	});
	const other = [1, 2].find(number => marathonAt(number) !== leader) ?? 0;
	await until('the framework is active', async () =>
		(await ask(`${bench.address(1)}:5050`, '/frameworks'))?.body.includes('"name":"marathon"'),
	);
	const app = {
		cmd: 'exec sleep 600',
		cpus: 0.01,
		mem: 32,
		constraints: [['id', 'CLUSTER', 'slave-1']],
		portDefinitions: [],
	};
	expect(await ask(marathonAt(other), '/v2/apps/folder/probe', app, 'PUT')).toMatchObject({status: 201});
	await until('the task runs', async () =>
		(await ask(marathonAt(other), '/v2/apps/folder/probe'))?.body.includes('TASK_RUNNING'),
	);
	expect((await ask(`${bench.address(1)}:5050`, '/tasks'))?.body).toContain('folder_probe');
	await ask(marathonAt(other), '/v2/apps/folder/probe', undefined, 'DELETE');
	await until('no deployment is left', async () => (await ask(marathonAt(other), '/v2/deployments'))?.body === '[]');
	expect(await ask(marathonAt(other), '/v2/apps/folder/probe')).toMatchObject({status: 404});
});

test('another Marathon leads with the same framework when the leader is killed', async () => {
	const info = async (number: number) => {
		const answer = await ask(marathonAt(number), '/v2/info');
		return answer?.status === 200 ? (JSON.parse(answer.body) as {frameworkId: string; leader: string}) : undefined;
	};
	const before = await until('the leader is known', () => info(1));
	const [leader, other] = before.leader === marathonAt(1) ? [1, 2] : [2, 1];
	marathons.get(leader)?.kill('SIGKILL');
	const after = await until('the other leads', async () => {
		const found = await info(other);
		return found?.leader === marathonAt(other) && found.frameworkId ? found : undefined;
	});
	expect(after.frameworkId).toBe(before.frameworkId);
});

test('Chronos runs a job when asked', async () => {
	const job = {name: 'probe', command: 'true', schedule: 'R1/2099-01-01T00:00:00.000Z/PT24H', cpus: 0.05, mem: 32};
	await until('the job is taken', async () => (await ask(chronosAt(2), '/v1/scheduler/iso8601', job))?.status === 204);
	expect(await ask(chronosAt(1), '/v1/scheduler/job/probe', undefined, 'PUT')).toMatchObject({status: 204});
	await until('the job succeeded', async () =>
		(await ask(chronosAt(1), '/v1/scheduler/jobs'))?.body.includes('"successCount":1'),
	);
	expect(await ask(chronosAt(2), '/v1/scheduler/job/probe', undefined, 'DELETE')).toMatchObject({status: 204});
});

test('Marathon refuses unknown variables, texts for booleans, a missing zk and a port in use', async () => {
	const refused = [
		marathon(3, {MARATHON_BOGUS: '1'}),
		marathon(4, {MARATHON_DISABLE_HA: 'true'}),
		marathon(5, {MARATHON_ZK: ''}),
		marathon(6, {MARATHON_HTTP_ADDRESS: bench.address(1), MARATHON_HTTP_PORT: '5050'}),
	];
	expect(await Promise.all(refused.map(({ended}) => ended))).toEqual([112, 112, 112, 111]);
});
