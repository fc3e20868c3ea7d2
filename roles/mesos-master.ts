import type {HostFacts} from '../source/cluster/facts.ts';
import type {Flags, Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {quorum} from '../source/cluster/quorum.ts';
import type {Step} from '../source/steps/step.ts';
import {mastersOf} from './ensemble.ts';
import {flagFiles} from './mesos-flag-files.ts';
import {archivePaths, mesosSoftware} from './mesos-software.ts';
import {ownUnit} from './unit.ts';

/** A Mesos master. The quorum follows from how many masters the cluster has; it is nobody's to type. */
export function mesosMaster(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	const {platform, source, steps, files, unit} = mesosSoftware(host, cluster, facts);
	const flags: Flags = {
		...archivePaths(source, 'master'),
		...cluster.mesos.master_flags,
		...host.mesos.master_flags,
		// Without these a master may take 127.0.1.1 from /etc/hosts and tell the others.
		ip: host.private_ip,
		advertise_ip: host.private_ip,
		hostname: host.name,
		port: '5050',
		cluster: cluster.name,
		quorum: String(quorum(mastersOf(cluster).length)),
		work_dir: '/var/lib/mesos',
	};
	const {folder, files: flagSteps} = flagFiles('master', flags);
	return [
		...steps,
		folder,
		...flagSteps,
		...ownUnit(
			{
				unit: 'mesos-master',
				files: [...files, ...flagSteps],
				folders: ['/etc/mesos-master'],
				after: 'zookeeper-quorum',
				token: 'mesos-master',
			},
			unit,
			{platform, facts},
		),
	];
}
