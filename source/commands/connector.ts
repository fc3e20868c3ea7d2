import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {Host} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {HostKeys} from '../cluster/store.ts';
import type {Listener} from '../pipeline/events.ts';
import type {Connect} from '../pipeline/fleet.ts';
import {createBastions} from '../remote/bastion.ts';
import {connect} from '../remote/connect.ts';
import {readPrivateKey} from '../remote/private-key.ts';
import {targetResolver} from '../remote/target.ts';
import {compareKeys, type OnKey, refuseWrongKey, tellKey} from './compare-keys.ts';
import type {Located} from './locate.ts';
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

/** What a run says of keys before and while it connects. */
export type Manner = {onHostKey: OnHostKey; onKey: OnKey};

/** For runs that change or use hosts. */
export function noteKeys(emit: Listener): Manner {
	return {onHostKey: noteHostKey(emit), onKey: refuseWrongKey(emit)};
}

/** For those who were told already that the key seems to be another one, and know better. */
export function tellWrongKeys(emit: Listener): Manner {
	return {onHostKey: noteHostKey(emit), onKey: tellKey(emit)};
}

/** The same as checks, for those who look before they trust. */
export function checkKeys(emit: Listener): Manner {
	return {
		onHostKey(host, fingerprint, vouched) {
			const compared = vouched ? 'as in the EC2 console' : 'new here, compared with nothing';
			emit({event: 'check', host, check: 'host key', status: 'ok', detail: `${compared}: ${fingerprint}`});
		},
		onKey: tellKey(emit),
	};
}

const sshConfig = (home: string) => readFile(join(home, '.ssh/config'), 'utf8').catch(() => '');

/** Whoever cannot be reached may have moved, which nobody could tell. */
function unseen(error: unknown, {instance}: Host, silence: SetupError | undefined): unknown {
	if (!(error instanceof SetupError) || silence === undefined || instance === undefined) return error;
	const {host, field, reason: cause, exitCode, fix} = error;
	const hint = `If ${instance} was stopped and started it has another address; EC2 could not be asked: ${silence.reason}`;
	return new SetupError({host, field, cause, fix: `${fix} ${hint}`, exitCode, error});
}

/**
 * How this run logs in to the hosts of a cluster: keys read (and passphrases asked) once and before any connection, and
 * compared with what EC2 knows; host keys pinned and compared likewise, the bastion shared. Throws a SetupError (exit 2)
 * for a key that cannot be used.
 */
export async function createConnect(
	{cluster, seen, store}: Located,
	run: Run,
	emit: Listener,
	{onHostKey, onKey}: Manner = noteKeys(emit),
	pinned: HostKeys = store.hostKeys(cluster.name),
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
	if (seen) {
		// A host that was logged in to before lets the key in, whatever it was started with.
		const first = [...targets.values()].filter(({host}) => pinned.get(host) === undefined);
		const opened = first.flatMap(({host, key, agent}) => (key && !agent ? [{host, key}] : []));
		await compareKeys(cluster, opened, seen.instances, onKey);
	}
	const bastions = createBastions();
	let vouched = new Map<string, string[]>();
	let asked: Promise<void> | undefined;
	const hostKeys = {
		...pinned,
		vouched: (host: string) => vouched.get(host) ?? [],
		onFirstUse: (host: string, fingerprint: string, known: boolean) => onHostKey(host, fingerprint, known),
	};
	return async (host: Host) => {
		const {name} = host;
		const refusal = seen?.refusals.get(name);
		if (refusal) throw refusal;
		asked ??= vouchedKeys(cluster, pinned, emit, seen?.silence?.reason).then(found => {
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
		}).catch((error: unknown) => {
			throw unseen(error, host, seen?.silence);
		});
	};
}
