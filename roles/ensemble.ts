import type {IdentifiedCluster} from '../source/cluster/model.ts';
import {SetupError} from '../source/cluster/setup-error.ts';

export type Master = {name: string; private_ip: string; zookeeper_id: number};

/**
 * The masters in the order of their ZooKeeper ids, so that every host writes the same list. Ids come from the record, where they were
 * assigned once; deriving them from an order of names or of the file gave two hosts two opinions.
 */
export function mastersOf(cluster: IdentifiedCluster): Master[] {
	return cluster.record.hosts
		.filter(host => host.role === 'master')
		.map(({name, private_ip, zookeeper_id}) => {
			if (zookeeper_id === undefined) {
				throw new SetupError({
					host: name,
					cause: 'The master has no ZooKeeper id in the record of the cluster.',
					fix: 'Run mesos-setup apply with all masters in the cluster file, which assigns one.',
					exitCode: 1,
				});
			}
			return {name, private_ip, zookeeper_id};
		})
		.sort((a, b) => a.zookeeper_id - b.zookeeper_id);
}

/** `10.0.1.10:2181,10.0.1.11:2181`, one for each master. */
export function zookeeperServers(cluster: IdentifiedCluster): string {
	return mastersOf(cluster)
		.map(({private_ip}) => `${private_ip}:2181`)
		.join(',');
}

/** `zk://10.0.1.10:2181,10.0.1.11:2181/mesos` */
export function zookeeperUrl(cluster: IdentifiedCluster, node: 'mesos' | 'marathon'): string {
	return `zk://${zookeeperServers(cluster)}/${node}`;
}
