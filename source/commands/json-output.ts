import {escapeActing} from '../cluster/harmless.ts';
import type {Listener, RunEvent} from '../pipeline/events.ts';
import type {Sink} from './output.ts';

/** What only panels and lines for people need; scripts are promised the rest. */
const notInContract: ReadonlySet<RunEvent['event']> = new Set(['host', 'queued', 'started', 'output', 'note']);

/** One JSON object a line on stdout, nothing else there. */
export function jsonOutput(sink: Sink, logPath: string | undefined): Listener {
	return event => {
		if (notInContract.has(event.event) || (event.event === 'gate' && event.status === 'waiting')) return;
		const shown = event.event === 'error' ? {...event, log: logPath} : event;
		sink.out(escapeActing(JSON.stringify(shown)));
	};
}
