import {writeClusterFile} from './cluster-file.ts';
import {type Lab, up} from './lab.ts';
import {complaints, mesosSetup} from './product.ts';
import {readSnapshot} from './snapshot.ts';

/** Three masters and three slaves with a cluster on them, as the first lab test leaves them. */
export const installedSnapshot = 'test-installed';

const quiet = () => {};

/** Runs apply and throws with all that went wrong when it does not end well. */
export async function applied(lab: Lab, file: string, ...args: string[]): Promise<void> {
	const run = await mesosSetup(lab, ['apply', '-c', file, '--yes', '--json', ...args]);
	if (run.exitCode !== 0) throw new Error(`apply ended with ${run.exitCode}:\n${complaints(run)}`);
}

async function install(): Promise<void> {
	const lab = await up({name: 'test-snapshot', log: quiet});
	await applied(lab, await writeClusterFile(lab));
	await lab.snapshot(installedSnapshot);
	await lab.down();
}

/** A lab of its own with the installed cluster running; whoever comes first, and nobody installed before, installs. */
export async function installedLab(name: string): Promise<{lab: Lab; file: string}> {
	await readSnapshot(installedSnapshot).catch(install);
	const lab = await up({name, from: installedSnapshot, log: quiet});
	const file = await writeClusterFile(lab);
	// Waits until what was switched off in the snapshot serves again; finds nothing to change.
	await applied(lab, file);
	return {lab, file};
}
