import {readdir, readFile, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';

/** Milliseconds after which a set that nobody serves is taken for left over; a test may just be unpacking a younger one. */
const leftOver = 60 * 60 * 1000;

/** Removes older recipes' artifacts that no running mirror serves: each takes some 170 MB. */
export async function pruneArtifacts(cache: string, keep: string): Promise<void> {
	const served = await commandLines();
	for (const name of await readdir(cache)) {
		const id = /^artifacts-[0-9a-f]+/.exec(name)?.[0];
		const folder = join(cache, name);
		if (!id || keep.startsWith(join(cache, id)) || served.includes(join(cache, id))) continue;
		const {mtimeMs} = await stat(folder);
		if (Date.now() - mtimeMs > leftOver) await rm(folder, {recursive: true, force: true});
	}
}

async function commandLines(): Promise<string> {
	const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
	// A process may end while the list is read.
	return (await Promise.all(processes.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))).join('\n');
}
