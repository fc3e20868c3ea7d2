import {completion, type Job, jobOf} from './jobs.ts';
import type {Key} from './keys.ts';
import {problemsOf} from './problem.ts';
import {type Action, reduce} from './reducer.ts';
import type {Services} from './services.ts';
import type {WizardState} from './state.ts';

/** The wizard without its screens: state, and the work that the state asks for. */
export type Wizard = {
	/** As it is now. */
	readonly getState: () => WizardState;
	/** As subscribers were last told: a key is told at once, events of a run twenty times a second. */
	readonly getSnapshot: () => WizardState;
	readonly subscribe: (listener: () => void) => () => void;
	dispatch(action: Action): void;
	press(key: Key): void;
	/** The passphrase that is being asked for; empty goes on without. */
	answer(passphrase: string): void;
	/** Resolves when it is the person's turn. */
	idle(): Promise<void>;
	/** Stops what is under way; resolves when it has ended. */
	stop(): Promise<void>;
};

// Events come by the hundred (ms).
const interval = 50;

type Running = {id: string; controller: AbortController; ended: Promise<void>};

/** @param onJobError told of everything a job rejected with, for the log */
export function createWizard(initial: WizardState, services: Services, onJobError: (error: unknown) => void): Wizard {
	const listeners = new Set<() => void>();
	const idlers = new Set<() => void>();
	let state = initial;
	let snapshot = initial;
	let timer: NodeJS.Timeout | undefined;
	let running: Running | undefined;
	let done: string | undefined;
	let answer: ((passphrase: string) => void) | undefined;

	const begin = (job: Job): Running => {
		const controller = new AbortController();
		const {signal} = controller;
		// What a stopped job still has to say is about a screen that was left.
		const say = (action: Action) => {
			if (running?.controller === controller || action.type === 'applied') dispatch(action);
		};
		const askPassphrase = (path: string) =>
			new Promise<string>((resolve, reject) => {
				answer = resolve;
				signal.addEventListener('abort', () => reject(signal.reason), {once: true});
				say({type: 'asked', path});
			});
		const ended = Promise.resolve()
			.then(() => job.run(services, say, {signal, askPassphrase}))
			.catch(error => {
				if (!signal.aborted) onJobError(error);
				say({type: 'failed', problems: problemsOf(error, state.logPath)});
			})
			.finally(() => {
				if (running?.controller !== controller) return;
				running = undefined;
				done = job.id;
				work();
				for (const look of idlers) look();
			});
		return {id: job.id, controller, ended};
	};

	/** Lets what runs be what the state asks for. */
	const work = () => {
		const job = state.exit ? undefined : jobOf(state);
		if (!job) done = undefined;
		if (job?.id === running?.id) return;
		running?.controller.abort();
		running = undefined;
		if (state.question) dispatch({type: 'answered'});
		// A job that has ended without changing what the state asks for would run for ever.
		if (job && job.id !== done) running = begin(job);
	};

	const tell = () => {
		clearTimeout(timer);
		timer = undefined;
		if (snapshot === state) return;
		snapshot = state;
		for (const listener of listeners) listener();
	};

	const dispatch = (action: Action) => {
		const next = reduce(state, action);
		if (next === state) return;
		state = next;
		work();
		for (const look of idlers) look();
		if (action.type === 'event') timer ??= setTimeout(tell, interval);
		else tell();
	};

	const reply = (passphrase: string) => {
		const resolve = answer;
		answer = undefined;
		dispatch({type: 'answered'});
		resolve?.(passphrase);
	};

	const press = (key: Key) => {
		const {question} = state;
		if (question && (key.name === 'enter' || key.name === 'escape')) {
			reply(key.name === 'enter' ? question.typed.text : '');
			return;
		}
		if (key.ctrl && key.text === 'c') {
			interrupt();
			return;
		}
		if (key.name === 'tab') {
			const job = completion(state);
			if (job) {
				const signal = new AbortController().signal;
				const asked = {signal, askPassphrase: () => Promise.resolve('')};
				void job.run(services, dispatch, asked).catch(onJobError);
				return;
			}
		}
		dispatch({type: 'key', key});
	};

	/** Ctrl-C: an installation ends its steps in hand first; everything else may be left at once. */
	const interrupt = () => {
		if (state.at === 'install' && state.install.work === 'running' && !running?.controller.signal.aborted) {
			running?.controller.abort();
			return;
		}
		dispatch({type: 'left'});
	};

	work();
	return {
		getState: () => state,
		getSnapshot: () => snapshot,
		subscribe: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		dispatch,
		press,
		answer: reply,
		idle: () =>
			new Promise(resolve => {
				const isIdle = () => !running || state.question !== undefined || state.exit !== undefined;
				if (isIdle()) return resolve();
				const look = () => {
					if (!isIdle()) return;
					idlers.delete(look);
					resolve();
				};
				idlers.add(look);
			}),
		async stop() {
			running?.controller.abort();
			await running?.ended;
		},
	};
}
