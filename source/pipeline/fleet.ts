import type {Duplex} from 'node:stream';
import pLimit from 'p-limit';
import type {HostFacts} from '../cluster/facts.ts';
import type {Host} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Session} from '../remote/session.ts';
import type {Listener} from './events.ts';
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
	readonly #connected: Session[] = [];
	readonly #addresses: Map<string, string>;

	/** `hosts`: those to connect to; `all`: every host of the cluster, which health questions may be about. */
	constructor(hosts: readonly Host[], all: readonly Host[], connect: Connect, listener: Listener) {
		this.hosts = hosts;
		this.#addresses = new Map(all.map(host => [host.name, host.private_ip]));
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
