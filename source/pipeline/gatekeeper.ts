import type {Cluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {askGate, type GateAnswer, waitForGate} from '../health/gates.ts';
import type {Reach} from '../health/reach.ts';
import type {Gate} from '../steps/step.ts';
import type {Listener} from './events.ts';
import {type LastWords, unitOf} from './last-words.ts';

export type Senses = {
	reach: Reach;
	/** What connected hosts know of a unit that does not serve. Never rejects. */
	lastWords(hosts: readonly string[], unit: string): Promise<LastWords[]>;
};

/** Why a gate stayed shut. */
export class GateShut extends SetupError {
	/** Hosts that keep it shut and have not failed otherwise: nothing else tells of them. */
	readonly silent: readonly string[];
	readonly unit: string;

	constructor(gate: Gate, unit: string, silent: readonly string[], detail: string, fix: string) {
		super({cause: `${gate}: ${detail}.`, fix, exitCode: 1});
		this.silent = silent;
		this.unit = unit;
	}
}

/** Asks each gate once per run, however many hosts wait behind it. */
export class Gatekeeper {
	readonly #asked = new Map<Gate, Promise<void>>();
	readonly #foreseen = new Map<Gate, Promise<GateAnswer>>();
	readonly #cluster: Cluster;
	readonly #senses: Senses;
	readonly #listener: Listener;
	readonly #signal: AbortSignal;
	readonly failedHosts = new Set<string>();

	constructor(cluster: Cluster, senses: Senses, listener: Listener, signal: AbortSignal) {
		this.#cluster = cluster;
		this.#senses = senses;
		this.#listener = listener;
		this.#signal = signal;
	}

	/** One look beforehand, of which nothing is said. */
	foresee(gate: Gate): void {
		this.#foreseen.set(gate, askGate(gate, this.#cluster, this.#senses.reach));
	}

	wasAsked(gate: Gate): boolean {
		return this.#asked.has(gate);
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
			: await waitForGate(gate, this.#cluster, this.#senses.reach, {
					timeout: this.#cluster.timeouts.gate,
					signal: this.#signal,
					failedHosts: () => [...this.failedHosts],
					onDetail: detail => this.#listener({event: 'gate', gate, status: 'waiting', ms: ms(), detail}),
				});
		if (answer.open) {
			this.#listener({event: 'gate', gate, status: 'ok', ms: ms(), detail: answer.detail});
			return;
		}
		// What has failed has said why; of the others only their hosts know.
		const silent = answer.missing.filter(host => !this.failedHosts.has(host));
		const unit = this.#unitBehind(gate, answer.missing);
		const words = await this.#senses.lastWords(silent, unit);
		const detail = [answer.detail, ...words.map(({host, told}) => `${host}: ${told}`)].join('; ');
		this.#listener({event: 'gate', gate, status: 'failed', ms: ms(), detail});
		const where = answer.missing.join(', ') || 'what is named above';
		const look = silent.length > 0 ? ` ("journalctl -u ${unit}" there says more)` : '';
		const fix = words.find(one => one.fix)?.fix ?? `Mend ${where}${look}, then run the same command again.`;
		throw new GateShut(gate, unit, silent, detail, fix);
	}

	/** Slaves cannot register where no master leads: then it is masters that are missing. */
	#unitBehind(gate: Gate, missing: readonly string[]): string {
		const masters = this.#cluster.hosts.filter(({role}) => role === 'master').map(({name}) => name);
		if (gate === 'slaves-registered' && missing.some(name => masters.includes(name))) return 'mesos-master';
		return unitOf[gate];
	}
}
