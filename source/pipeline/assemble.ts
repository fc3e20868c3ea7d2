import type {Bundles} from '../cluster/bundle.ts';
import {absentHosts, hasMasters, identify} from '../cluster/identity.ts';
import type {Cluster, ClusterRecord, Host, IdentifiedCluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {errorEvent} from './error-event.ts';
import type {Listener} from './events.ts';
import {type Connect, Fleet} from './fleet.ts';
import {knownRecord} from './known-record.ts';

export type Assembly = {
	/** Everyone a connection was opened to. */
	fleet: Fleet;
	/** The hosts the run is about. */
	hosts: readonly Host[];
	cluster: IdentifiedCluster;
	/** What was known of it before this run; undefined for a new cluster. */
	known: ClusterRecord | undefined;
};

/** The hosts a `--limit` names; all of them without one. Throws (exit 2) on a name the cluster does not have. */
export function limited(cluster: Cluster, limit: readonly string[]): Host[] {
	const unknown = limit.find(name => !cluster.hosts.some(host => host.name === name));
	if (unknown !== undefined) {
		throw new SetupError({
			field: '--limit',
			cause: `there is no host "${unknown}" in the cluster.`,
			fix: `Its hosts are ${cluster.hosts.map(host => host.name).join(', ')}.`,
			exitCode: 2,
		});
	}
	return cluster.hosts.filter(host => limit.length === 0 || limit.includes(host.name));
}

/** Where no run begins, nobody else tells why hosts could not be reached. */
async function tellFailures(fleet: Fleet, listener: Listener): Promise<void> {
	for (const {name} of fleet.hosts) {
		await fleet.member(name).catch((error: unknown) => {
			if (error instanceof SetupError) listener(errorEvent(error, name));
		});
	}
}

/**
 * Connects to the hosts of a run and settles who is who. With a stored record of the masters none outside the limit is
 * touched; without one they are asked. Closes all connections again when it throws.
 */
export async function assemble(options: {
	cluster: Cluster;
	limit: readonly string[];
	stored: ClusterRecord | undefined;
	bundles?: Bundles | undefined;
	connect: Connect;
	newId: () => string;
	listener: Listener;
}): Promise<Assembly> {
	const {cluster, stored, listener} = options;
	const hosts = limited(cluster, options.limit);
	// What is wrong with the file's masters is known before any connection.
	if (stored) identify(cluster, stored, options.newId);
	const masters = cluster.hosts.filter(host => host.role === 'master');
	const asked = hasMasters(stored) ? hosts : [...new Set([...hosts, ...masters])];
	const fleet = new Fleet(asked, cluster.hosts, options.connect, listener);
	try {
		const reached = await fleet.reached(masters.filter(host => asked.includes(host)));
		if (reached.length === 0 && !hasMasters(stored)) await tellFailures(fleet, listener);
		const known = knownRecord(cluster, reached, stored);
		const record = identify(cluster, known, options.newId);
		for (const host of absentHosts(cluster, record)) {
			listener({
				event: 'note',
				text: `${host.name} (${host.role}, ${host.private_ip}) is known but not in the file: left alone.`,
			});
		}
		return {fleet, hosts, cluster: {...cluster, record, bundles: options.bundles}, known};
	} catch (error) {
		await fleet.close();
		throw error;
	}
}
