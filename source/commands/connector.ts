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

const sshConfig = (home: string) => readFile(join(home, '.ssh/config'), 'utf8').catch(() => '');

/**
 * How this run logs in to the hosts of a cluster: keys read (and passphrases asked) once and before any connection, host
 * keys pinned, the bastion shared. Throws a SetupError (exit 2) for a key that cannot be used.
 */
export async function createConnect(cluster: Cluster, pinned: HostKeys, run: Run, emit: Listener): Promise<Connect> {
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
	const hostKeys = {
		...pinned,
		onFirstUse: (host: string, fingerprint: string) =>
			emit({event: 'note', text: `${host}: first connection, host key ${fingerprint} (trusted from now on)`}),
	};
	return async ({name}: Host) => {
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
