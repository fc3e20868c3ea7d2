import type {RunEvent} from '../../source/pipeline/events.ts';
import {writeClusterFile} from '../lab/cluster-file.ts';
import {down, up} from '../lab/lab.ts';
import {product} from './bench-lab.ts';
import {inSeconds, type Log, median, type Result, seconds} from './measure.ts';

export const bareLab = 'bench-bare';
const installs = 3;

/** Seconds that the steps of each host took, waiting for other hosts not counted. */
function stepSeconds(output: string): Map<string, number> {
	const sums = new Map<string, number>();
	for (const line of output.split('\n').filter(Boolean)) {
		const event = JSON.parse(line) as RunEvent;
		if (event.event === 'step') sums.set(event.host, (sums.get(event.host) ?? 0) + event.ms / 1000);
	}
	return sums;
}

/** A first install on bare hosts: everything that is not work on the slowest host is ours. */
export async function installOverSlowestHost(log: Log): Promise<Result> {
	const samples: Record<'install' | 'slowest', number[]> = {install: [], slowest: []};
	for (let i = 0; i < installs; i++) {
		const lab = await up({name: bareLab, log: () => {}});
		try {
			const file = await writeClusterFile(lab);
			let output = '';
			samples.install.push(
				await seconds(async () => {
					output = await product(lab, ['apply', '-c', file, '--yes', '--json']);
				}),
			);
			samples.slowest.push(Math.max(...stepSeconds(output).values()));
			log(`  install ${i + 1} of ${installs}: ${samples.install.at(-1)?.toFixed(1)} s`);
		} finally {
			await down(bareLab, () => {});
		}
	}
	const ratios = samples.install.map((wall, i) => wall / (samples.slowest[i] ?? 0));
	return {
		key: 'install_over_slowest_host',
		measure: 'first install of 3 + 3 bare hosts, whole process, over the time of the slowest host in its own steps',
		value: median(ratios),
		goal: {atMost: 1.15},
		samples,
		note: `${inSeconds(samples.install)}, the slowest host ${inSeconds(samples.slowest)}`,
	};
}
