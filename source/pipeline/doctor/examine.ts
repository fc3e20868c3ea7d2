import {randomUUID} from 'node:crypto';
import type {Bundles} from '../../cluster/bundle.ts';
import {identify} from '../../cluster/identity.ts';
import type {Cluster, ClusterRecord, Host, IdentifiedCluster} from '../../cluster/model.ts';
import {SetupError} from '../../cluster/setup-error.ts';
import {SetupErrors} from '../../cluster/setup-errors.ts';
import {platformOf} from '../../sources/platform.ts';
import {limited} from '../assemble.ts';
import type {Listener} from '../events.ts';
import type {Fleet, Member} from '../fleet.ts';
import {checkBelongs, knownRecord} from '../known-record.ts';
import {choices, judgeTrials, trialsOn} from './candidates.ts';
import {type Check, failed, ok} from './check.ts';
import {hostScript, parseHostProbe} from './host-probe.ts';
import {type ClockReading, judgeClocks} from './judge-clock.ts';
import {judgeFacts} from './judge-facts.ts';
import {judgeHost} from './judge-host.ts';
import {judgeRoles} from './judge-roles.ts';
import {judgeSources} from './judge-sources.ts';
import {type ProbedMember, probeNetwork} from './probe-network.ts';
import {parseSourceProbe, sourceScript} from './source-probe.ts';
import {wantedBy} from './wanted.ts';

export type Examination = {
	cluster: Cluster;
	fleet: Fleet;
	/** Systems that are too old to be offered are taken, too. */
	allowUnsupported: boolean;
	/** Whether the installation to come asks before it reboots hosts; what a reboot mends is then no failure. */
	asksForReboot?: boolean | undefined;
	/** Host names; all hosts without. */
	limit?: readonly string[] | undefined;
	/** The identities this computer remembers. */
	stored?: ClusterRecord | undefined;
	/** Those that the cluster's sources name, read. */
	bundles?: Bundles | undefined;
	/**
	 * Gets `check` events as soon as each is known. A `host` event, finished or failed, stands behind all that concerns this host
	 * alone; clocks and connections, which take several hosts, come later.
	 */
	listener: Listener;
	/** Ends the questions in hand; examine() then rejects with its reason. */
	signal: AbortSignal;
};

const asChecks = (check: string, error: unknown): Check[] => {
	const errors = error instanceof SetupErrors ? error.errors : [error];
	return errors.map(one => {
		if (!(one instanceof SetupError)) throw one;
		return failed(check, [one.field, one.reason].filter(Boolean).join(': '), one.fix);
	});
};

/** Steps need identities; where the real ones cannot be told, made up ones do for looking. */
function identified({cluster, bundles}: Examination, known: ClusterRecord | undefined): IdentifiedCluster {
	return {...cluster, record: identify(cluster, known, randomUUID), bundles};
}

class Examiner {
	readonly #options: Examination;
	readonly #clocks: ClockReading[] = [];

	constructor(options: Examination) {
		this.#options = options;
	}

	async run(): Promise<void> {
		const {cluster, limit = []} = this.#options;
		const hosts = limited(cluster, limit);
		const working = await Promise.all(hosts.map(host => this.#host(host)));
		this.#emit(undefined, ...(await this.#identities(hosts)));
		for (const {host, check} of judgeClocks(this.#clocks)) this.#emit(host, check);
		const members = working.filter(member => member !== undefined);
		await probeNetwork(members, cluster, (host, checks) => this.#emit(host, ...checks));
	}

	/** Everything that concerns one host alone; undefined where it cannot be asked further. */
	async #host(host: Host): Promise<ProbedMember | undefined> {
		const {cluster, fleet, listener} = this.#options;
		const tell = (...checks: Check[]) => this.#emit(host.name, ...checks);
		try {
			const member = await fleet.member(host.name);
			const {session, facts} = member;
			tell(
				ok('ssh', `${facts.user} logs in and sudo works, host key ${session.fingerprint}`),
				...judgeFacts(host, facts, {now: new Date(), allowUnsupported: this.#options.allowUnsupported}),
				...this.#belonging(member),
			);
			const {checks, planned} = judgeRoles(
				host,
				identified(this.#options, undefined),
				facts,
				this.#options.asksForReboot,
			);
			tell(...checks, ...choices(host, identified(this.#options, undefined), facts));
			this.#clocks.push({host: host.name, offset: await readClock(member)});
			const probe = parseHostProbe(await session.ask(hostScript(host, cluster)));
			tell(...judgeHost(host, cluster, facts, probe));
			const wanted = wantedBy(planned);
			const trials = trialsOn(host, identified(this.#options, undefined), facts);
			// A package manager would wait for whoever holds its lock.
			const busy = probe.packageLock.length > 0;
			const tried = wanted.filter(({kind}) => !busy || (kind !== 'packages' && kind !== 'repository'));
			const all = [...tried, ...trials.flatMap(({parts}) => parts)];
			if (all.length > 0) {
				const {system} = platformOf(facts, host.name);
				const answers = parseSourceProbe(await session.ask(sourceScript(all, system)));
				tell(...judgeTrials(trials, facts, answers), ...judgeSources(tried, answers));
			}
			listener({event: 'host', host: host.name, state: 'finished'});
			return {...member, probe};
		} catch (error) {
			if (!(error instanceof SetupError)) throw error;
			tell(failed('ssh', error.reason, error.fix));
			listener({event: 'host', host: host.name, state: 'failed'});
			return undefined;
		}
	}

	#belonging(member: Member): Check[] {
		const {cluster, stored} = this.#options;
		try {
			const record = knownRecord(cluster, [member], stored);
			if (record) checkBelongs(member, record);
			return [ok('cluster', member.facts.host_json === null ? 'belongs to none yet' : `belongs to ${cluster.name}`)];
		} catch (error) {
			return asChecks('cluster', error);
		}
	}

	/** What only shows when all hosts are looked at together. */
	async #identities(hosts: readonly Host[]): Promise<Check[]> {
		const {cluster, fleet, stored} = this.#options;
		const reached = await fleet.reached(hosts);
		const masters = reached.filter(({host}) => host.role === 'master');
		if (masters.length === 0 && !stored) return [];
		try {
			const record = knownRecord(cluster, masters, stored);
			identified(this.#options, record);
			if (record) for (const member of reached) checkBelongs(member, record);
			return [];
		} catch (error) {
			// A host that says so by itself has been told with its name.
			const single = reached.some(member => this.#belonging(member).some(({status}) => status === 'failed'));
			return single ? [] : asChecks('cluster', error);
		}
	}

	#emit(host: string | undefined, ...checks: Check[]): void {
		if (this.#options.signal.aborted) return;
		for (const check of checks) this.#options.listener({event: 'check', host, ...check});
	}
}

/** A question that costs the host one fork, so that the way there and back blurs the answer least. */
async function readClock({session}: Member): Promise<number> {
	const askedAt = Date.now();
	const answer = await session.ask('date +%s%N');
	const clock = Number(BigInt(answer.trim() || 0) / 1_000_000n);
	return Math.round(clock - (askedAt + Date.now()) / 2);
}

/**
 * Looks for what would make an installation fail: on each host, between hosts, and where the software comes from. Changes nothing
 * on the hosts but dnf's own cache of what repositories hold. What is wrong is told in events, not thrown.
 */
export async function examine(options: Examination): Promise<void> {
	const {signal, fleet} = options;
	signal.throwIfAborted();
	const work = new Examiner(options).run();
	await new Promise<void>((resolve, reject) => {
		const stop = () => {
			for (const {name} of fleet.hosts) {
				fleet.member(name).then(
					({session}) => session.kill().catch(() => {}),
					() => {},
				);
			}
			reject(signal.reason);
		};
		signal.addEventListener('abort', stop, {once: true});
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
	});
}
