import type {Cluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {waitForGate} from '../health/gates.ts';
import type {Reach} from '../health/reach.ts';
import type {Gate} from '../steps/step.ts';
import type {Listener} from './events.ts';

/** Asks each gate once per run, however many hosts wait behind it. */
export class Gatekeeper {
	readonly #asked = new Map<Gate, Promise<void>>();
	readonly #cluster: Cluster;
	readonly #reach: Reach;
	readonly #listener: Listener;
	readonly #signal: AbortSignal;
	readonly failedHosts = new Set<string>();

	constructor(cluster: Cluster, reach: Reach, listener: Listener, signal: AbortSignal) {
		this.#cluster = cluster;
		this.#reach = reach;
		this.#listener = listener;
		this.#signal = signal;
	}

	/** Resolves when the gate is open; rejects with what is missing. */
	pass(gate: Gate): Promise<void> {
		let answer = this.#asked.get(gate);
		if (!answer) {
			answer = this.#ask(gate);
			this.#asked.set(gate, answer);
		}
		return answer;
	}

	async #ask(gate: Gate): Promise<void> {
		const started = performance.now();
		const ms = () => Math.round(performance.now() - started);
		this.#listener({event: 'gate', gate, status: 'waiting', ms: 0});
		const answer = await waitForGate(gate, this.#cluster, this.#reach, {
			timeout: this.#cluster.timeouts.gate,
			signal: this.#signal,
			failedHosts: () => [...this.failedHosts],
			onDetail: detail => this.#listener({event: 'gate', gate, status: 'waiting', ms: ms(), detail}),
		});
		this.#listener({event: 'gate', gate, status: answer.open ? 'ok' : 'failed', ms: ms(), detail: answer.detail});
		if (answer.open) return;
		throw new SetupError({
			cause: `${gate}: ${answer.detail}.`,
			fix: `Mend ${answer.missing.join(', ') || 'what is named above'}, then run the same command again.`,
			exitCode: 1,
		});
	}
}
