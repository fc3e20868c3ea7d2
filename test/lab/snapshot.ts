import {existsSync} from 'node:fs';
import {cp, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {LabHost} from './host.ts';
import {snapshotsFolder} from './names.ts';
import {isLayerInUse, mountOverlay, unmountBelow} from './overlay.ts';
import {run} from './run.ts';
import type {LabState} from './state.ts';

/** What a lab started from a snapshot takes over. */
export type Snapshot = Pick<LabState, 'base' | 'snapshots'> & {hosts: {name: string; address: string}[]};

export function hasSnapshot(name: string): boolean {
	return existsSync(snapshotFile(name));
}

/** @throws when there is none of this name, or the base it stands on is gone */
export async function readSnapshot(name: string): Promise<Snapshot> {
	if (!hasSnapshot(name)) throw new Error(`There is no snapshot "${name}" of a lab.`);
	const snapshot = JSON.parse(await readFile(snapshotFile(name), 'utf8')) as Snapshot;
	if (existsSync(snapshot.base) && snapshot.snapshots.every(hasSnapshot)) return snapshot;
	throw new Error(`The snapshot "${name}" cannot be used: a layer below it is gone. Remove it and take it again.`);
}

/** @throws when a lab stands on it */
export async function removeSnapshot(name: string): Promise<void> {
	const folder = join(snapshotsFolder, name);
	if (isLayerInUse(folder)) throw new Error(`The snapshot "${name}" is in use by a running lab.`);
	await rm(folder, {recursive: true, force: true});
}

/**
 * Turns what the (stopped) hosts wrote into a read-only layer and puts a fresh one on top of it.
 * The hosts may be booted again afterwards.
 */
export async function takeSnapshot(name: string, state: LabState, hosts: readonly LabHost[]): Promise<void> {
	if (hasSnapshot(name)) throw new Error(`There is a snapshot "${name}" already.`);
	const making = join(snapshotsFolder, `.making-${name}`);
	await rm(making, {recursive: true, force: true});
	await mkdir(join(making, 'hosts'), {recursive: true});
	await cp(state.key, join(making, 'key.pem'));
	await cp(`${state.key}.pub`, join(making, 'key.pem.pub'));
	for (const host of hosts) {
		await unmountBelow(host.folder);
		await mkdir(join(making, 'hosts', host.name));
		// Docker's own overlays cannot stand on an overlay: its folder is copied, not stacked.
		await copyTree(join(host.folder, 'docker'), join(making, 'hosts', host.name, 'docker'));
		await rename(join(host.folder, 'upper'), join(making, 'hosts', host.name, 'upper'));
		await rm(join(host.folder, 'work'), {recursive: true});
	}
	const snapshots = [name, ...state.snapshots];
	const content: Snapshot = {
		base: state.base,
		snapshots,
		hosts: state.hosts.map(({name, address}) => ({name, address})),
	};
	await writeFile(join(making, 'snapshot.json'), `${JSON.stringify(content, undefined, '\t')}\n`);
	await rename(making, join(snapshotsFolder, name));
	for (const host of hosts) await mountOverlay(host.folder, layers({base: state.base, snapshots}, host.name));
}

/** Copies with every attribute: Docker keeps overlays of its own in there. */
export async function copyTree(from: string, to: string): Promise<void> {
	await run('cp', ['--archive', '--reflink=auto', '--no-target-directory', from, to]);
}

/** The folders a host is stacked on, topmost first. */
export function layers(below: Pick<Snapshot, 'base' | 'snapshots'>, host: string): string[] {
	return [...below.snapshots.map(name => snapshotHost(name, host, 'upper')), below.base];
}

export function snapshotHost(snapshot: string, host: string, part: 'upper' | 'docker'): string {
	return join(snapshotsFolder, snapshot, 'hosts', host, part);
}

export function snapshotKey(snapshot: string): string {
	return join(snapshotsFolder, snapshot, 'key.pem');
}

function snapshotFile(name: string): string {
	return join(snapshotsFolder, name, 'snapshot.json');
}
