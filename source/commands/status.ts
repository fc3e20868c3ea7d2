import {rolesOf} from '../../roles/roles-of.ts';
import type {Cluster, Host} from '../cluster/model.ts';
import {askGate, leaderOf} from '../health/gates.ts';
import {type InterfaceUrl, interfaceUrls} from '../health/urls.ts';
import {closingGates} from '../pipeline/coordination.ts';
import {errorEvent} from '../pipeline/error-event.ts';
import type {Listener} from '../pipeline/events.ts';
import {Fleet, type Member} from '../pipeline/fleet.ts';
import {Report} from '../pipeline/report.ts';
import {createConnect} from './connector.ts';
import {loadCluster} from './load-cluster.ts';
import {type Located, locate} from './locate.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

/** The units a host should run; common brings none of the cluster's own. */
function unitsOf(host: Host, cluster: Cluster): string[] {
	return rolesOf(host, cluster)
		.map(({name}) => name)
		.filter(name => name !== 'common');
}

function tellHost({host, facts}: Member, cluster: Cluster, emit: Listener): void {
	for (const unit of unitsOf(host, cluster)) {
		const state = facts.units[unit] ?? 'not installed';
		const ok = state === 'active';
		emit({
			event: 'check',
			host: host.name,
			check: unit,
			status: ok ? 'ok' : 'failed',
			detail: state,
			fix: ok ? undefined : `See "journalctl -u ${unit}" on ${host.name}; "mesos-setup apply" starts what is stopped.`,
		});
	}
}

/** One look at every host and service, nothing changed and nothing run; exit 1 when something is not as it should be. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	const loaded = await locate(await loadCluster(options, frame.home), frame.emit, frame.signal);
	return (await lookAtCluster(loaded, frame)).failed > 0 ? 1 : 0;
}

/** The same for a cluster in hand; `urls` are those of the leaders. */
export async function lookAtCluster(located: Located, frame: Run): Promise<{failed: number; urls: InterfaceUrl[]}> {
	const {cluster} = located;
	const report = new Report(cluster.hosts.map(host => host.name));
	const emit: Listener = event => {
		report.take(event);
		frame.emit(event);
	};
	const connect = await createConnect(located, frame, emit);
	const fleet = new Fleet(cluster.hosts, cluster.hosts, connect, emit);
	try {
		for (const host of cluster.hosts) {
			const member = await fleet.member(host.name).catch(error => emit(errorEvent(error, host.name)));
			if (member) tellHost(member, cluster, emit);
		}
		const gates = closingGates(cluster);
		const answers = await Promise.all(gates.map(gate => askGate(gate, cluster, fleet.reach)));
		for (const [i, {open, detail, missing}] of answers.entries()) {
			emit({
				event: 'check',
				check: gates[i] as string,
				status: open ? 'ok' : 'failed',
				detail,
				fix: open ? undefined : `Look at ${missing.join(', ') || 'the masters'}.`,
			});
		}
		emit(report.summary());
		const [mesos, marathon, chronos] = await Promise.all(
			(['mesos-master', 'marathon', 'chronos'] as const).map(service => leaderOf(service, cluster, fleet.reach)),
		);
		const urls = interfaceUrls(cluster, {mesos, marathon, chronos}).filter(({leads}) => leads);
		return {failed: report.failed, urls};
	} finally {
		await fleet.close();
	}
}
