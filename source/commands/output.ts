import type {HostRole} from '../cluster/model.ts';
import {marked} from '../cluster/simulated.ts';
import type {Listener, RunEvent} from '../pipeline/events.ts';
import {jsonOutput} from './json-output.ts';
import type {CommandOptions, Streams} from './options.ts';
import {plainOutput} from './plain-output.ts';

/** A run for the panels. */
export type LiveRun = {
	/** What is being done to which cluster: `apply prod`. */
	title: string;
	hosts: readonly {name: string; role: HostRole}[];
	/** Gates the run will wait for, in order. */
	gates: readonly string[];
};

/** Draws what a run says. */
export type Output = {
	emit: Listener;
	/** From now on the run has the whole screen, where there is one. */
	live(run: LiveRun): Promise<void>;
	/** Tells the user that, and how, the run is being stopped. */
	say(text: string): void;
	/** Gives the screen back and leaves the outcome in lines. At once, so that it can stand before an exit. */
	close(): void;
	sink: Sink;
};

/** A way to write whole lines. */
export type Sink = {out(text: string): void; err(text: string): void};

/**
 * One line of JSON for each event of the contract, or lines for people.
 * @param logPath named in every error; undefined while there is no log
 */
export function createOutput(
	options: Pick<CommandOptions, 'json' | 'verbose' | 'color' | 'mark'>,
	streams: Pick<Streams, 'stdout' | 'stderr'>,
	logPath: string | undefined,
): Output {
	// A line of JSON is for programs, which go by their environment.
	const told = (text: string) => (options.json ? text : marked(text, options.mark));
	const sink: Sink = {
		out: text => streams.stdout.write(`${told(text)}\n`),
		err: text => streams.stderr.write(`${told(text)}\n`),
	};
	const emit: (event: RunEvent) => void = options.json
		? jsonOutput(sink, logPath)
		: plainOutput(options, sink, logPath);
	return {emit, live: async () => {}, say: text => streams.stderr.write(`\n${told(text)}\n`), close: () => {}, sink};
}
