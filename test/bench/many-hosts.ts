import {join} from 'node:path';
import {writeClusterFile} from '../lab/cluster-file.ts';
import {applied} from '../lab/installed-lab.ts';
import {type Added, addSlave, addSlaveResult} from './add-slave.ts';
import {rerun} from './bench-lab.ts';
import {interleaved, type Log, median, type Result} from './measure.ts';
import {partlyInstalledLab, partlyInstalledName} from './partly-installed-lab.ts';

const few = 3;
const many = 20;

export const partlyInstalledLabs = [few, many].map(partlyInstalledName);

/** One lab of 7 and one of 24 hosts: adding a slave to each, and a re-run over 24 hosts against one over 6. */
export async function manyHosts(log: Log): Promise<Result[]> {
	const added = new Map<number, Added>();
	const small = await partlyInstalledLab(few, log);
	try {
		added.set(few, await addSlave(small, few));
	} finally {
		await small.down();
	}
	const lab = await partlyInstalledLab(many, log);
	try {
		added.set(many, await addSlave(lab, many));
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
		};
		return [perHost, addSlaveResult(added)];
	} finally {
		await lab.down();
	}
}
