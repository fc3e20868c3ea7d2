import type {Listener, RunEvent} from '../pipeline/events.ts';

/** What a reader follows step by step; the rest of a run concerns more than one host. */
const ofSteps: ReadonlySet<RunEvent['event']> = new Set(['queued', 'started', 'output', 'step']);
const ends: ReadonlySet<string> = new Set(['finished', 'failed', 'stopped']);

/** Hosts one after the other, each in one piece as soon as it is done: diffs of many hosts at once cannot be read. */
export function byHost(listener: Listener): Listener {
	const held = new Map<string, RunEvent[]>();
	const release = (host: string) => {
		for (const event of held.get(host) ?? []) listener(event);
		held.delete(host);
	};
	return event => {
		const host = 'host' in event ? event.host : undefined;
		if (host !== undefined && ofSteps.has(event.event)) {
			const events = held.get(host);
			if (events) events.push(event);
			else held.set(host, [event]);
			return;
		}
		if (event.event === 'summary') for (const name of [...held.keys()]) release(name);
		if (host !== undefined && (event.event === 'error' || (event.event === 'host' && ends.has(event.state)))) {
			release(host);
		}
		listener(event);
	};
}
