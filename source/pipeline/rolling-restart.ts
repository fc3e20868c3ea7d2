import {SetupError} from '../cluster/setup-error.ts';
import type {RollingService} from '../steps/step.ts';
import type {LastWords} from './last-words.ts';

export type Members = {
	/** Every member of the service in the cluster, also those this run does not touch. */
	all: string[];
	/** Those this run will reach the service step on. */
	inThisRun: string[];
	/** How many must serve for the service to be whole: the ZooKeeper and Mesos quorum, 1 for Marathon and Chronos. */
	quorum: number;
};

export type Questions = {
	leaderOf(): Promise<string | undefined>;
	healthy(host: string): Promise<boolean>;
	/** What the host knows of a member that does not serve. */
	lastWords(host: string): Promise<LastWords | undefined>;
};

const poll = 250;

/**
 * Lets the members of one service restart one at a time, the leader last, never below the quorum. Each host calls
 * `restart` when its turn is needed and `settle` when its service step is over, however it ended.
 */
export class RollingRestart {
	readonly #service: RollingService;
	readonly #members: Members;
	readonly #questions: Questions;
	readonly #timeout: number;
	readonly #signal: AbortSignal;
	readonly #unsettled: Set<string>;
	#waiting: {host: string; go: () => void; refuse: (error: unknown) => void}[] = [];
	#busy = false;
	#broken: string | undefined;

	/** `timeout` in ms, for one member to serve again. */
	constructor(service: RollingService, members: Members, questions: Questions, timeout: number, signal: AbortSignal) {
		this.#service = service;
		this.#members = members;
		this.#questions = questions;
		this.#timeout = timeout;
		this.#signal = signal;
		this.#unsettled = new Set(members.inThisRun);
		signal.addEventListener('abort', () => this.#refuseAll(signal.reason), {once: true});
	}

	/** This host's service step is over: nothing of it is left to restart. */
	settle(host: string): void {
		this.#unsettled.delete(host);
		void this.#next();
	}

	/** Waits for the turn, runs `action`, waits until the member serves again. Rejects when an earlier member did not. */
	async restart(host: string, action: () => Promise<void>): Promise<void> {
		await new Promise<void>((go, refuse) => {
			this.#waiting.push({host, go, refuse});
			void this.#next();
		});
		try {
			await action();
			await this.#until(
				() => this.#questions.healthy(host),
				`${this.#service} on ${host} did not serve again after its restart`,
				() => this.#questions.lastWords(host),
			);
		} catch (error) {
			this.#broken = host;
			throw error;
		} finally {
			this.#busy = false;
			this.settle(host);
		}
	}

	async #next(): Promise<void> {
		if (this.#busy || this.#waiting.length === 0) return;
		this.#busy = true;
		const chosen = await this.#choose().catch(error => {
			this.#refuseAll(error);
			return undefined;
		});
		if (chosen) {
			this.#waiting = this.#waiting.filter(one => one !== chosen);
			chosen.go();
			return;
		}
		this.#busy = false;
	}

	async #choose() {
		if (this.#signal.aborted) throw this.#signal.reason;
		if (this.#broken) throw this.#error(`the restart of ${this.#service} stopped at ${this.#broken}`);
		const leader = await this.#questions.leaderOf();
		const chosen = this.#waiting.find(one => one.host !== leader) ?? this.#waiting[0];
		// The leader goes when nobody else is left; a member still on its way to its own restart comes first.
		if (!chosen || (chosen.host === leader && [...this.#unsettled].some(host => host !== leader))) return undefined;
		await this.#until(
			() => this.#canSpare(chosen.host),
			`${this.#service} on ${chosen.host} needs a restart, but without it too few members would be left`,
		);
		return chosen;
	}

	/** A quorum already lost cannot be lost again, and one or two members never have one to spare. */
	async #canSpare(host: string): Promise<boolean> {
		const {all, quorum} = this.#members;
		const health = await Promise.all(all.map(async name => ({name, ok: await this.#questions.healthy(name)})));
		const healthy = health.filter(one => one.ok).length;
		const others = health.filter(one => one.ok && one.name !== host).length;
		return all.length < 3 || healthy < quorum || others >= quorum;
	}

	async #until(
		condition: () => Promise<boolean>,
		cause: string,
		why: () => Promise<LastWords | undefined> = async () => undefined,
	): Promise<void> {
		const deadline = Date.now() + this.#timeout;
		while (!(await condition())) {
			if (this.#signal.aborted) throw this.#signal.reason;
			if (Date.now() > deadline) {
				throw this.#error(`${cause} within ${Math.round(this.#timeout / 1000)} s`, await why());
			}
			await new Promise(resolve => setTimeout(resolve, poll));
		}
	}

	#error(cause: string, words?: LastWords): SetupError {
		return new SetupError({
			cause: `${[cause, words?.told].filter(Boolean).join(': ')}.`,
			fix: `${words?.fix ? `${words.fix} ` : ''}The members not yet restarted run on with their older configuration. Look at "journalctl -u ${this.#service}" there, then run the same command again.`,
			exitCode: 1,
		});
	}

	#refuseAll(error: unknown): void {
		for (const one of this.#waiting.splice(0)) one.refuse(error);
	}
}
