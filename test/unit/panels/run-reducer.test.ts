import {describe, expect, test} from 'vitest';
import {logLimit, oneLine, reduceRun} from '../../../source/panels/run-reducer.ts';
import {type HostView, initialState, type RunState, stepsOf} from '../../../source/panels/run-state.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {recording, subject} from './recording.ts';

const two = {
	hosts: [
		{name: 'a', role: 'master' as const},
		{name: 'b', role: 'slave' as const},
	],
	gates: ['zookeeper-quorum'],
};

/** Each event a second after the one before. */
function play(events: RunEvent[], from: RunState = initialState(two, 0)): RunState {
	return events.reduce((state, event, i) => reduceRun(state, event, 1000 * (i + 1)), from);
}
const host = (state: RunState, name = 'a') => state.hosts.find(one => one.name === name) as HostView;
const texts = (state: RunState) => host(state).log.map(line => `${line.kind} ${line.text}`);

const begin: RunEvent[] = [
	{event: 'host', host: 'a', state: 'connecting'},
	{event: 'host', host: 'a', state: 'connected', detail: 'Amazon Linux 2023'},
	{
		event: 'queued',
		host: 'a',
		roles: [
			{role: 'common', steps: 2},
			{role: 'docker', steps: 1},
			{role: 'chronos', steps: 0},
		],
	},
	{event: 'started', host: 'a', role: 'common', step: 'file /etc/x'},
];
const first: RunEvent = {event: 'step', host: 'a', role: 'common', step: 'file /etc/x', status: 'changed', ms: 90};

describe('a host', () => {
	test('waits, connects, runs and ends, with its times', () => {
		expect(host(play([]))).toMatchObject({state: 'waiting', began: undefined});
		expect(host(play(begin.slice(0, 1)))).toMatchObject({state: 'connecting', began: 1000});
		const running = host(play(begin));
		expect(running).toMatchObject({state: 'running', step: {role: 'common', title: 'file /etc/x', since: 4000}});
		const done = host(play([...begin, {event: 'host', host: 'a', state: 'finished'}]));
		expect(done).toMatchObject({state: 'done', began: 1000, ended: 5000, step: undefined});
	});

	test('why connecting takes long is told while it does', () => {
		const retry: RunEvent = {event: 'host', host: 'a', state: 'connecting', detail: 'System is booting up'};
		expect(host(play([begin[0] as RunEvent, retry])).line).toBe('System is booting up');
	});

	test('roles go from waiting to running to done as their steps end', () => {
		const states = (events: RunEvent[]) => host(play(events)).roles.map(role => role.state);
		expect(states(begin.slice(0, 3))).toEqual(['waiting', 'waiting', 'done']);
		expect(states(begin)).toEqual(['running', 'waiting', 'done']);
		expect(states([...begin, first])).toEqual(['running', 'waiting', 'done']);
		expect(states([...begin, first, {...first, status: 'ok'}])).toEqual(['done', 'waiting', 'done']);
		expect(states([...begin, {...first, status: 'failed'}])).toEqual(['failed', 'waiting', 'done']);
		expect(stepsOf(host(play([...begin, first])))).toEqual({ended: 1, all: 3});
	});

	test('the first error is its reason, with the step it happened in', () => {
		const state = play([
			...begin,
			{...first, status: 'failed', detail: 'line 1\nline 2'},
			{event: 'error', host: 'a', field: 'file /etc/x', cause: 'The disk is full.', fix: 'Free some.'},
			{event: 'error', host: 'a', cause: 'Then that.', fix: ''},
			{event: 'host', host: 'a', state: 'failed'},
		]);
		expect(host(state)).toMatchObject({
			state: 'failed',
			error: {cause: 'file /etc/x: The disk is full.', fix: 'Free some.'},
		});
		expect(texts(state).slice(-6)).toEqual([
			'step file /etc/x',
			'output line 1',
			'output line 2',
			'error file /etc/x: The disk is full.',
			'fix Free some.',
			'error Then that.',
		]);
	});

	test('a host that failed at a gate or was stopped runs nothing any more', () => {
		const end = (state: 'failed' | 'stopped') =>
			host(play([...begin, {event: 'host', host: 'a', state}])).roles[0]?.state;
		expect(end('failed')).toBe('failed');
		expect(end('stopped')).toBe('waiting');
	});

	test('what lies behind a failure counts as skipped, without a line each', () => {
		const state = play([...begin, {...first, status: 'failed'}, {...first, step: 'later', status: 'skipped'}]);
		expect(host(state).counts).toEqual({ok: 0, changed: 0, failed: 1, skipped: 1});
		expect(texts(state).join()).not.toContain('later');
		expect(stepsOf(host(state)).ended).toBe(0);
	});

	test('what a step prints last is shown until its answer', () => {
		const printing: RunEvent[] = ['Installing:', '========'].map(line => ({event: 'output', host: 'a', line}));
		expect(host(play([...begin, ...printing])).line).toBe('Installing:');
		expect(host(play([...begin, ...printing, first])).line).toBeUndefined();
	});

	test('the log begins each role with its name and keeps the newest lines', () => {
		expect(texts(play([...begin, first]))).toEqual([
			'message connected, Amazon Linux 2023',
			'role common',
			'step file /etc/x',
		]);
		const many = Array.from(
			{length: logLimit + 5},
			(_, i): RunEvent => ({event: 'output', host: 'a', line: `no ${i}`}),
		);
		const {log} = host(play(many));
		expect(log).toHaveLength(logLimit);
		expect(log[0]).toMatchObject({text: 'no 5', no: 6});
		expect(log.at(-1)).toMatchObject({no: logLimit + 5});
	});

	test('the others keep their identity', () => {
		const before = play(begin);
		const after = reduceRun(before, first, 9000);
		expect(host(after, 'b')).toBe(host(before, 'b'));
		expect(reduceRun(before, {event: 'output', host: 'stranger', line: 'x'}, 1).hosts).toEqual(before.hosts);
	});
});

describe('the run', () => {
	test('gates are there from the beginning, counts come out of their details', () => {
		expect(play([]).gates[0]).toMatchObject({gate: 'zookeeper-quorum', state: 'pending'});
		const {gates} = play([
			{event: 'gate', gate: 'zookeeper-quorum', status: 'waiting', ms: 0, detail: '2 of 3 serve'},
			{event: 'gate', gate: 'mesos-leader', status: 'ok', ms: 0, detail: 'a leads'},
		]);
		expect(gates).toMatchObject([
			{state: 'waiting', count: {have: 2, of: 3}},
			{gate: 'mesos-leader', count: undefined},
		]);
	});

	test('errors and notes find their host, errors of none stay with the run', () => {
		const state = play([
			{event: 'note', text: 'a: first connection'},
			{event: 'note', text: 'about nobody'},
			{event: 'error', host: 'elsewhere', cause: 'No.', fix: 'Yes.'},
		]);
		expect(texts(state)).toEqual(['message first connection']);
		expect(state.errors).toEqual([{cause: 'No.', fix: 'Yes.'}]);
	});

	test('a recorded install ends with every step counted', () => {
		const state = recording('install').reduce(
			(run, [ms, event]) => reduceRun(run, event, ms),
			initialState(subject, 0),
		);
		expect(state.ended).toBeGreaterThan(0);
		for (const one of state.hosts) {
			expect(one.state).toBe('done');
			expect(one.roles.every(role => role.state === 'done')).toBe(true);
			expect(stepsOf(one).ended).toBe(stepsOf(one).all);
		}
		expect(state.gates.map(gate => gate.state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
	});
});

describe('texts from hosts', () => {
	test('cannot move the cursor, colour, break lines or tear columns', () => {
		expect(oneLine('a\u001b[31mb\u001b[2J\u0007c\nd\te\u202e\u200df\ud800')).toBe('abc d ef');
		const state = play([
			...begin.slice(0, 3),
			{event: 'started', host: 'a', role: 'common', step: 'evil\u001b]0;title\u0007\nstep'},
			{event: 'output', host: 'a', line: '\u001b[?1049l\u001b[Hx'},
		]);
		expect(host(state).step?.title).not.toMatch(/\p{Cc}/u);
		expect(texts(state).join('')).not.toMatch(/\p{Cc}/u);
	});
});
