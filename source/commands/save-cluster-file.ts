import {writeFile} from 'node:fs/promises';
import {readClusterFile} from '../cluster/cluster-file.ts';
import {formatCluster} from '../cluster/format-cluster.ts';
import type {Cluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {expand} from './key-files.ts';

/** What keeps a file from being written, by the system's name for it. */
const notWritten: Record<string, string> = {
	EEXIST: 'it is there already, with something else in it',
	EISDIR: 'it is a folder',
	ENOENT: 'its folder is not there',
	ENOTDIR: 'its folder is a file',
	EACCES: 'you may not write there',
	EROFS: 'nothing can be written there',
};

/** Returns what is to be said of it. Never overwrites another cluster's file, or one that is none. */
export async function saveClusterFile(path: string, cluster: Cluster): Promise<string> {
	const file = expand(path);
	const before = await readClusterFile(file).catch(() => undefined);
	const taken = before ? before.name !== cluster.name : false;
	// A file that is there and is no cluster file at all must not be lost either.
	const flag = before && !taken ? 'w' : 'wx';
	try {
		await writeFile(file, formatCluster(cluster), {flag});
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : '';
		const why = notWritten[code] ?? (error instanceof Error ? error.message : String(error));
		throw new SetupError({
			cause: `${path} was not written: ${why}.`,
			fix: 'Choose another name.',
			exitCode: 2,
			error,
		});
	}
	return `Saved as ${file}. The same without a wizard: mesos-setup apply -c ${path}`;
}
