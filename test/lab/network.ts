import {existsSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {execa} from 'execa';
import {mirrorAddress} from './names.ts';
import {run} from './run.ts';

export const bridge = 'lab0';

export function namespaceFile(namespace: string): string {
	return `/run/netns/${namespace}`;
}

/** A network of its own for one lab: loopback and a bridge for its hosts, no way out. */
export async function createNetwork(namespace: string): Promise<void> {
	await run('ip', ['netns', 'add', namespace]);
	const commands = [
		'link set lo up',
		`link add ${bridge} type bridge`,
		`addr add ${mirrorAddress}/24 dev ${bridge}`,
		`link set ${bridge} up`,
	];
	await run('ip', ['-n', namespace, '-batch', '-'], {input: commands.join('\n')});
}

export async function deleteNetwork(namespace: string): Promise<void> {
	await execa('ip', ['netns', 'del', namespace], {reject: false});
	// After a reboot of the machine a plain file can be all that is left of it.
	if (existsSync(namespaceFile(namespace))) await rm(namespaceFile(namespace));
}

/**
 * The command as it has to be started to run in the lab's network. Not `ip netns exec`: that mounts another /sys,
 * in which systemd-nspawn finds no control groups.
 */
export function insideNetwork(namespace: string, argv: readonly string[]): string[] {
	return ['nsenter', `--net=${namespaceFile(namespace)}`, '--', ...argv];
}
