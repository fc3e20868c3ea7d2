import {installedLab} from '../lab/installed-lab.ts';
import type {Lab} from '../lab/lab.ts';
import {ansibleOverRerun} from './ansible.ts';
import {delayRoundTrips} from './delay.ts';
import {bareLab, installOverSlowestHost} from './install.ts';
import {manyHosts, manyHostsLab} from './many-hosts.ts';
import type {Log, Result} from './measure.ts';
import {packageCost, versionOverNode} from './package-cost.ts';
import {rerunOverSsh} from './rerun-over-ssh.ts';
import {thousandHosts} from './simulation.ts';

/** One thing to measure; several keys where they share their runs. */
export type Measurement = {
	keys: string[];
	/** Names of the labs it brings up and leaves running for the next one. */
	labs: string[];
	measure(log: Log): Promise<Result[]>;
};

/** Lab of 3 + 3 hosts with a cluster on them. */
export const sixHosts = 'bench';

const onSix = (keys: string[], measure: (lab: Lab, file: string, log: Log) => Promise<Result[]>): Measurement => ({
	keys,
	labs: [sixHosts],
	async measure(log) {
		const {lab, file} = await installedLab(sixHosts);
		return measure(lab, file, log);
	},
});

/** In the order of the table. */
export const measurements: Measurement[] = [
	onSix(['rerun_over_ssh'], async (lab, file) => [await rerunOverSsh(lab, file)]),
	onSix(['ansible_over_rerun', 'mitogen_over_rerun'], ansibleOverRerun),
	onSix(['delay_round_trips'], async (lab, file) => [await delayRoundTrips(lab, file)]),
	{
		keys: ['install_over_slowest_host'],
		labs: [bareLab],
		measure: async log => [await installOverSlowestHost(log)],
	},
	{keys: ['per_host_24_over_6', 'add_slave'], labs: [manyHostsLab], measure: manyHosts},
	{keys: ['sim_1000_rss_mb', 'sim_1000_cpu_ms_per_host'], labs: [], measure: thousandHosts},
	{keys: ['version_over_node'], labs: [], measure: async () => [await versionOverNode()]},
	{keys: ['package_mb', 'cold_start'], labs: [], measure: packageCost},
];

export const order: string[] = measurements.flatMap(({keys}) => keys);
