import {leaderOf} from '../health/gates.ts';
import {type InterfaceUrl, interfaceUrls} from '../health/urls.ts';
import {verify} from '../health/verify.ts';
import {errorEvent} from '../pipeline/error-event.ts';
import {Fleet} from '../pipeline/fleet.ts';
import {Report} from '../pipeline/report.ts';
import {createConnect} from './connector.ts';
import {type LoadedCluster, loadCluster} from './load-cluster.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

/** Proves that the cluster works, a task on every slave included; exit 1 with the culprit named when it does not. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	const loaded = await loadCluster(options, frame.home);
	return (await proveCluster(loaded, frame)).failed > 0 ? 1 : 0;
}

/** The same for a cluster in hand; `urls` are those of the leaders. */
export async function proveCluster(
	{cluster, store}: Pick<LoadedCluster, 'cluster' | 'store'>,
	frame: Run,
): Promise<{failed: number; urls: InterfaceUrl[]}> {
	const report = new Report(cluster.hosts.map(host => host.name));
	const emit: typeof frame.emit = event => {
		report.take(event);
		frame.emit(event);
	};
	const connect = await createConnect(cluster, store.hostKeys(cluster.name), frame, emit);
	const fleet = new Fleet(cluster.hosts, cluster.hosts, connect, emit);
	try {
		for (const host of cluster.hosts) {
			await fleet.member(host.name).catch(error => emit(errorEvent(error, host.name)));
		}
		await verify(cluster, fleet.reach, {smoke: true, signal: frame.signal, onCheck: emit});
		const [mesos, marathon, chronos] = await Promise.all(
			(['mesos-master', 'marathon', 'chronos'] as const).map(service => leaderOf(service, cluster, fleet.reach)),
		);
		const urls = interfaceUrls(cluster, {mesos, marathon, chronos}).filter(({leads}) => leads);
		for (const {name, url} of urls) emit({event: 'note', text: `${name.padEnd(9)}${url}`});
		emit(report.summary());
		return {failed: report.failed, urls};
	} finally {
		await fleet.close();
	}
}
