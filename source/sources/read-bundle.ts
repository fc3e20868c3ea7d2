import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';
import {type Bundle, type BundleFile, type Bundles, manifestSchema} from '../cluster/bundle.ts';
import type {Cluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {bundlePaths} from './resolve.ts';

function unusable(path: string, cause: string, fix: string, error?: unknown): SetupError {
	return new SetupError({field: 'sources', cause: `the bundle ${path} ${cause}`, fix, exitCode: 2, error});
}

const again = 'Make it anew with "mesos-setup bundle create".';
const goOn = 'Run "mesos-setup bundle create" for it: one that was cut off goes on.';

/** Reads a bundle's manifest and looks whether its files are there. Throws a SetupError (exit 2). */
export async function readBundle(path: string, base = process.cwd()): Promise<Bundle> {
	const folder = resolve(base, path.replace(/^~(?=\/|$)/, homedir()));
	let content: unknown;
	try {
		content = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
	} catch (error) {
		const found = await stat(folder).catch(() => undefined);
		const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
		const unread = missing ? 'has no manifest.json: it is no bundle, or was not finished.' : 'cannot be read.';
		const why = found ? (found.isDirectory() ? unread : 'is a file; a bundle is a folder.') : 'does not exist.';
		throw unusable(path, why, `Looked for in ${folder}. ${missing && found?.isDirectory() ? goOn : again}`, error);
	}
	const parsed = manifestSchema.safeParse(content);
	if (!parsed.success) {
		const format = (content as {format?: unknown} | null)?.format;
		const why =
			typeof format === 'number' && format > 1 ? 'was made by a newer mesos-setup.' : 'has a broken manifest.json.';
		throw unusable(path, why, again, parsed.error);
	}
	const bundle = {folder, manifest: parsed.data};
	for (const file of bundle.manifest.files) {
		const found = await stat(join(folder, file.path)).catch(() => undefined);
		if (found?.size === file.bytes) continue;
		const why = found ? `has ${found.size} bytes instead of ${file.bytes}` : 'is missing';
		throw unusable(
			path,
			`is not whole: ${file.path} ${why}.`,
			'Run the same "mesos-setup bundle create" again: it fetches what is missing.',
		);
	}
	return bundle;
}

/** Every bundle the cluster's sources name; `base`: the folder that paths in the cluster file start from. */
export async function readBundles(cluster: Pick<Cluster, 'sources'>, base?: string): Promise<Bundles> {
	const read = bundlePaths(cluster).map(async path => [path, await readBundle(path, base)] as const);
	return new Map(await Promise.all(read));
}

/** Lower-case hex. */
export async function sha256Of(file: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(file, {highWaterMark: 1024 * 1024})) hash.update(chunk as Buffer);
	return hash.digest('hex');
}

/** The files whose content is not what the manifest says. */
export async function damagedFiles({folder, manifest}: Bundle): Promise<BundleFile[]> {
	const damaged: BundleFile[] = [];
	for (const file of manifest.files) if ((await sha256Of(join(folder, file.path))) !== file.sha256) damaged.push(file);
	return damaged;
}
