import {writeClusterFile} from '../lab/cluster-file.ts';
import {applied} from '../lab/installed-lab.ts';
import {type Lab, up} from '../lab/lab.ts';
import {readSnapshot} from '../lab/snapshot.ts';
import type {Log} from './measure.ts';

export function partlyInstalledName(slaves: number): string {
	return `bench-${slaves}`;
}

/** Three masters and `slaves` slaves with a cluster on them, and one more slave that is bare. */
export async function partlyInstalledLab(slaves: number, log: Log): Promise<Lab> {
	const name = partlyInstalledName(slaves);
	const snapshot = `${name}-and-one`;
	const found = await readSnapshot(snapshot).catch(() => undefined);
	if (!found) {
		log(`  installing ${3 + slaves} hosts once; a snapshot keeps them`);
		const numbers = (count: number) => Array.from({length: count}, (_, i) => i + 1);
		const hosts = [...numbers(3).map(n => `master-${n}`), ...numbers(slaves + 1).map(n => `slave-${n}`)];
		const lab = await up({name, hosts, log: () => {}});
		await applied(lab, await writeClusterFile(lab, {slaves}));
		await lab.snapshot(snapshot);
		await lab.down();
	}
	const lab = await up({name, from: snapshot, log: () => {}});
	// Waits until what was switched off in the snapshot serves again; from here on this computer knows the cluster.
	await applied(lab, await writeClusterFile(lab, {slaves}));
	return lab;
}
