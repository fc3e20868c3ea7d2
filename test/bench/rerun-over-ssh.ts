import type {Lab} from '../lab/lab.ts';
import {checkText, inNetwork, rerun, sshScript, stepsOfHosts} from './bench-lab.ts';
import {inSeconds, interleaved, median, type Result} from './measure.ts';

/** A re-run that changes nothing, against plain ssh running the bare checks. */
export async function rerunOverSsh(lab: Lab, file: string): Promise<Result> {
	const steps = await stepsOfHosts(lab, file);
	const checks = await sshScript(lab, 'checks', new Map(lab.hosts.map(host => [host, checkText(steps, host.name)])));
	const bare = await sshScript(lab, 'nothing', new Map(lab.hosts.map(host => [host, 'true\n'])));
	const samples = await interleaved(
		{
			rerun: () => rerun(lab, file),
			// The last check's status is the shell's: all of them must hold.
			ssh: () => inNetwork(lab.namespace, ['sh', checks]),
			ssh_true: () => inNetwork(lab.namespace, ['sh', bare]),
		},
		7,
	);
	const counts = Object.values(steps).map(({length}) => length);
	return {
		key: 'rerun_over_ssh',
		measure: 're-run that changes nothing, 3 + 3 hosts, over parallel "ssh host sudo -n sh" with the same checks',
		value: median(samples.rerun) / median(samples.ssh),
		goal: {atMost: 1.5},
		samples,
		note: `${inSeconds(samples.rerun)} over ${inSeconds(samples.ssh)}; ${Math.min(...counts)} to ${Math.max(...counts)} steps a host; six ssh running "true": ${inSeconds(samples.ssh_true)}`,
	};
}
