import {resolve} from 'node:path';
import {readClusterFile} from '../cluster/cluster-file.ts';
import type {Cluster} from '../cluster/model.ts';
import {closest} from '../cluster/schema-problems.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {openStore, type Store, type StoredCluster} from '../cluster/store.ts';
import type {CommandOptions} from './options.ts';

export type LoadedCluster = {
	cluster: Cluster;
	/** Absolute path of the cluster file, when there is one. */
	file?: string | undefined;
	/** What the store knew of a cluster of this name. */
	stored?: StoredCluster | undefined;
	store: Store;
};

function refuse(field: string, cause: string, fix: string): SetupError {
	return new SetupError({field, cause, fix, exitCode: 2});
}

function fromStore(name: string, store: Store): StoredCluster {
	const stored = store.load(name);
	if (stored) return stored;
	const known = store.list();
	const meant = closest(name, known);
	const fix = meant
		? `Did you mean ${meant}?`
		: `Known are: ${known.join(', ') || 'none yet'}. Or give --cluster-file.`;
	throw refuse('--cluster', `this computer knows no cluster ${JSON.stringify(name)}.`, fix);
}

function checkLimit(limit: readonly string[], cluster: Cluster): void {
	const names = cluster.hosts.map(host => host.name);
	for (const name of limit) {
		if (names.includes(name)) continue;
		const meant = closest(name, names);
		const fix = meant ? `Did you mean ${meant}?` : `Its hosts are: ${names.join(', ')}.`;
		throw refuse('--limit', `the cluster ${cluster.name} has no host ${JSON.stringify(name)}.`, fix);
	}
}

/**
 * The cluster a command is about, from --cluster-file or the store. Without either flag the only known cluster is meant.
 * Throws a SetupError or SetupErrors (exit 2).
 */
export async function loadCluster(options: CommandOptions, home: string): Promise<LoadedCluster> {
	const store = openStore(home);
	if (options.clusterFile !== undefined && options.cluster !== undefined) {
		throw refuse(
			'--cluster',
			'a cluster file and a known cluster are named at once.',
			'Give one of --cluster-file and --cluster.',
		);
	}
	let loaded: LoadedCluster;
	if (options.clusterFile === undefined) {
		const known = options.cluster === undefined ? store.list() : [options.cluster];
		const [name] = known;
		if (name === undefined || known.length > 1) {
			const which =
				known.length > 1 ? `one of ${known.join(', ')} with --cluster` : 'a cluster file with --cluster-file';
			throw refuse('--cluster-file', 'no cluster is named.', `Name ${which}.`);
		}
		const stored = fromStore(name, store);
		loaded = {cluster: stored.cluster, file: stored.file, stored, store};
	} else {
		const file = resolve(options.clusterFile);
		const cluster = await readClusterFile(file);
		loaded = {cluster, file, stored: store.load(cluster.name), store};
	}
	checkLimit(options.limit, loaded.cluster);
	return loaded;
}
