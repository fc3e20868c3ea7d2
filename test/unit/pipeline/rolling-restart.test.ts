import {expect, test} from 'vitest';
import {RollingRestart} from '../../../source/pipeline/rolling-restart.ts';

const masters = ['master-1', 'master-2', 'master-3'];

/** A service whose members are down while they restart; `events` is what happened in order. */
function service(leader: string, down: string[] = []) {
	const events: string[] = [];
	const unhealthy = new Set(down);
	const questions = {
		leaderOf: async () => leader,
		healthy: async (host: string) => !unhealthy.has(host),
		lastWords: async (host: string) => ({
			host,
			told: 'the disk is full (mesos-master says: ENOSPC)',
			fix: 'Free some.',
		}),
	};
	const action = (host: string) => async () => {
		events.push(`stop ${host}`);
		unhealthy.add(host);
		await Promise.resolve();
		expect(unhealthy.size).toBe(1 + down.length);
		unhealthy.delete(host);
		events.push(`start ${host}`);
	};
	return {events, questions, action, unhealthy};
}

const never = new AbortController().signal;
const members = {all: masters, inThisRun: masters, quorum: 2};

test('members restart one at a time, the leader last', async () => {
	const {events, questions, action} = service('master-1');
	const rolling = new RollingRestart('mesos-master', members, questions, 5000, never);
	await Promise.all(masters.map(host => rolling.restart(host, action(host))));
	expect(events).toHaveLength(6);
	expect(events.slice(4)).toEqual(['stop master-1', 'start master-1']);
});

test('the leader waits for a member that is still on its way', async () => {
	const {events, questions, action} = service('master-1');
	const rolling = new RollingRestart('zookeeper', members, questions, 5000, never);
	const leader = rolling.restart('master-1', action('master-1'));
	rolling.settle('master-3');
	await new Promise(resolve => setImmediate(resolve));
	expect(events).toEqual([]);
	await rolling.restart('master-2', action('master-2'));
	await leader;
	expect(events[0]).toBe('stop master-2');
});

test('a member that does not come back stops the others', async () => {
	const {questions, unhealthy} = service('master-3');
	const rolling = new RollingRestart('mesos-master', members, questions, 50, never);
	const first = rolling.restart('master-1', async () => void unhealthy.add('master-1'));
	const second = rolling.restart('master-2', async () => {
		throw new Error('must not run');
	});
	await expect(first).rejects.toThrow(
		/mesos-master on master-1 did not serve again.*: the disk is full .* Free some\. The members not yet/,
	);
	await expect(second).rejects.toThrow(/stopped at master-1/);
});

test('no restart that would cost the quorum', async () => {
	const {questions, action} = service('master-1', ['master-3']);
	const rolling = new RollingRestart('mesos-master', members, questions, 50, never);
	rolling.settle('master-3');
	await expect(rolling.restart('master-2', action('master-2'))).rejects.toThrow(/too few members would be left/);
});

test('a quorum already lost does not stand in the way of a repair', async () => {
	const {events, questions} = service('', ['master-2', 'master-3']);
	const healed = {...questions, healthy: async () => events.length > 0};
	const rolling = new RollingRestart('mesos-master', members, healed, 500, never);
	await rolling.restart('master-2', async () => void events.push('restarted'));
	expect(events).toEqual(['restarted']);
});

test('a single master may restart', async () => {
	const {events, questions, action} = service('master-1');
	const one = {all: ['master-1'], inThisRun: ['master-1'], quorum: 1};
	await new RollingRestart('zookeeper', one, questions, 500, never).restart('master-1', action('master-1'));
	expect(events).toEqual(['stop master-1', 'start master-1']);
});

test('an abort refuses those that wait', async () => {
	const {questions} = service('master-1');
	const controller = new AbortController();
	const rolling = new RollingRestart('zookeeper', members, questions, 5000, controller.signal);
	const waiting = rolling.restart('master-1', async () => {});
	await new Promise(resolve => setImmediate(resolve));
	controller.abort(new Error('interrupted'));
	await expect(waiting).rejects.toThrow('interrupted');
});
