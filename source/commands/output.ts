import type {Listener, RunEvent} from '../pipeline/events.ts';
import {jsonOutput} from './json-output.ts';
import type {CommandOptions, Streams} from './options.ts';
import {plainOutput} from './plain-output.ts';

/** Draws what a run says. */
export type Output = {emit: Listener};

/** A way to write whole lines. */
export type Sink = {out(text: string): void; err(text: string): void};

/**
 * One line of JSON for each event of the contract, or lines for people.
 * @param logPath named in every error; undefined while there is no log
 */
export function createOutput(
	options: Pick<CommandOptions, 'json' | 'verbose' | 'color'>,
	streams: Pick<Streams, 'stdout' | 'stderr'>,
	logPath: string | undefined,
): Output {
	const sink: Sink = {
		out: text => streams.stdout.write(`${text}\n`),
		err: text => streams.stderr.write(`${text}\n`),
	};
	const emit: (event: RunEvent) => void = options.json
		? jsonOutput(sink, logPath)
		: plainOutput(options, sink, logPath);
	return {emit};
}
