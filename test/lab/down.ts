import {existsSync, readdirSync, statSync} from 'node:fs';
import {rm, rmdir} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import {ControlGroup} from './control-group.ts';
import {restoreInotifyLimit} from './inotify.ts';
import type {LabNames} from './names.ts';
import {deleteNetwork, namespaceFile} from './network.ts';
import {unmountBelow} from './overlay.ts';
import {isAlive, kill, ownAncestors, processesInNetwork, waitUntil} from './processes.ts';

/**
 * Removes every trace of a lab. Goes by what the kernel knows (control group, network, mounts), not by what was
 * written down, so it works after a crash of anything and as often as one likes.
 * @returns whether there was anything
 */
export async function removeLab(names: LabNames): Promise<boolean> {
	const found = existsSync(names.folder) || existsSync(namespaceFile(names.namespace));
	await new ControlGroup(names.namespace).kill();
	await killInNetwork(names.namespace);
	await forgetMachines(names);
	await unmountBelow(names.folder);
	await deleteNetwork(names.namespace);
	await execa('rm', ['-rf', '--one-file-system', '--', names.folder]);
	// Only when empty: other labs and snapshots live beside it.
	await rmdir(dirname(names.folder)).catch(() => undefined);
	await restoreInotifyLimit();
	return found;
}

/** The mirror, shells, and whatever else was run in the lab's network. */
async function killInNetwork(namespace: string): Promise<void> {
	const spared = ownAncestors();
	const victims = () => processesInNetwork(namespaceFile(namespace)).filter(pid => !spared.has(pid));
	const gone = () => {
		for (const pid of victims()) kill(pid);
		return !victims().some(isAlive);
	};
	await waitUntil(gone, 10_000, `Processes in the network ${namespace} survive SIGKILL for 10 seconds.`);
}

/** What a killed systemd-nspawn leaves in /run. Must run while the roots are still mounted: a lock is named by inode. */
async function forgetMachines(names: LabNames): Promise<void> {
	const propagate = '/run/systemd/nspawn/propagate';
	if (existsSync(propagate))
		for (const machine of readdirSync(propagate))
			if (machine.startsWith(`${names.namespace}-`)) await rm(join(propagate, machine), {recursive: true});
	const hosts = join(names.folder, 'hosts');
	if (!existsSync(hosts)) return;
	for (const host of readdirSync(hosts)) {
		const root = statSync(join(hosts, host, 'root'), {throwIfNoEntry: false});
		if (root) await rm(`/run/systemd/nspawn/locks/inode-${root.dev}:${root.ino}`, {force: true});
	}
}
