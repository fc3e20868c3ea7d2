import {afterAll, beforeAll, expect, test} from 'vitest';
import {ask, Bench, type Running, until} from './bench.ts';

let bench: Bench;
const masters = new Map<number, Running>();
let zookeeper: Running[] = [];
let agent: Running;

const numbers = () => [...masters.keys()];
const at = (number: number) => `${bench.address(number)}:5050`;
const health = {type: 'GET_HEALTH'};

/** The master whom every living one names, once it answers as leader. */
async function leading(): Promise<number> {
	return until('a leader all masters agree on', async () => {
		const answers = await Promise.all(numbers().map(number => ask(at(number), '/redirect')));
		const [place] = answers.map(answer => answer?.location);
		const leader = numbers().find(number => place === `//${at(number)}`);
		if (leader === undefined || answers.some(answer => answer?.location !== place)) return undefined;
		return (await ask(at(leader), '/api/v1', health))?.status === 200 ? leader : undefined;
	});
}

async function agentId(): Promise<string> {
	return until('the agent is registered', async () => {
		const state = await ask(`${bench.address(11)}:5051`, '/state');
		return state && (JSON.parse(state.body) as {id: string}).id;
	});
}

async function endOf(running: Running, signal: NodeJS.Signals): Promise<number | string> {
	running.kill(signal);
	return running.ended;
}

beforeAll(async () => {
	bench = await Bench.prepare();
	zookeeper = await bench.startZookeeper();
	for (const number of [1, 2, 3]) masters.set(number, bench.master(number, 2, '--registry_fetch_timeout=3secs'));
	agent = bench.agent(11, 'slave-1');
});

afterAll(() => bench?.clear());

test('three masters elect one leader and the others point to it', async () => {
	const leader = await leading();
	for (const number of numbers().filter(other => other !== leader)) {
		expect(await ask(at(number), '/state?jsonp=x')).toMatchObject({
			status: 307,
			location: `//${at(leader)}/master/state?jsonp=x`,
		});
		expect(await ask(at(number), '/api/v1', health)).toMatchObject({location: `//${at(leader)}/master/api/v1`});
		expect(await ask(at(number), '/health')).toMatchObject({status: 200, body: ''});
		expect(await ask(at(number), '/state.json')).toMatchObject({status: 404});
	}
});

test('an agent registers, keeps its id over a restart, and refuses changed attributes', async () => {
	const id = await agentId();
	expect(id).toMatch(/-S0$/);
	await endOf(agent, 'SIGTERM');
	const changed = bench.agent(11, 'slave-9');
	expect(await changed.ended).toBe(1);
	expect(changed.output()).toContain(
		'EXIT with status 1: Failed to perform recovery: Incompatible agent info detected. \n',
	);
	const additive = bench.agent(11, 'slave-9', '--reconfiguration_policy=additive');
	expect(await additive.ended).toBe(1);
	expect(additive.output()).toContain("Value of text attribute 'id' changed from slave-1 to slave-9");
	agent = bench.agent(11, 'slave-1');
	expect(await agentId()).toBe(id);
});

test('after kill -9 the others point to the dead leader until its session ends, then follow a new one', async () => {
	const [leader, id] = [await leading(), await agentId()];
	const dead = masters.get(leader);
	masters.delete(leader);
	if (dead) await endOf(dead, 'SIGKILL');
	const [other = 0] = numbers();
	expect(await ask(at(other), '/redirect')).toMatchObject({location: `//${at(leader)}`});
	const next = await leading();
	const slaves = await until('the agent is active with the new leader', async () => {
		const answer = await ask(at(next), '/slaves');
		const found = answer && (JSON.parse(answer.body) as {slaves: {id: string; active: boolean}[]}).slaves;
		return found?.some(({active}) => active) && found;
	});
	expect(slaves.map(slave => slave.id)).toEqual([id]);
});

test('ZooKeeper without a quorum ends the leader, and the followers know none', async () => {
	masters.set(4, bench.master(4, 2, '--registry_fetch_timeout=3secs'));
	const leader = await leading();
	for (const server of zookeeper.slice(1)) await endOf(server, 'SIGKILL');
	const ended = masters.get(leader);
	masters.delete(leader);
	expect(await ended?.ended).toBe(1);
	expect(ended?.output()).toContain('Lost leadership after indecisive election... committing suicide!');
	const [other = 0] = numbers();
	await until('the follower knows no leader', async () => (await ask(at(other), '/redirect'))?.status === 503);
	expect(await ask(at(other), '/api/v1', health)).toMatchObject({status: 503, body: 'No leader elected'});
	await until('the agent knows no leader', async () =>
		(await ask(`${bench.address(11)}:5051`, '/metrics/snapshot'))?.body.includes('"slave/registered":0.0'),
	);
});

test('with ZooKeeper back, the masters that stayed and one that is new agree on a leader again', async () => {
	for (const number of [2, 3]) bench.zookeeper(number);
	const missing = [1, 2, 3].find(number => !masters.has(number)) ?? 1;
	masters.set(missing, bench.master(missing, 2, '--registry_fetch_timeout=20secs'));
	await leading();
	await agentId();
});
