import type {Duplex} from 'node:stream';
import {setTimeout as sleep} from 'node:timers/promises';
import pLimit from 'p-limit';
import type {HostFacts} from '../cluster/facts.ts';
import type {Host} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Session} from '../remote/session.ts';
import type {Listener} from './events.ts';
import {frugalHeap} from './frugal-heap.ts';
import {gatherFacts} from './host-facts.ts';

/** A connected host that has been looked at. */
export type Member = {host: Host; session: Session; facts: HostFacts};

export type Connect = (host: Host) => Promise<Session>;

// Handshakes are the one thing that is expensive at both ends; everything behind them runs on all hosts at once.
const handshakes = 40;

/** The hosts of one run: connects to all of them at once and keeps the connections until `close`. */
export class Fleet {
	readonly hosts: readonly Host[];
	readonly #members: Map<string, Promise<Member>>;
	#connected: Session[] = [];
	readonly #connect: Connect;
	readonly #listener: Listener;
	readonly #addresses: Map<string, string>;

	/** `hosts`: those to connect to; `all`: every host of the cluster, which health questions may be about. */
	constructor(hosts: readonly Host[], all: readonly Host[], connect: Connect, listener: Listener) {
		this.hosts = hosts;
		this.#connect = connect;
		this.#listener = listener;
		this.#addresses = new Map(all.map(host => [host.name, host.private_ip]));
		frugalHeap();
		const limit = pLimit(handshakes);
		this.#members = new Map(hosts.map(host => [host.name, this.#join(host, limit, connect, listener)]));
		// Whoever asks for a member handles its failure; until then it must not end the process.
		for (const member of this.#members.values()) member.catch(() => {});
	}

	async #join(host: Host, limit: ReturnType<typeof pLimit>, connect: Connect, listener: Listener): Promise<Member> {
		const session = await limit(() => {
			listener({event: 'host', host: host.name, state: 'connecting'});
			return connect(host);
		});
		this.#connected.push(session);
		session.onOutput(line => listener({event: 'output', host: host.name, line}));
		const facts = await gatherFacts(session);
		listener({event: 'host', host: host.name, state: 'connected', detail: facts.os.pretty_name});
		return {host, session, facts};
	}

	/**
	 * Waits until a host that is about to reboot has done so, `limit` ms at the most, and is connected again; it is the member of
	 * that name from then on. Rejects with a SetupError, or the signal's reason.
	 */
	rebooted(before: Member, limit: number, signal: AbortSignal): Promise<Member> {
		const {name} = before.host;
		const again = this.#again(before, Date.now() + limit, signal);
		again.catch(() => {});
		this.#members.set(name, again);
		return again;
	}

	async #again({host, session, facts}: Member, until: number, signal: AbortSignal): Promise<Member> {
		this.#connected = this.#connected.filter(one => one !== session);
		await session.close();
		for (;;) {
			const member = await this.#join(host, pLimit(1), this.#connect, this.#listener).catch((error: unknown) => {
				if (!(error instanceof SetupError) || Date.now() > until) throw error;
				return undefined;
			});
			signal.throwIfAborted();
			if (member && member.facts.boot_id !== facts.boot_id) return member;
			if (member) {
				// Not gone down yet.
				this.#connected = this.#connected.filter(one => one !== member.session);
				await member.session.close();
			}
			if (Date.now() > until) {
				throw new SetupError({
					host: host.name,
					cause: 'It was told to reboot and has not done so.',
					fix: 'Look at its console, reboot it, and run the same command again.',
					exitCode: 1,
				});
			}
			await sleep(1000, undefined, {signal});
		}
	}

	/** Rejects with the SetupError of the connection. */
	member(name: string): Promise<Member> {
		const member = this.#members.get(name);
		return member ?? Promise.reject(new Error(`no host named ${name} in this run`));
	}

	/** Those of the given hosts that could be reached, once all of them answered or failed. */
	async reached(hosts: readonly Host[] = this.hosts): Promise<Member[]> {
		const settled = await Promise.allSettled(hosts.map(host => this.member(host.name)));
		return settled.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []));
	}

	/** Health questions go through the host's own connection, else through any other host of the cluster. */
	readonly reach = async (name: string, port: number): Promise<Duplex> => {
		const address = this.#addresses.get(name);
		const session = this.#connected.find(one => one.host === name) ?? this.#connected[0];
		if (!address || !session) {
			throw new SetupError({
				host: name,
				cause: 'cannot be asked: no host of the cluster is connected.',
				fix: 'See the connection errors above.',
				exitCode: 1,
			});
		}
		return session.forward(address, port);
	};

	async stop(): Promise<void> {
		await Promise.allSettled(this.#connected.map(session => session.stop()));
	}

	async close(): Promise<void> {
		await Promise.allSettled(this.#members.values());
		await Promise.all(this.#connected.map(session => session.close()));
	}
}
