import {randomUUID} from 'node:crypto';
import {mkdir} from 'node:fs/promises';
import {resolve} from 'node:path';
import {identify} from '../cluster/identity.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {limited} from '../pipeline/assemble.ts';
import {collect} from '../pipeline/bundle/collect.ts';
import {wishesOf} from '../pipeline/bundle/wish.ts';
import {size} from '../pipeline/doctor/check.ts';
import {errorEvent} from '../pipeline/error-event.ts';
import {Fleet} from '../pipeline/fleet.ts';
import {damagedFiles, readBundle} from '../sources/read-bundle.ts';
import {createConnect} from './connector.ts';
import {loadCluster} from './load-cluster.ts';
import {locate} from './locate.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

const total = (files: readonly {bytes: number}[]) =>
	`${files.length} files, ${size(files.reduce((sum, {bytes}) => sum + bytes, 0) / 1_048_576)}`;

async function create(options: CommandOptions, path: string | undefined, frame: Run): Promise<number> {
	const loaded = await loadCluster(options, frame.home);
	const located = await locate(loaded, frame.emit, frame.signal);
	const {cluster, stored} = located;
	const folder = resolve(path ?? `${cluster.name}-bundle`);
	try {
		await mkdir(folder, {recursive: true});
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		const fix = 'Name a folder you may write to.';
		throw new SetupError({field: 'folder', cause: `${folder} cannot be made: ${why}.`, fix, exitCode: 2, error});
	}
	const connect = await createConnect(located, frame, frame.emit);
	const fleet = new Fleet(limited(cluster, options.limit), cluster.hosts, connect, frame.emit);
	try {
		const members = await fleet.reached();
		if (members.length === 0) {
			await fleet.member(fleet.hosts[0]?.name ?? '');
			return 1;
		}
		for (const {name} of fleet.hosts) {
			await fleet.member(name).catch((error: unknown) => {
				const told = errorEvent(error, name);
				const cause = told.event === 'error' ? told.cause : '';
				frame.emit({event: 'note', text: `${name} is not asked, and taken to be like the others: ${cause}`});
			});
		}
		// Ids are nothing to a bundle; where none are known, any will do.
		const record = identify(cluster, stored?.record, randomUUID);
		const wishes = wishesOf({...cluster, record}, members);
		const {signal, emit} = frame;
		const {manifest, fetched} = await collect({folder, cluster: cluster.name, wishes, listener: emit, signal});
		const detail = `${folder}: ${total(manifest.files)}, ${fetched} of them new`;
		emit({event: 'check', check: 'bundle', status: 'ok', detail});
		emit({
			event: 'note',
			text: `In the cluster file: sources: {kind: bundle, path: ${JSON.stringify(path ?? folder)}}`,
		});
		return 0;
	} finally {
		await fleet.close();
	}
}

async function show(path: string | undefined, {emit}: Run): Promise<number> {
	if (path === undefined) {
		const fix = 'Write: mesos-setup bundle show FOLDER';
		throw new SetupError({field: 'folder', cause: 'no bundle is named.', fix, exitCode: 2});
	}
	const bundle = await readBundle(path);
	const {manifest} = bundle;
	const damaged = new Set(await damagedFiles(bundle));
	emit({event: 'note', text: `Made by mesos-setup ${manifest.version} for ${manifest.cluster} on ${manifest.created}`});
	for (const {platform, arch, sources} of manifest.sets) {
		for (const [component, source] of Object.entries(sources)) {
			const version = source.kind === 'package' && source.version ? ` ${source.version}` : '';
			const name = source.kind === 'package' ? source.name : source.kind === 'archive' ? source.url : source.ref;
			emit({event: 'note', text: `${platform} ${arch}: ${component} is ${source.kind} ${name}${version}`});
		}
	}
	for (const file of manifest.files) {
		const detail = `${file.bytes} bytes, sha256 ${file.sha256}`;
		if (!damaged.has(file)) emit({event: 'check', check: file.path, status: 'ok', detail});
		else {
			const fix = 'Run the same "mesos-setup bundle create" again: it fetches this file anew.';
			emit({
				event: 'check',
				check: file.path,
				status: 'failed',
				detail: 'its content is not what its checksum says',
				fix,
			});
		}
	}
	emit({
		event: 'note',
		text: `${total(manifest.files)}, ${damaged.size === 0 ? 'all whole' : `${damaged.size} damaged`}`,
	});
	return damaged.size === 0 ? 0 : 1;
}

/** `create` collects everything a cluster needs into one folder; `show` tells what is in it and compares every checksum. */
export async function run(options: CommandOptions, [action, path]: string[], frame: Run): Promise<number> {
	return action === 'show' ? show(path, frame) : create(options, path, frame);
}
