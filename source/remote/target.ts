import {existsSync} from 'node:fs';
import path from 'node:path';
import SshConfig from 'ssh-config';
import type {SshSettings} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Target} from './connect.ts';
import type {Login} from './open-client.ts';
import type {PrivateKey} from './private-key.ts';

export type Surroundings = {
	/** Text of the user's ~/.ssh/config; empty where there is none. */
	config: string;
	home: string;
	env: Record<string, string | undefined>;
	/** Called once per file: it may have to ask for a passphrase. `field` is what named the file. */
	readKey(file: string, field: string): Promise<PrivateKey>;
};

// The cluster file's defaults. A value that equals them says nothing, so ~/.ssh/config may.
const defaultUser = 'ec2-user';
const defaultPort = 22;

/** What ~/.ssh/config says of a name. */
type Known = {
	hostname: string | undefined;
	user: string | undefined;
	port: string | undefined;
	jump: string | undefined;
	identities: string[];
};

/**
 * Makes the resolver of a cluster's hosts: where and as whom to log in, from the cluster file's ssh settings and, where
 * they are silent, from ~/.ssh/config (HostName, User, Port, IdentityFile, ProxyJump; `Include` is not followed). Throws
 * SetupErrors with exit code 2.
 */
export function targetResolver(
	ssh: SshSettings,
	around: Surroundings,
): (host: {name: string; address: string}) => Promise<Target> {
	const config = parseConfig(around.config);
	const keys = new Map<string, Promise<PrivateKey>>();

	function readKey(file: string, field: string): Promise<PrivateKey> {
		const known = keys.get(file) ?? around.readKey(file, field);
		keys.set(file, known);
		return known;
	}

	async function identity(known: Known, login: {address: string; user: string}) {
		const agent = around.env.SSH_AUTH_SOCK || undefined;
		if (ssh.key !== undefined) return {key: await readKey(expand(ssh.key, around.home, login), 'ssh.key')};
		const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(name => path.join(around.home, '.ssh', name));
		const named = known.identities.map(file => expand(file, around.home, login));
		const file = (named.length > 0 ? named : usual).find(existsSync);
		if (agent) {
			// The agent most likely holds this very key, opened; its passphrase need not be asked.
			const key = file === undefined ? undefined : await readKey(file, '~/.ssh/config').catch(() => undefined);
			return {key, agent};
		}
		if (file !== undefined) return {key: await readKey(file, named.length > 0 ? '~/.ssh/config' : 'ssh.key')};
		throw new SetupError({
			cause: `No private key is known for ${login.user}@${login.address}.`,
			fix: 'Set ssh.key to the .pem file of the instances, or load the key into ssh-agent.',
			field: 'ssh.key',
			exitCode: 2,
		});
	}

	async function login(alias: string, wish: {user?: string | undefined; port?: number | undefined}): Promise<Login> {
		const known = look(config, alias);
		const address = known.hostname?.replaceAll('%h', alias) ?? alias;
		const user = wish.user ?? known.user ?? ssh.user;
		const port = wish.port ?? portOf(known.port, '~/.ssh/config') ?? defaultPort;
		return {address, port, user, ...(await identity(known, {address, user}))};
	}

	return async host => {
		const wish = {
			user: ssh.user === defaultUser ? undefined : ssh.user,
			port: ssh.port === defaultPort ? undefined : ssh.port,
		};
		const {jump} = look(config, host.address);
		const hop = ssh.bastion ?? jump;
		const target: Target = {host: host.name, ...(await login(host.address, wish))};
		if (hop === undefined) return target;
		const field = ssh.bastion === undefined ? '~/.ssh/config ProxyJump' : 'ssh.bastion';
		const {user, address, port} = parseHop(hop, field);
		return {...target, bastion: await login(address, {user, port})};
	};
}

function parseConfig(text: string): SshConfig {
	try {
		return SshConfig.parse(text);
	} catch (error) {
		throw new SetupError({
			cause: `~/.ssh/config cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
			fix: 'Mend the file; `ssh -G HOST` checks it.',
			exitCode: 2,
			error,
		});
	}
}

function look(config: SshConfig, alias: string): Known {
	const found = config.compute(alias, {ignoreCase: true});
	const one = (name: string) => {
		const value = found[name];
		return Array.isArray(value) ? value.join(' ') : value;
	};
	const jump = one('proxyjump');
	const command = one('proxycommand');
	if (jump === undefined && command !== undefined && command.toLowerCase() !== 'none') {
		throw new SetupError({
			cause: `~/.ssh/config reaches ${alias} by a ProxyCommand, which is not supported.`,
			fix: 'Name the machine in between as ssh.bastion in the cluster file, or as ProxyJump.',
			field: 'ssh.bastion',
			exitCode: 2,
		});
	}
	const files = found.identityfile ?? [];
	return {
		identities: Array.isArray(files) ? files : [files],
		hostname: one('hostname'),
		user: one('user'),
		port: one('port'),
		jump: jump?.toLowerCase() === 'none' ? undefined : jump,
	};
}

/** `[ssh://][user@]host[:port]`, the host in brackets where it is an IPv6 address. */
function parseHop(text: string, field: string): {user: string | undefined; address: string; port: number | undefined} {
	const match = /^(?:ssh:\/\/)?(?:([^@,\s]+)@)?(?:\[([^\]]+)\]|([^:,\s@]+))(?::(\d+))?$/.exec(text.trim());
	const address = match?.[2] ?? match?.[3];
	if (address === undefined) {
		throw new SetupError({
			cause: text.includes(',')
				? `${JSON.stringify(text)} names several machines in between; one is supported.`
				: `${JSON.stringify(text)} is not of the form user@host:port.`,
			fix: 'Give one bastion as user@host:port.',
			field,
			exitCode: 2,
		});
	}
	return {user: match?.[1], address, port: portOf(match?.[4], field)};
}

function portOf(text: string | undefined, field: string): number | undefined {
	if (text === undefined) return undefined;
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
	throw new SetupError({cause: `${text} is not a port.`, fix: 'Give a number from 1 to 65535.', field, exitCode: 2});
}

function expand(file: string, home: string, login: {address: string; user: string}): string {
	const tokens: Record<string, string> = {'%d': home, '%h': login.address, '%r': login.user, '%%': '%'};
	const full = file.replace(/%[dhr%]/g, token => tokens[token] ?? token);
	return full === '~' || full.startsWith('~/') ? path.join(home, full.slice(1)) : path.resolve(full);
}
