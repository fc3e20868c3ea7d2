import {join} from 'node:path';
import {writeClusterFile} from '../lab/cluster-file.ts';
import {applied} from '../lab/installed-lab.ts';
import {up} from '../lab/lab.ts';
import {type Added, addSlave, addSlaveResult} from './add-slave.ts';
import {rerun} from './bench-lab.ts';
import {inSeconds, interleaved, type Log, median, type Result} from './measure.ts';

export const manyHostsLab = 'bench-many';

const few = 3;
const many = 20;

function hostNames(slaves: number): string[] {
	const numbers = (count: number) => Array.from({length: count}, (_, i) => i + 1);
	return [...numbers(3).map(n => `master-${n}`), ...numbers(slaves).map(n => `slave-${n}`)];
}

/** One lab of 24 hosts, its cluster growing: a slave added to 3 and to 20, then a re-run over 24 hosts against one over 6. */
export async function manyHosts(log: Log): Promise<Result[]> {
	const lab = await up({name: manyHostsLab, hosts: hostNames(many + 1), log: () => {}});
	const added = new Map<number, Added>();
	for (const slaves of [few, many]) {
		log(`  a cluster of ${slaves} slaves, and one more`);
		await applied(lab, await writeClusterFile(lab, {slaves}));
		added.set(slaves, await addSlave(lab, slaves));
	}
	const all = await writeClusterFile(lab);
	// The old hosts learn the new one's name.
	await applied(lab, all);
	const six = await writeClusterFile(lab, {path: join(lab.folder, 'six.yaml'), slaves: few});
	const samples = await interleaved({six: () => rerun(lab, six), twenty_four: () => rerun(lab, all)}, 5);
	const perHost = {
		key: 'per_host_24_over_6',
		measure: 're-run time per host, 24 hosts against 6 of them',
		value: median(samples.twenty_four) / 24 / (median(samples.six) / 6),
		goal: {atMost: 1.2},
		samples,
		note: `${inSeconds(samples.twenty_four)} and ${inSeconds(samples.six)}`,
	};
	return [perHost, addSlaveResult(added)];
}
