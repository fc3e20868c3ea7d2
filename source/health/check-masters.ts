import type {Cluster} from '../cluster/model.ts';
import {quorum} from '../cluster/quorum.ts';
import {lookAt, type Report, reportElected} from './checks.ts';
import {askOpinions, whenReady} from './leaders.ts';
import {listed, mastersOf} from './members.ts';
import {askMasterFlags, askMetrics, askVersion} from './mesos.ts';
import {type Consensus, consensusOf, type Opinion} from './opinion.ts';
import type {Reach} from './reach.ts';

type Settings = {
	host: string;
	flags?: {quorum: string | undefined; cluster: string | undefined};
	ensembleSize?: number;
	version?: string;
};

export type MastersFound = {opinions: Opinion[]; consensus: Consensus; settings: Settings[]};

/** Everything one can ask all masters at once, so that a dead one costs a single timeout. Never rejects. */
export async function askMesosMasters(cluster: Cluster, reach: Reach): Promise<MastersFound> {
	const [opinions, settings] = await Promise.all([
		askOpinions('mesos-master', cluster, reach),
		Promise.all(mastersOf(cluster).map(({name}) => askSettings(name, reach))),
	]);
	return {opinions, consensus: await whenReady(consensusOf(opinions), reach), settings};
}

async function askSettings(host: string, reach: Reach): Promise<Settings> {
	const [flags, metrics, version] = await Promise.allSettled([
		askMasterFlags(host, reach),
		askMetrics(host, reach),
		askVersion(host, reach),
	]);
	const size = metrics.status === 'fulfilled' ? metrics.value['registrar/log/ensemble_size'] : undefined;
	return {
		host,
		...(flags.status === 'fulfilled' && {flags: flags.value}),
		...(size !== undefined && {ensembleSize: size}),
		...(version.status === 'fulfilled' && {version: version.value}),
	};
}

/** One leader that all name, each master, quorum and cluster name, and the replicas of the registry's log. */
export function reportMasters(cluster: Cluster, found: MastersFound, report: Report): void {
	const {opinions, consensus, settings} = found;
	const version = settings.find(({host}) => host === consensus.leader)?.version;
	reportElected('mesos-master', {opinions, consensus, detail: version && `Mesos ${version}`}, report);
	reportFlag('mesos quorum', 'quorum', String(quorum(mastersOf(cluster).length)), settings, report);
	reportFlag('mesos cluster name', 'cluster', cluster.name, settings, report);
	reportReplicas(found, report);
}

function reportFlag(
	check: string,
	flag: 'quorum' | 'cluster',
	wanted: string,
	settings: Settings[],
	report: Report,
): void {
	const known = settings.filter(({flags}) => flags !== undefined);
	const wrong = known.filter(({flags}) => flags?.[flag] !== wanted);
	for (const {host, flags} of wrong) {
		report({
			host,
			check,
			status: 'failed',
			detail: `runs with ${flag} ${flags?.[flag] ?? 'unset'}, it should be ${wanted}`,
			fix: `Run \`mesos-setup apply\`; it writes /etc/mesos-master/${flag} on ${host} and restarts mesos-master, one master at a time.`,
		});
	}
	// Masters that do not answer have failed already, under their own name.
	if (wrong.length === 0 && known.length > 0) report({check, status: 'ok', detail: wanted});
}

/** Asked of the leader alone: a master that has lost ZooKeeper sees only itself. */
function reportReplicas({consensus, opinions, settings}: MastersFound, report: Report): void {
	const size = settings.find(({host}) => host === consensus.leader)?.ensembleSize;
	if (size === undefined) return;
	const check = 'mesos registry';
	const masters = opinions.length;
	const detail = `${size} of ${masters} masters keep the registry's log`;
	const silent = opinions.filter(({state}) => state === 'unreachable').map(({host}) => host);
	if (size === masters) {
		report({check, status: 'ok', detail});
	} else if (size > masters) {
		report({
			check,
			status: 'failed',
			detail: `${size} masters keep the registry's log, but the cluster has ${masters}`,
			fix: `Find the master that is not in the cluster file (its address is below /mesos/log_replicas in ZooKeeper) and stop it: one more than the quorum allows can corrupt the registry.`,
		});
	} else if (silent.length > 0) {
		report({
			check,
			status: 'warn',
			detail: `${detail}, without ${listed(silent)}`,
			fix: lookAt('mesos-master', silent),
		});
	} else {
		const hosts = opinions.map(({host}) => host);
		report({check, status: 'failed', detail, fix: lookAt('mesos-master', hosts)});
	}
}
