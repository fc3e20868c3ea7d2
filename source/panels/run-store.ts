import type {Listener, RunEvent} from '../pipeline/events.ts';
import {reduceRun} from './run-reducer.ts';
import {initialState, type RunState, type RunSubject} from './run-state.ts';

/** A run for whoever draws it; `subscribe` and `getSnapshot` are what React's useSyncExternalStore wants. */
export type RunStore = {
	/** Takes an event of the run. */
	readonly take: Listener;
	/** Puts a sentence into the header, until the next one. */
	notice(text: string): void;
	readonly subscribe: (listener: () => void) => () => void;
	/** The same object until something has changed. */
	readonly getSnapshot: () => RunState;
	/** Lets subscribers know at once what came in until now. */
	flush(): void;
	readonly now: () => number;
};

// Events come by the thousand in a second; the eye wants twenty pictures of them (ms).
const interval = 50;

/** @param now clock in ms, for tests */
export function createRunStore(subject: RunSubject, now: () => number = Date.now): RunStore {
	const listeners = new Set<() => void>();
	let state = initialState(subject, now());
	let snapshot = state;
	let timer: NodeJS.Timeout | undefined;

	const flush = () => {
		clearTimeout(timer);
		timer = undefined;
		if (snapshot === state) return;
		snapshot = state;
		for (const listener of listeners) listener();
	};
	const change = (to: RunState) => {
		state = to;
		timer ??= setTimeout(flush, interval);
	};
	return {
		take: (event: RunEvent) => change(reduceRun(state, event, now())),
		notice: text => change({...state, notice: text}),
		subscribe: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getSnapshot: () => snapshot,
		flush,
		now,
	};
}
