import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {z} from 'zod';
import {toClusterInput} from './format-cluster.ts';
import {clustersFolder, savedNames} from './home.ts';
import type {Cluster, ClusterRecord} from './model.ts';
import {clusterNamePattern} from './names.ts';
import {recordSchema} from './record-schema.ts';
import {type ClusterInput, clusterSchema} from './schema.ts';
import {SetupError} from './setup-error.ts';

/** What this computer knows of a cluster. */
export type StoredCluster = {
	cluster: Cluster;
	/** Absolute path of the cluster file it was read from; unset when no file describes it. */
	file?: string | undefined;
	/** Only what apply has begun on (identity.ts, begunRecord); unset until then. */
	record?: ClusterRecord | undefined;
	/** An apply was begun and has not come to a good end. */
	unfinished?: boolean | undefined;
	/** ISO 8601. */
	last_used: string;
};

/** Pinned host keys of one cluster, by host name: `SHA256:…` as ssh-keygen prints it. Pinned at once, on disk a moment later. */
export type HostKeys = {
	get(host: string): string | undefined;
	set(host: string, fingerprint: string): void;
	/** The file they are in, for messages; unset while there is none. */
	path?: string;
};

export type Store = {
	/** Undefined for a name never saved. */
	load(name: string): StoredCluster | undefined;
	/** Replaces what is known of the cluster in one step; its host keys stay. */
	save(name: string, entry: Omit<StoredCluster, 'last_used'>): void;
	/** Removes the cluster and its host keys from this computer; nothing happens for a name never saved. */
	forget(name: string): void;
	/** Names of all saved clusters, the last used first. */
	list(): string[];
	hostKeys(name: string): HostKeys;
	/** Loads what writing needs, while there is nothing else to do; without it the first write does. */
	prepare(): void;
};

/** The file of one cluster. The cluster is kept in the form of its own file, so one schema reads both. */
type Content = {
	format: number;
	cluster?: ClusterInput;
	file?: string;
	record?: ClusterRecord;
	unfinished?: boolean;
	last_used?: string;
	host_keys?: Record<string, string>;
};

const currentFormat = 1;
/** Milliseconds. */
const pinPause = 250;

const contentSchema = z.object({
	format: z.literal(currentFormat).default(currentFormat),
	cluster: clusterSchema.optional(),
	file: z.string().optional(),
	record: recordSchema.optional(),
	unfinished: z.boolean().optional(),
	last_used: z.iso.datetime().optional(),
	host_keys: z.record(z.string(), z.string()).default({}),
});

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * What it brings along takes longer to load than most of this program, and sends every signal to the process once more: that
 * would be the second Ctrl-C, which leaves without an end of the steps in hand. So its listeners go.
 */
function loadConf(): typeof import('conf') {
	const before = new Set(signals.flatMap(signal => process.listeners(signal)));
	const conf = createRequire(import.meta.url)('conf') as typeof import('conf');
	for (const signal of signals) {
		for (const listener of process.listeners(signal)) {
			if (!before.has(listener)) process.off(signal, listener);
		}
	}
	return conf;
}

/** The file is never written to after this: what it holds is worth more than going on. */
function unreadable(path: string, why: string, error?: unknown): SetupError {
	return new SetupError({
		field: path,
		cause: `what this computer knows of the cluster cannot be read: ${why}. The file has been left as it is.`,
		fix: 'Restore it from a copy, or move it away: the masters keep the same table of hosts and ids.',
		exitCode: 2,
		error,
	});
}

/** A full disk or a folder of somebody else's, in words. */
function writing<T>(path: string, write: () => T): T {
	try {
		return write();
	} catch (error) {
		throw new SetupError({
			field: path,
			cause: `what this computer must remember of the cluster cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
			fix: 'Free some space or make the folder yours; MESOS_SETUP_HOME names another one. Then run the same command again.',
			exitCode: 1,
			error,
		});
	}
}

/** Opens (and creates, for this user alone) the store in `home`. Its methods throw a SetupError for a file they cannot read. */
export function openStore(home: string, now: () => Date = () => new Date()): Store {
	const folder = clustersFolder(home);
	const pathOf = (name: string) => join(folder, `${name}.json`);

	const read = (name: string) => {
		if (!clusterNamePattern.test(name)) {
			throw new SetupError({
				field: '--cluster',
				cause: `${JSON.stringify(name)} is no name of a cluster.`,
				fix: 'Use letters, digits, dots, hyphens and underscores.',
				exitCode: 2,
			});
		}
		let content: unknown;
		try {
			content = existsSync(pathOf(name)) ? JSON.parse(readFileSync(pathOf(name), 'utf8')) : {};
		} catch (error) {
			throw unreadable(pathOf(name), error instanceof Error ? error.message : String(error), error);
		}
		const parsed = contentSchema.safeParse(content);
		if (parsed.success) return parsed.data;
		const newer = Number((content as Partial<Content>).format) > currentFormat;
		const [issue] = parsed.error.issues;
		const why = newer
			? 'a newer mesos-setup wrote it'
			: `${issue?.path.join('.')}: ${issue?.message.replace('\n', ' ')}`;
		throw unreadable(pathOf(name), why, parsed.error);
	};

	const open = (name: string) => {
		mkdirSync(folder, {recursive: true, mode: 0o700});
		return new (loadConf().default)<Content>({
			cwd: folder,
			configName: name,
			configFileMode: 0o600,
			accessPropertiesByDotNotation: false,
		});
	};

	const load = (name: string): StoredCluster | undefined => {
		if (clusterNamePattern.test(name) && !existsSync(pathOf(name))) return undefined;
		const {cluster, file, record, unfinished, last_used} = read(name);
		return cluster && {cluster, file, record, unfinished, last_used: last_used ?? new Date(0).toISOString()};
	};

	return {
		load,
		save(name, {cluster, file, record, unfinished}) {
			const {host_keys} = read(name);
			writing(pathOf(name), () => {
				const conf = open(name);
				conf.store = {
					format: currentFormat,
					cluster: toClusterInput(cluster),
					...(file === undefined ? {} : {file}),
					...(record === undefined ? {} : {record}),
					...(unfinished ? {unfinished} : {}),
					last_used: now().toISOString(),
					host_keys,
				};
				chmodSync(conf.path, 0o600);
			});
		},
		forget(name) {
			if (clusterNamePattern.test(name)) rmSync(pathOf(name), {force: true});
		},
		list() {
			return savedNames(home)
				.map(name => ({name, entry: load(name)}))
				.filter(({entry}) => entry !== undefined)
				.sort((a, b) => (b.entry?.last_used ?? '').localeCompare(a.entry?.last_used ?? ''))
				.map(({name}) => name);
		},
		hostKeys(name) {
			// Read and opened once, and written a few times a second: a run may ask for and pin a thousand hosts.
			let known: ReturnType<typeof read> | undefined;
			let conf: ReturnType<typeof open> | undefined;
			let due: NodeJS.Timeout | undefined;
			let dirty = false;
			const write = () => {
				if (!dirty) return;
				dirty = false;
				writing(pathOf(name), () => {
					conf ??= open(name);
					conf.set({format: currentFormat, host_keys: known?.host_keys ?? {}});
				});
			};
			// A disk that fills up now must not end a run that is under way; a key not remembered is shown as new next time.
			const writeIfPossible = () => {
				try {
					write();
				} catch {}
			};
			return {
				path: pathOf(name),
				get(host) {
					if (!known && existsSync(pathOf(name))) known = read(name);
					return known?.host_keys[host];
				},
				set(host, fingerprint) {
					known ??= read(name);
					known.host_keys[host] = fingerprint;
					dirty = true;
					if (due) return;
					write();
					process.once('exit', writeIfPossible);
					due = setTimeout(() => {
						due = undefined;
						process.off('exit', writeIfPossible);
						writeIfPossible();
					}, pinPause).unref();
				},
			};
		},
		prepare: () => void loadConf(),
	};
}
