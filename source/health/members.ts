import type {Cluster, Host} from '../cluster/model.ts';

export const ports = {zookeeper: 2181, mesosMaster: 5050, mesosAgent: 5051, marathon: 8080, chronos: 8081} as const;

export function mastersOf(cluster: Cluster): Host[] {
	return cluster.hosts.filter(host => host.role === 'master');
}

export function slavesOf(cluster: Cluster): Host[] {
	return cluster.hosts.filter(host => host.role === 'slave');
}

/**
 * The master that a daemon means when it says `spoken`: daemons are told their host's name to advertise, older
 * configurations an address. Undefined for a stranger.
 */
export function masterCalled(cluster: Cluster, spoken: string): Host | undefined {
	const wanted = spoken.toLowerCase();
	return mastersOf(cluster).find(({name, private_ip, address}) =>
		[name, private_ip, address.toLowerCase()].includes(wanted),
	);
}

/** `master-1 and master-2`, for sentences. */
export function listed(names: string[]): string {
	return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
