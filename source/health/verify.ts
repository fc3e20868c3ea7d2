import type {Cluster} from '../cluster/model.ts';
import {askFramework, checkFramework, type FrameworkName} from './check-framework.ts';
import {askMesosMasters, reportMasters} from './check-masters.ts';
import {checkSlaves} from './check-slaves.ts';
import {checkZookeeper} from './check-zookeeper.ts';
import type {Check, Report} from './checks.ts';
import {proveChronos} from './prove-chronos.ts';
import {proveMarathon} from './prove-marathon.ts';
import type {Reach} from './reach.ts';
import {abortableReach} from './stream.ts';

export type VerifyOptions = {
	/** Also run something: a Marathon app on every slave and a Chronos job, removed again. */
	smoke: boolean;
	signal: AbortSignal;
	onCheck: (check: Check) => void;
};

/**
 * Asks every service of a cluster and proves, when told to, that it runs work. Resolves with whether no check failed.
 * Rejects only with the signal's reason, after what it started has been removed.
 */
export async function verify(cluster: Cluster, reach: Reach, options: VerifyOptions): Promise<boolean> {
	const {smoke, signal, onCheck} = options;
	let sound = true;
	const report: Report = found => {
		if (signal.aborted) return;
		if (found.status === 'failed') sound = false;
		onCheck({event: 'check', ...found});
	};
	const asked = abortableReach(reach, signal);
	const patience = cluster.timeouts.gate;
	const wanted: FrameworkName[] = (['marathon', 'chronos'] as const).filter(name => cluster.frameworks[name]);

	// All hosts are asked everything at once; the reports keep the order in which the services build on each other.
	const zookeeper = checkZookeeper(cluster, asked);
	const masters = askMesosMasters(cluster, asked);
	const frameworks = wanted.map(name => ({name, found: askFramework(name, cluster, asked)}));

	(await zookeeper)(report);
	const mesos = await masters;
	reportMasters(cluster, mesos, report);
	const {leader} = mesos.consensus;
	const registered = await checkSlaves(cluster, leader, asked, report);
	for (const {name, found} of frameworks) {
		await checkFramework(name, await found, leader, {reach: asked, signal, report, patience});
	}
	signal.throwIfAborted();
	if (smoke) {
		await Promise.all(
			frameworks.map(async ({name, found}) => {
				const target = {leader: (await found).consensus.leader, reach, signal, report, patience};
				return name === 'marathon' ? proveMarathon(cluster, registered, target) : proveChronos(target);
			}),
		);
		signal.throwIfAborted();
	}
	return sound;
}
