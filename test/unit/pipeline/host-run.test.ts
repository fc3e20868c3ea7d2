import {expect, test} from 'vitest';
import type {Coordination} from '../../../source/pipeline/coordination.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {HostRun, type QueuedStep} from '../../../source/pipeline/host-run.ts';
import type {Mode, Outcome, Session} from '../../../source/remote/session.ts';
import type {Step} from '../../../source/steps/step.ts';

type Answer = Outcome extends infer One ? (One extends Outcome ? Omit<One, 'ms'> : never) : never;

/** A runner that answers each title as told, holds and defers like the real one; `sent` is what was written to it. */
function fakeSession(answers: Record<string, Answer>) {
	const sent: string[] = [];
	let state: 'open' | 'held' | 'failed' = 'open';
	const session = {
		host: 'master-1',
		release: () => {
			state = 'open';
			sent.push('release');
		},
		send: async ({title}: {title: string}, mode: Mode): Promise<Outcome> => {
			sent.push(`${mode} ${title}`);
			if (state === 'held') return {ms: 0, status: 'deferred'};
			if (state === 'failed') return {ms: 0, status: 'skipped'};
			let answer: Answer = answers[title] ?? {status: 'ok'};
			if (answer.status === 'held' && mode === 'apply') answer = {status: 'changed', output: ''};
			if (answer.status === 'held') state = 'held';
			if (answer.status === 'failed') state = 'failed';
			return {ms: 1, ...answer} as Outcome;
		},
	};
	return {sent, session: session as unknown as Session};
}

function steps(...all: Partial<Step>[]): QueuedStep[] {
	return all.map(step => ({
		role: 'mesos-master',
		step: {kind: 'absent', path: '/x', ...step} as Step,
		compile: () => ({
			title: step.title as string,
			check: ':',
			apply: ':',
			timeout: 1,
			kill: true,
			secret: false,
			live: false,
		}),
	}));
}

function coordination(refusal?: unknown, ended = false) {
	const calls: string[] = [];
	const shared = {
		pass: async (gate: string) => {
			calls.push(`pass ${gate}`);
			if (refusal) throw refusal;
		},
		endedBy: (error: unknown) => ended && error === refusal,
		rolling: (service: string) => ({
			settle: () => {},
			restart: async (_host: string, action: () => Promise<void>) => {
				calls.push(`turn ${service}`);
				await action();
			},
		}),
	};
	return {calls, shared: shared as unknown as Coordination};
}

async function runSteps(
	answers: Record<string, Answer>,
	queue: QueuedStep[],
	mode: 'plan' | 'apply' = 'apply',
	{calls, shared} = coordination(),
) {
	const events: RunEvent[] = [];
	const {sent, session} = fakeSession(answers);
	const end = await new HostRun(
		session,
		queue,
		mode,
		shared,
		event => events.push(event),
		async () => {},
	).run();
	const statuses = events.flatMap(event => (event.event === 'step' ? [`${event.step} ${event.status}`] : []));
	return {end, events, sent, calls, statuses};
}

const three = () =>
	steps({title: 'a'}, {title: 'service', after: 'zookeeper-quorum', token: 'mesos-master'}, {title: 'b'});

test('nothing to change: every step is written before the first answer, without its apply; no gate is asked', async () => {
	const {end, sent, calls, statuses} = await runSteps({}, three());
	expect(end).toBe('done');
	expect(sent).toEqual(['hold a', 'hold service', 'hold b']);
	expect(calls).toEqual([]);
	expect(statuses).toEqual(['a ok', 'service ok', 'b ok']);
});

test('a stopped service waits for its gate, needs no turn, and the rest is sent again behind it', async () => {
	const {sent, calls, statuses} = await runSteps({service: {status: 'held', state: 'stopped'}}, three());
	expect(calls).toEqual(['pass zookeeper-quorum']);
	expect(sent).toEqual(['hold a', 'hold service', 'hold b', 'release', 'apply service', 'apply b']);
	expect(statuses).toEqual(['a ok', 'service changed', 'b ok']);
});

test('a running service restarts in its turn and asks no gate', async () => {
	const {calls} = await runSteps({service: {status: 'held', state: 'running'}}, three());
	expect(calls).toEqual(['turn mesos-master']);
});

test('a failure ends the host: the rest is skipped and the error names host, step and cause', async () => {
	const failed: Answer = {
		status: 'failed',
		phase: 'apply',
		code: 1,
		timedOut: false,
		output: 'No space left on device',
	};
	const {end, events, statuses} = await runSteps({a: failed}, three());
	expect(end).toBe('failed');
	expect(statuses).toEqual(['a failed', 'service skipped', 'b skipped']);
	expect(events.find(event => event.event === 'error')).toMatchObject({
		host: 'master-1',
		field: 'a',
		cause: expect.stringContaining('the disk is full'),
	});
});

test('a stop is no failure: no error is reported', async () => {
	const {end, events, statuses} = await runSteps({service: {status: 'skipped'}}, three());
	expect(end).toBe('stopped');
	expect(statuses).toEqual(['a ok', 'service skipped', 'b skipped']);
	expect(events.some(event => event.event === 'error')).toBe(false);
});

test('a run that is ended while a host waits at a gate stops that host; a gate that stays shut fails it', async () => {
	const answers: Record<string, Answer> = {service: {status: 'held', state: 'stopped'}};
	const stopped = await runSteps(answers, three(), 'apply', coordination(new Error('Interrupted.'), true));
	expect(stopped.end).toBe('stopped');
	expect(stopped.statuses).toEqual(['a ok', 'service skipped', 'b skipped']);
	expect(stopped.events.filter(event => event.event === 'error')).toEqual([]);
	const failed = await runSteps(answers, three(), 'apply', coordination(new Error('shut')));
	expect(failed.end).toBe('failed');
	expect(failed.events).toContainEqual(expect.objectContaining({event: 'error', cause: 'shut', field: 'service'}));
});

test('plan asks every step and shows the difference', async () => {
	const texts = {current: 'quorum 1\n', candidate: 'quorum 2\n'};
	const {sent, events} = await runSteps({a: {status: 'would-change', ...texts}}, three(), 'plan');
	expect(sent).toEqual(['plan a', 'plan service', 'plan b']);
	expect(events).toContainEqual(
		expect.objectContaining({step: 'a', status: 'would-change', diff: expect.stringContaining('-quorum 1\n+quorum 2')}),
	);
});

test('output of a secret step never reaches an event', async () => {
	const failed: Answer = {status: 'failed', phase: 'apply', code: 1, timedOut: false, output: 'hunter2'};
	const {events} = await runSteps({a: failed}, steps({title: 'a', secret: true}));
	expect(JSON.stringify(events)).not.toContain('hunter2');
});
