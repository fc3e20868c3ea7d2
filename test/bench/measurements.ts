import {installedLab} from '../lab/installed-lab.ts';
import {down, type Lab} from '../lab/lab.ts';
import {ansibleOverRerun} from './ansible.ts';
import {delayRoundTrips} from './delay.ts';
import {installOverSlowestHost} from './install.ts';
import {manyHosts} from './many-hosts.ts';
import type {Log, Result} from './measure.ts';
import {packageCost, versionOverNode} from './package-cost.ts';
import {rerunOverSsh} from './rerun-over-ssh.ts';
import {thousandHosts} from './simulation.ts';

/** One thing to measure; several keys where they share their runs. */
type Measurement = {keys: string[]; measure(log: Log): Promise<Result[]>};

/** Lab of 3 + 3 hosts with a cluster on them, which the first measurement that needs it brings up. */
export const sixHosts = 'bench';

const onSix = (measure: (lab: Lab, file: string, log: Log) => Promise<Result[]>) => async (log: Log) => {
	const {lab, file} = await installedLab(sixHosts);
	try {
		return await measure(lab, file, log);
	} finally {
		await down(sixHosts, () => {});
	}
};

/** In the order of the table. */
export const measurements: Measurement[] = [
	{keys: ['rerun_over_ssh'], measure: onSix(async (lab, file) => [await rerunOverSsh(lab, file)])},
	{keys: ['ansible_over_rerun', 'mitogen_over_rerun'], measure: onSix(ansibleOverRerun)},
	{keys: ['delay_round_trips'], measure: onSix(async (lab, file) => [await delayRoundTrips(lab, file)])},
	{keys: ['install_over_slowest_host'], measure: async log => [await installOverSlowestHost(log)]},
	{keys: ['per_host_24_over_6', 'add_slave'], measure: manyHosts},
	{keys: ['sim_1000_rss_mb', 'sim_1000_cpu_ms_per_host'], measure: thousandHosts},
	{keys: ['version_over_node'], measure: async () => [await versionOverNode()]},
	{keys: ['package_mb', 'cold_start'], measure: packageCost},
];
