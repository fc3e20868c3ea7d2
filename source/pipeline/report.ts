import type {HostCounts, RunEvent} from './events.ts';

/** Keeps count of a run from its events; the one place that knows whether a run went well. */
export class Report {
	readonly #started = performance.now();
	readonly #hosts = new Map<string, HostCounts>();
	#failedGates = 0;
	#failedChecks = 0;
	#errors = 0;

	constructor(hosts: readonly string[]) {
		for (const host of hosts) this.#hosts.set(host, {ok: 0, changed: 0, failed: 0, skipped: 0});
	}

	readonly take = (event: RunEvent): void => {
		if (event.event === 'gate' && event.status === 'failed') this.#failedGates++;
		if (event.event === 'check' && event.status === 'failed') this.#failedChecks++;
		if (event.event === 'error') {
			this.#errors++;
			const counts = event.host === undefined ? undefined : this.#hosts.get(event.host);
			// A host that could not even be connected to has no failed step to count.
			if (counts && counts.failed === 0) counts.failed++;
		}
		if (event.event !== 'step') return;
		const counts = this.#hosts.get(event.host);
		if (!counts) return;
		counts[event.status === 'would-change' ? 'changed' : event.status]++;
	};

	get changed(): number {
		return this.#sum('changed');
	}

	/** Failed steps, gates and checks; errors only where none of these accounts for them. */
	get failed(): number {
		const told = this.#sum('failed') + this.#failedGates + this.#failedChecks;
		return told === 0 ? this.#errors : told;
	}

	#sum(key: keyof HostCounts): number {
		return [...this.#hosts.values()].reduce((sum, counts) => sum + counts[key], 0);
	}

	summary(): RunEvent {
		return {
			event: 'summary',
			hosts: Object.fromEntries(this.#hosts),
			changed: this.changed,
			failed: this.failed,
			ms: Math.round(performance.now() - this.#started),
		};
	}
}
