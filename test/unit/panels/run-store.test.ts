import {expect, test, vi} from 'vitest';
import {reduceRun} from '../../../source/panels/run-reducer.ts';
import {initialState, type RunState} from '../../../source/panels/run-state.ts';
import {createRunStore} from '../../../source/panels/run-store.ts';
import {clock, roughly, timeLeft} from '../../../source/panels/time-left.ts';
import {recording, subject} from './recording.ts';

test('a burst is one change, and the snapshot is the same until then', async () => {
	const store = createRunStore(subject);
	const listener = vi.fn();
	store.subscribe(listener);
	const before = store.getSnapshot();
	for (const [, event] of recording('install').slice(0, 300)) store.take(event);
	expect(store.getSnapshot()).toBe(before);
	await vi.waitFor(() => expect(listener).toHaveBeenCalled());
	expect(listener).toHaveBeenCalledTimes(1);
	expect(store.getSnapshot()).not.toBe(before);
	expect(store.getSnapshot()).toBe(store.getSnapshot());
});

test('flush tells at once, and tells nothing twice', () => {
	const store = createRunStore(subject);
	const listener = vi.fn();
	store.subscribe(listener);
	store.notice('Stopping.');
	store.flush();
	store.flush();
	expect(listener).toHaveBeenCalledTimes(1);
	expect(store.getSnapshot().notice).toBe('Stopping.');
});

test('a second of a hundred hosts printing as fast as they may costs much less than a second', () => {
	const hosts = Array.from({length: 100}, (_, i) => ({name: `slave-${i}`, role: 'slave' as const}));
	const store = createRunStore({hosts, gates: []});
	const began = performance.now();
	// remote/ lets 50 lines a second through for each host; this is one second of all of them.
	for (let line = 0; line < 50; line++)
		for (const {name} of hosts) store.take({event: 'output', host: name, line: `line ${line} of some length`});
	store.flush();
	expect(performance.now() - began).toBeLessThan(700);
});

test('the time left is near the truth once it is told, on a real install', () => {
	const events = recording('install');
	const end = events.at(-1)?.[0] as number;
	let state: RunState = initialState(subject, 0);
	const told: number[] = [];
	for (const [ms, event] of events) {
		state = reduceRun(state, event, ms);
		const left = timeLeft(state, ms);
		// Near the end seconds are no matter of factors.
		if (left !== undefined && end - ms > 10_000) told.push(left / (end - ms));
	}
	expect(told.length).toBeGreaterThan(100);
	expect(Math.min(...told)).toBeGreaterThan(0.4);
	expect(Math.max(...told)).toBeLessThan(2.5);
});

test('nothing is promised too early or when only gates are left', () => {
	expect(timeLeft(initialState(subject, 0), 60_000)).toBeUndefined();
	const all = recording('install').filter(([, event]) => event.event !== 'summary');
	const last = all.reduce((run, [ms, event]) => reduceRun(run, event, ms), initialState(subject, 0));
	expect(timeLeft(last, 60_000)).toBeUndefined();
});

test('times are told as coarse as they are known', () => {
	expect([3000, 31_000, 95_000].map(roughly)).toEqual(['a few seconds left', 'about 40 s left', 'about 2 min left']);
	expect([0, 42_900, 725_000, 3_723_000].map(clock)).toEqual(['0:00', '0:42', '12:05', '1:02:03']);
});
