import {SetupError} from '../cluster/setup-error.ts';
import {HostBusy} from '../remote/session.ts';
import type {Member} from './fleet.ts';

/**
 * Two runs that both install a new cluster on the same hosts at once would each get some of them, and give its part an id of its
 * own. So no host is taken before a master is, in the order of the file: who comes second finds that one taken and has touched nothing.
 */
export class FirstCome {
	/** Whether the master was taken; rejects when another run has it. */
	readonly #masters = new Map<string, PromiseWithResolvers<boolean>>();

	constructor(masters: readonly string[]) {
		for (const name of masters) {
			const taken = Promise.withResolvers<boolean>();
			taken.promise.catch(() => {});
			this.#masters.set(name, taken);
		}
	}

	/** Waits until the host may be taken; rejects when the cluster is another run's. */
	async turn(host: string): Promise<void> {
		for (const [name, {promise}] of this.#masters) {
			if (name === host || (await promise)) return;
		}
	}

	/** The host is locked. Rejects when another run was here between the first look at it and the lock. */
	async taken({host: {name}, session}: Pick<Member, 'host' | 'session'>): Promise<void> {
		if ((await session.ask('[ ! -e /etc/mesos-setup/host.json ] || echo there')) !== '') {
			throw new SetupError({
				host: name,
				cause: 'another run has begun to install this cluster at the same moment.',
				fix: 'Wait until it is finished and run the same command again: it goes on with what that run has decided.',
				exitCode: 1,
			});
		}
		this.#masters.get(name)?.resolve(true);
	}

	/** The host takes no part in this run. */
	failed(host: string, error: unknown): void {
		const taken = this.#masters.get(host);
		if (!(error instanceof HostBusy)) taken?.resolve(false);
		else {
			const {reason, fix} = error;
			taken?.reject(
				new SetupError({
					cause: `not touched, for the cluster is another run's: on ${host} ${reason}`,
					fix,
					exitCode: 1,
				}),
			);
		}
	}
}
