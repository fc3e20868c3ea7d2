import type {Host, IdentifiedCluster} from '../cluster/model.ts';
import {quorum} from '../cluster/quorum.ts';
import {leaderOf, memberHealthy} from '../health/gates.ts';
import type {Gate, RollingService} from '../steps/step.ts';
import {errorEvent} from './error-event.ts';
import type {Listener} from './events.ts';
import {Gatekeeper, GateShut, type Senses} from './gatekeeper.ts';
import {RollingRestart} from './rolling-restart.ts';

const masterNames = (hosts: readonly {name: string; role: string}[]) =>
	hosts.filter(host => host.role === 'master').map(host => host.name);

/** The gates that prove a cluster as a whole. */
export function closingGates({frameworks}: Pick<IdentifiedCluster, 'frameworks'>): Gate[] {
	const gates: Gate[] = ['zookeeper-quorum', 'mesos-leader', 'slaves-registered'];
	if (frameworks.marathon) gates.push('marathon-leader');
	if (frameworks.chronos) gates.push('chronos-leader');
	return gates;
}

/** What the hosts of a run wait for of each other: gates, and turns to restart. Nothing else. */
export class Coordination {
	readonly #cluster: IdentifiedCluster;
	readonly #hosts: readonly Host[];
	readonly #senses: Senses;
	readonly #listener: Listener;
	readonly #signal: AbortSignal;
	readonly #gates: Gatekeeper;
	readonly #rollings = new Map<RollingService, RollingRestart>();
	readonly #over = new Set<string>();

	/** `hosts`: those this run is about. */
	constructor(
		cluster: IdentifiedCluster,
		hosts: readonly Host[],
		senses: Senses,
		listener: Listener,
		signal: AbortSignal,
	) {
		this.#cluster = cluster;
		this.#hosts = hosts;
		this.#senses = senses;
		this.#listener = listener;
		this.#signal = signal;
		this.#gates = new Gatekeeper(cluster, senses, listener, signal);
	}

	pass(gate: Gate): Promise<void> {
		return this.#gates.pass(gate);
	}

	rolling(service: RollingService): RollingRestart {
		let rolling = this.#rollings.get(service);
		if (!rolling) {
			rolling = this.#begin(service);
			this.#rollings.set(service, rolling);
		}
		return rolling;
	}

	#begin(service: RollingService): RollingRestart {
		const all = masterNames(this.#cluster.hosts);
		const needsQuorum = service === 'zookeeper' || service === 'mesos-master';
		const inThisRun = masterNames(this.#hosts).filter(host => !this.#over.has(host));
		return new RollingRestart(
			service,
			{all, inThisRun, quorum: needsQuorum ? quorum(all.length) : 1},
			{
				leaderOf: () => leaderOf(service, this.#cluster, this.#senses.reach),
				healthy: host => memberHealthy(service, host, this.#cluster, this.#senses.reach),
				lastWords: async host => (await this.#senses.lastWords([host], service))[0],
			},
			this.#cluster.timeouts.gate,
			this.#signal,
		);
	}

	/** This host takes no more part: nobody waits for it any longer, and what needs it knows. */
	over(host: string, failed: boolean): void {
		this.#over.add(host);
		if (failed) this.#gates.failedHosts.add(host);
		for (const rolling of this.#rollings.values()) rolling.settle(host);
	}

	/** Looks at the closing gates while the hosts look at their steps: a run that changes nothing need not ask again. */
	foresee(): void {
		for (const gate of closingGates(this.#cluster)) this.#gates.foresee(gate);
	}

	/** Whether something was rejected for no other reason than that the run is to end. */
	endedBy(error: unknown): boolean {
		return this.#signal.aborted && error === this.#signal.reason;
	}

	/** Waits for the gates that prove the cluster as a whole; what does not open is in the events. */
	async prove(unchanged: boolean): Promise<void> {
		const asked = new Set(closingGates(this.#cluster).filter(gate => this.#gates.wasAsked(gate)));
		const shut = await Promise.all(closingGates(this.#cluster).map(gate => this.#proveOne(gate, unchanged)));
		// Hosts that waited for it have told of it, and so have those whose failure keeps it shut.
		const all = shut.filter(one => one !== undefined && one.error.silent.length > 0);
		// What everything else needs comes first in the list, and says why the rest is shut as well.
		const root = all.find(one => one?.gate === 'zookeeper-quorum' || one?.gate === 'mesos-leader');
		for (const one of root ? [root] : all) {
			if (!one || asked.has(one.gate)) continue;
			const {silent, unit, reason: cause, fix} = one.error;
			const host = silent.length === 1 ? silent[0] : undefined;
			this.#listener({event: 'error', host, field: `service ${unit}`, cause, fix});
		}
	}

	async #proveOne(gate: Gate, unchanged: boolean): Promise<{gate: Gate; error: GateShut} | undefined> {
		try {
			await this.#gates.pass(gate, unchanged);
		} catch (error) {
			if (error instanceof GateShut) return {gate, error};
			if (!this.endedBy(error)) this.#listener(errorEvent(error));
		}
		return undefined;
	}
}
