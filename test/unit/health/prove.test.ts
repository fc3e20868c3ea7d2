import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Check} from '../../../source/health/checks.ts';
import {verify} from '../../../source/health/verify.ts';
import {agentsAnswer, WholeCluster} from './whole-cluster.ts';

let whole: WholeCluster;
beforeEach(async () => {
	whole = new WholeCluster();
	await whole.start();
});
afterEach(() => whole.hosts.close());

const proofs = ['marathon task', 'chronos job'];

async function run(signal = new AbortController().signal): Promise<{sound: boolean; proof: string[]; fixes: string[]}> {
	const checks: Check[] = [];
	const onCheck = (check: Check) => void checks.push(check);
	const sound = await verify(whole.cluster, whole.hosts.reach, {smoke: true, signal, onCheck});
	const proof = checks.filter(({check}) => proofs.includes(check));
	return {
		sound,
		proof: proof.map(({host, check, status, detail}) => `${status} ${host ?? '-'} ${check}: ${detail}`).sort(),
		fixes: proof.map(({fix}) => fix ?? ''),
	};
}

describe('the proof', () => {
	test('runs a task on every slave and a job, and leaves nothing', async () => {
		const {sound, proof} = await run();
		expect(sound).toBe(true);
		expect(proof).toEqual([
			'ok - chronos job: scheduled and run by master-3',
			expect.stringMatching(/^ok slave-1 marathon task: ran on slave-1 after \d\.\d s$/),
			expect.stringMatching(/^ok slave-2 marathon task: ran on slave-2 after \d\.\d s$/),
		]);
		expect(whole.marathon.orders.sort()).toEqual([
			'DELETE /mesos-setup-verify/slave-1',
			'DELETE /mesos-setup-verify/slave-2',
			'DELETE group /mesos-setup-verify',
			'PUT /mesos-setup-verify/slave-1',
			'PUT /mesos-setup-verify/slave-2',
		]);
		expect(whole.chronos.orders).toEqual([
			'POST mesos-setup-verify',
			'PUT mesos-setup-verify',
			'DELETE mesos-setup-verify',
		]);
		expect(whole.marathon.apps.size + whole.chronos.jobs.size).toBe(0);
	});

	test('waits for the deployment that ends the tasks', async () => {
		await run();
		expect([...whole.marathon.deployments]).toEqual([]);
		const ending = ({requests}: {requests: string[]}) =>
			requests.filter(request => request.endsWith('/v2/deployments'));
		expect(ending(whole.hosts).length).toBeGreaterThanOrEqual(3);
	});

	test('first removes what a crashed one left, of slaves that are gone too', async () => {
		whole.marathon.leave('/mesos-setup-verify/slave-1');
		whole.marathon.leave('/mesos-setup-verify/slave-77');
		whole.marathon.leave('/theirs/mesos-setup-verify/keep');
		whole.chronos.leave('mesos-setup-verify');
		const {sound} = await run();
		expect(sound).toBe(true);
		expect(whole.marathon.orders.slice(0, 2).sort()).toEqual([
			'DELETE /mesos-setup-verify/slave-1',
			'DELETE /mesos-setup-verify/slave-77',
		]);
		expect(whole.chronos.orders[0]).toBe('DELETE mesos-setup-verify');
		expect([...whole.marathon.apps.keys()]).toEqual(['/theirs/mesos-setup-verify/keep']);
	});

	test.each([
		['no offer', {tasks: []}, 'Marathon found no offer of this slave that fits'],
		[
			'a task that ends',
			{tasks: [], lastTaskFailure: {state: 'TASK_FAILED', message: 'Failed to launch container'}},
			'the last one ended TASK_FAILED, "Failed to launch container"',
		],
		[
			'a task on another agent',
			{tasks: [{state: 'TASK_RUNNING', host: 'agent-1', slaveId: 'another-S0'}]},
			'it went to another agent, agent-1',
		],
		['a task that hangs', {tasks: [{state: 'TASK_STAGING', host: 'agent-2'}]}, 'it is still TASK_STAGING'],
	])('fails for a slave with %s, and removes the app all the same', async (_, broken, detail) => {
		whole.marathon.broken['slave-2'] = broken;
		const {sound, proof, fixes} = await run();
		expect(sound).toBe(false);
		expect(proof).toContain(`failed slave-2 marathon task: no task ran within 0 s: ${detail}`);
		expect(fixes.join()).toContain('on slave-2');
		expect(whole.marathon.apps.size).toBe(0);
	});

	test('warns of a group that Marathon keeps', async () => {
		whole.marathon.refuseGroup = {status: 409, body: '{"message":"App is locked"}'};
		const {sound, proof} = await run();
		expect(sound).toBe(true);
		expect(proof.filter(line => line.startsWith('warn'))).toEqual([
			'warn - marathon task: the empty group /mesos-setup-verify is left: answered 409, "{"message":"App is locked"}"',
		]);
	});

	test('tells what Marathon has against the app', async () => {
		whole.marathon.refuse = {status: 422, body: '{"message":"Object is not valid"}'};
		const {sound, proof} = await run();
		expect(sound).toBe(false);
		expect(proof).toContain(
			'failed slave-1 marathon task: Marathon on master-1 answered 422, "{"message":"Object is not valid"}"',
		);
	});

	test('is not tried on a slave that is not registered', async () => {
		await whole.lead({'POST /api/v1 GET_AGENTS': agentsAnswer([1])});
		const {proof} = await run();
		expect(proof).toContain('warn slave-2 marathon task: not tried: the slave is not registered');
		expect(whole.marathon.orders.some(order => order.includes('slave-2'))).toBe(false);
	});

	test('is not tried without a leader', async () => {
		for (const master of ['master-1', 'master-2', 'master-3']) {
			whole.hosts.stop(master, 8080);
			whole.hosts.stop(master, 8081);
		}
		const {sound, proof} = await run();
		expect(sound).toBe(false);
		expect(proof).toEqual([
			'warn - chronos job: not tried: Chronos has no leader',
			'warn - marathon task: not tried: Marathon has no leader',
		]);
	});

	test('fails when the job fails', async () => {
		whole.chronos.fails = true;
		const {sound, proof} = await run();
		expect(sound).toBe(false);
		expect(proof).toContain('failed - chronos job: the job ran and failed');
		expect(whole.chronos.jobs.size).toBe(0);
	});

	test('stopped in the middle, removes what it started and rejects with the reason', async () => {
		const stop = new AbortController();
		whole.marathon.broken['slave-1'] = {tasks: []};
		whole.marathon.onStart = () => stop.abort(new Error('stopped by the user'));
		await expect(run(stop.signal)).rejects.toThrow('stopped by the user');
		expect(whole.marathon.orders.some(order => order.startsWith('PUT'))).toBe(true);
		expect(whole.marathon.apps.size).toBe(0);
		expect(whole.chronos.jobs.size).toBe(0);
	});
});
