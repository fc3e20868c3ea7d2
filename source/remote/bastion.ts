import type {Duplex} from 'node:stream';
import type {Client} from 'ssh2';
import {prohibited} from './forward.ts';
import {type Login, LoginError} from './open-client.ts';

/** A byte stream through a bastion. */
export type Passage = {
	sock: Duplex;
	/** The connection to the bastion itself is gone. */
	broken(): boolean;
	/** It is not needed any more. */
	leave(): void;
};

/** One connection per bastion, shared by all hosts behind it: its sshd starts dropping logins at ten at a time. */
export type Bastions = {
	/** `open` logs in to the bastion when nobody has yet. */
	pass(bastion: Login, to: Login, open: () => Promise<Client>): Promise<Passage>;
};

export function createBastions(): Bastions {
	const shared = new Map<string, {client: Promise<Client>; users: number; broken: boolean}>();
	return {
		async pass(bastion, to, open) {
			const name = `${bastion.user}@${bastion.address}:${bastion.port}`;
			const entry = shared.get(name) ?? {client: open(), users: 0, broken: false};
			const forget = () => {
				if (shared.get(name) === entry) shared.delete(name);
			};
			if (entry.users === 0) {
				shared.set(name, entry);
				const close = () => {
					entry.broken = true;
					forget();
				};
				entry.client.then(client => client.once('close', close), forget);
			}
			entry.users += 1;
			let left = false;
			const leave = () => {
				if (left) return;
				left = true;
				entry.users -= 1;
				if (entry.users > 0) return;
				forget();
				entry.client.then(
					client => client.end(),
					() => {},
				);
			};
			try {
				const client = await entry.client;
				return {sock: await forwardThrough(client, bastion, to), broken: () => entry.broken, leave};
			} catch (error) {
				leave();
				throw error;
			}
		},
	};
}

function forwardThrough(client: Client, bastion: Login, to: Login): Promise<Duplex> {
	return new Promise((resolve, reject) => {
		const refuse = (error: Error) => {
			const forbidden = 'reason' in error && error.reason === prohibited;
			reject(new LoginError(forbidden ? 'forward-forbidden' : 'forward-refused', bastion, error.message, error));
		};
		try {
			client.forwardOut('127.0.0.1', 0, to.address, to.port, (error, channel) => {
				if (error) refuse(error);
				else resolve(channel);
			});
		} catch (error) {
			// ssh2 throws where the connection is gone.
			refuse(error instanceof Error ? error : new Error(String(error)));
		}
	});
}
