import type {Cluster, Host} from '../cluster/model.ts';

export const ports = {zookeeper: 2181, mesosMaster: 5050, mesosAgent: 5051, marathon: 8080, chronos: 8081} as const;

export function mastersOf(cluster: Cluster): Host[] {
	return cluster.hosts.filter(host => host.role === 'master');
}

export function slavesOf(cluster: Cluster): Host[] {
	return cluster.hosts.filter(host => host.role === 'slave');
}

/**
 * The master that a daemon means when it says `spoken`: its name, its private or public address, or the hostname its
 * flags give it. Undefined for a stranger.
 */
export function masterCalled(cluster: Cluster, spoken: string): Host | undefined {
	const wanted = spoken.toLowerCase();
	return mastersOf(cluster).find(host =>
		[host.name, host.private_ip, host.address, advertisedHostname(cluster, host)].some(
			known => known?.toLowerCase() === wanted,
		),
	);
}

function advertisedHostname(cluster: Cluster, host: Host): string | undefined {
	const flag = host.mesos.master_flags.hostname ?? cluster.mesos.master_flags.hostname;
	return typeof flag === 'string' ? flag : undefined;
}

/** `master-1 and master-2`, for sentences. */
export function listed(names: string[]): string {
	return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
