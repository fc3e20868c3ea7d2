import {existsSync} from 'node:fs';
import path from 'node:path';
import type {SshSettings} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Target} from './connect.ts';
import type {Login} from './open-client.ts';
import type {PrivateKey} from './private-key.ts';
import {type Route, routeResolver} from './route.ts';

export type Surroundings = {
	/** Text of the user's ~/.ssh/config; empty where there is none. */
	config: string;
	home: string;
	env: Record<string, string | undefined>;
	/** Called once per file: it may have to ask for a passphrase. `field` is what named the file. */
	readKey(file: string, field: string): Promise<PrivateKey>;
};

/** Makes the resolver of a cluster's hosts: their routes (./route.ts) with the keys read. Throws SetupErrors with exit code 2. */
export function targetResolver(
	ssh: SshSettings,
	around: Surroundings,
): (host: {name: string; address: string}) => Promise<Target> {
	const routeTo = routeResolver(ssh, around);
	const keys = new Map<string, Promise<PrivateKey>>();

	function readKey(file: string, field: string): Promise<PrivateKey> {
		const known = keys.get(file) ?? around.readKey(file, field);
		keys.set(file, known);
		return known;
	}

	async function identity({address, user, identities: named}: Route) {
		const agent = around.env.SSH_AUTH_SOCK || undefined;
		if (ssh.key !== undefined && named[0] !== undefined) return {key: await readKey(named[0], 'ssh.key')};
		const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(name => path.join(around.home, '.ssh', name));
		const file = (named.length > 0 ? named : usual).find(existsSync);
		if (agent) {
			// The agent most likely holds this very key, opened; its passphrase need not be asked.
			const key = file === undefined ? undefined : await readKey(file, '~/.ssh/config').catch(() => undefined);
			return {key, agent};
		}
		if (file !== undefined) return {key: await readKey(file, named.length > 0 ? '~/.ssh/config' : 'ssh.key')};
		throw new SetupError({
			cause: `No private key is known for ${user}@${address}.`,
			fix: 'Set ssh.key to the .pem file of the instances, or load the key into ssh-agent.',
			field: 'ssh.key',
			exitCode: 2,
		});
	}

	async function login(route: Route): Promise<Login> {
		const {address, port, user} = route;
		return {address, port, user, ...(await identity(route))};
	}

	return async ({name, address}) => {
		const {bastion, ...route} = routeTo(address);
		const target: Target = {host: name, ...(await login(route))};
		return bastion === undefined ? target : {...target, bastion: await login(bastion)};
	};
}
