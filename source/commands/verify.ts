import {once} from 'node:events';
import {leaderOf} from '../health/gates.ts';
import {type InterfaceUrl, interfaceUrls} from '../health/urls.ts';
import {verify} from '../health/verify.ts';
import {errorEvent} from '../pipeline/error-event.ts';
import {Fleet} from '../pipeline/fleet.ts';
import {Report} from '../pipeline/report.ts';
import {createConnect} from './connector.ts';
import {loadCluster} from './load-cluster.ts';
import {type Located, locate} from './locate.ts';
import {openPage} from './open-ui.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

/** Proves that the cluster works, a task on every slave included; exit 1 with the culprit named when it does not. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	const loaded = await locate(await loadCluster(options, frame.home), frame.emit, frame.signal);
	const visit: Visit = (urls, fleet) => openPages(urls, fleet, frame);
	return (await proveCluster(loaded, frame, options.open ? visit : undefined)).failed > 0 ? 1 : 0;
}

/** What is done with the pages of a cluster while its hosts are connected. */
type Visit = (urls: readonly InterfaceUrl[], fleet: Fleet) => Promise<void>;

async function openPages(urls: readonly InterfaceUrl[], fleet: Fleet, {emit, signal}: Run): Promise<void> {
	const pages = await Promise.all(
		urls.map(({url, host}) => openPage(url, () => fleet.reach(host, Number(new URL(url).port)))),
	);
	for (const {text} of pages) emit({event: 'note', text});
	if (!pages.some(({tunnelled}) => tunnelled)) return;
	emit({event: 'note', text: 'The tunnels stay open until Ctrl-C.'});
	if (!signal.aborted) await once(signal, 'abort');
	for (const page of pages) page.close();
}

/** The same for a cluster in hand; `urls` are those of the leaders. */
export async function proveCluster(
	located: Located,
	frame: Run,
	visit?: Visit,
): Promise<{failed: number; urls: InterfaceUrl[]}> {
	const {cluster} = located;
	const report = new Report(cluster.hosts.map(host => host.name));
	const emit: typeof frame.emit = event => {
		report.take(event);
		frame.emit(event);
	};
	const connect = await createConnect(located, frame, emit);
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
		await visit?.(urls, fleet);
		return {failed: report.failed, urls};
	} finally {
		await fleet.close();
	}
}
