import type {Cluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {askGate, type GateAnswer, waitForGate} from '../health/gates.ts';
import type {Reach} from '../health/reach.ts';
import type {Gate} from '../steps/step.ts';
import type {Listener} from './events.ts';

/** Asks each gate once per run, however many hosts wait behind it. */
export class Gatekeeper {
	readonly #asked = new Map<Gate, Promise<void>>();
	readonly #foreseen = new Map<Gate, Promise<GateAnswer>>();
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

	/** One look beforehand, of which nothing is said. */
	foresee(gate: Gate): void {
		this.#foreseen.set(gate, askGate(gate, this.#cluster, this.#reach));
	}

	/**
	 * Resolves when the gate is open; rejects with what is missing.
	 * @param unchanged nothing was changed since the look beforehand, so what was open then is enough
	 */
	pass(gate: Gate, unchanged = false): Promise<void> {
		let answer = this.#asked.get(gate);
		if (!answer) {
			answer = this.#ask(gate, unchanged);
			this.#asked.set(gate, answer);
		}
		return answer;
	}

	async #ask(gate: Gate, unchanged: boolean): Promise<void> {
		const started = performance.now();
		const ms = () => Math.round(performance.now() - started);
		this.#listener({event: 'gate', gate, status: 'waiting', ms: 0});
		const foreseen = unchanged ? await this.#foreseen.get(gate) : undefined;
		const answer = foreseen?.open
			? foreseen
			: await waitForGate(gate, this.#cluster, this.#reach, {
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
