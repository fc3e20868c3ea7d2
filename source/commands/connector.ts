import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {Cluster, Host} from '../cluster/model.ts';
import type {HostKeys} from '../cluster/store.ts';
import type {Listener} from '../pipeline/events.ts';
import type {Connect} from '../pipeline/fleet.ts';
import {createBastions} from '../remote/bastion.ts';
import {connect} from '../remote/connect.ts';
import {readPrivateKey} from '../remote/private-key.ts';
import {targetResolver} from '../remote/target.ts';
import type {Run} from './verb.ts';
import {vouchedKeys} from './vouched-keys.ts';

/** A host key seen for the first time; `vouched` when it is one that the host's provider knows. */
export type OnHostKey = (host: string, fingerprint: string, vouched: boolean) => void;

function noteHostKey(emit: Listener): OnHostKey {
	return (host, fingerprint, vouched) => {
		const known = vouched ? 'the one in its EC2 console' : 'trusted from now on';
		emit({event: 'note', text: `${host}: first connection, host key ${fingerprint} (${known})`});
	};
}

/** The same as a check, for those who look before they trust. */
export function checkHostKey(emit: Listener): OnHostKey {
	return (host, fingerprint, vouched) => {
		const compared = vouched ? 'as in the EC2 console' : 'new here, compared with nothing';
		emit({event: 'check', host, check: 'host key', status: 'ok', detail: `${compared}: ${fingerprint}`});
	};
}

const sshConfig = (home: string) => readFile(join(home, '.ssh/config'), 'utf8').catch(() => '');

/**
 * How this run logs in to the hosts of a cluster: keys read (and passphrases asked) once and before any connection, host
 * keys pinned and compared with what EC2 knows, the bastion shared. Throws a SetupError (exit 2) for a key that cannot be used.
 */
export async function createConnect(
	cluster: Cluster,
	pinned: HostKeys,
	run: Run,
	emit: Listener,
	onHostKey: OnHostKey = noteHostKey(emit),
): Promise<Connect> {
	const home = homedir();
	const env = process.env;
	const askPassphrase = run.streams.stdin.isTTY ? (path: string) => run.ask.passphrase(path) : undefined;
	const resolve = targetResolver(cluster.ssh, {
		config: await sshConfig(home),
		home,
		env,
		readKey: (file, field) => readPrivateKey(file, {env, field, askPassphrase}),
	});
	const targets = new Map(
		await Promise.all(cluster.hosts.map(async host => [host.name, await resolve(host)] as const)),
	);
	const bastions = createBastions();
	let vouched = new Map<string, string[]>();
	let asked: Promise<void> | undefined;
	const hostKeys = {
		...pinned,
		vouched: (host: string) => vouched.get(host) ?? [],
		onFirstUse: (host: string, fingerprint: string, known: boolean) => onHostKey(host, fingerprint, known),
	};
	return async ({name}: Host) => {
		asked ??= vouchedKeys(cluster, pinned, emit).then(found => {
			vouched = found;
		});
		await asked;
		const target = targets.get(name);
		if (!target) throw new Error(`no target for ${name}`);
		return connect(target, {
			timeout: cluster.timeouts.connect,
			signal: run.signal,
			hostKeys,
			bastions,
			onRetry: reason => emit({event: 'host', host: name, state: 'connecting', detail: reason}),
		});
	};
}
