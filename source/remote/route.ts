import path from 'node:path';
import SshConfig from 'ssh-config';
import type {SshSettings} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';

/** Where and as whom to log in, before any key has been read. */
export type Route = {
	address: string;
	port: number;
	user: string;
	/** Absolute paths of the keys that are named for it; none named means what ssh uses unasked. */
	identities: string[];
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
 * Makes the resolver of a cluster's routes: from the cluster file's ssh settings and, where they are silent, from
 * ~/.ssh/config (HostName, User, Port, IdentityFile, ProxyJump; `Include` is not followed). Throws SetupErrors with exit
 * code 2, the resolver too.
 * @param config text of ~/.ssh/config, empty where there is none
 */
export function routeResolver(
	ssh: SshSettings,
	{config: text, home}: {config: string; home: string},
): (address: string) => Route & {bastion?: Route | undefined} {
	const config = parseConfig(text);
	const everybody = config.compute('name-of-no-host.invalid', {ignoreCase: true});

	/** What is said of this host; what is said of all hosts ("Host *") is about other machines than a cluster's. */
	function ofItsOwn(alias: string): Known {
		const known = look(config, alias);
		const special = (name: 'user' | 'port') => (known[name] === everybody[name] ? undefined : known[name]);
		return {...known, user: special('user'), port: special('port')};
	}

	function route(alias: string, known: Known, wish: {user?: string | undefined; port?: number | undefined}): Route {
		const address = known.hostname?.replaceAll('%h', alias) ?? alias;
		const user = wish.user ?? known.user ?? ssh.user;
		const port = wish.port ?? portOf(known.port, '~/.ssh/config') ?? defaultPort;
		const files = ssh.key === undefined ? known.identities : [ssh.key];
		return {address, port, user, identities: files.map(file => expand(file, home, {address, user}))};
	}

	return address => {
		const wish = {
			user: ssh.user === defaultUser ? undefined : ssh.user,
			port: ssh.port === defaultPort ? undefined : ssh.port,
		};
		const known = ofItsOwn(address);
		const hop = ssh.bastion ?? known.jump;
		if (hop === undefined) return route(address, known, wish);
		const field = ssh.bastion === undefined ? '~/.ssh/config ProxyJump' : 'ssh.bastion';
		const {address: bastion, ...login} = parseHop(hop, field);
		return {...route(address, known, wish), bastion: route(bastion, look(config, bastion), login)};
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
