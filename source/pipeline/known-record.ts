import {z} from 'zod';
import type {HostFacts} from '../cluster/facts.ts';
import {hasMasters} from '../cluster/identity.ts';
import type {Cluster, ClusterRecord} from '../cluster/model.ts';
import {recordSchema} from '../cluster/record-schema.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Member} from './fleet.ts';

const hostJson = z.object({
	cluster: z.object({id: z.string(), name: z.string()}),
	host: z.string(),
	role: z.enum(['master', 'slave']),
	zookeeper_id: z.number().int().positive().optional(),
});

function parse<T>(schema: z.ZodType<T>, text: string | null, host: string, path: string): T | undefined {
	if (text === null) return undefined;
	try {
		return schema.parse(JSON.parse(text));
	} catch (error) {
		throw new SetupError({
			host,
			cause: `${path} is there but cannot be read as this tool writes it.`,
			fix: 'Restore it from another master of the cluster, or run "mesos-setup reset" if this host holds nothing worth keeping.',
			exitCode: 1,
			error,
		});
	}
}

/** What a host says of itself and, on a master, of all others. */
export type CarriedIdentity = {own: z.infer<typeof hostJson> | undefined; table: ClusterRecord | undefined};

/** Throws a SetupError (exit 1) for files that are not as this tool writes them. @param host for messages */
export function carriedIdentity(host: string, facts: Pick<HostFacts, 'host_json' | 'cluster_json'>): CarriedIdentity {
	return {
		own: parse(hostJson, facts.host_json, host, '/etc/mesos-setup/host.json'),
		table: parse(recordSchema, facts.cluster_json, host, '/etc/mesos-setup/cluster.json'),
	};
}

const otherCluster = (host: string, found: {id: string; name: string}, wanted: {id?: string; name: string}) =>
	new SetupError({
		host,
		cause: `belongs to the cluster "${found.name}" (id ${found.id}), not to "${wanted.name}"${wanted.id ? ` (id ${wanted.id})` : ''}: its /etc/mesos-setup/host.json says so.`,
		fix: 'Take the host out of this cluster file, or free it first with "mesos-setup reset" of the other cluster.',
		exitCode: 1,
	});

/**
 * What is known of the cluster's identities: the masters' table first, the store's copy behind it, else what the hosts
 * carry themselves. Undefined for a cluster that was never installed. Throws (exit 1) rather than guess.
 */
export function knownRecord(
	cluster: Cluster,
	masters: readonly Member[],
	stored: ClusterRecord | undefined,
): ClusterRecord | undefined {
	if (masters.length === 0 && !hasMasters(stored)) {
		throw new SetupError({
			cause: 'no master can be reached, and this computer has no copy of the table of hosts and ids.',
			fix: 'Bring one master back, or run from the computer that installed the cluster.',
			exitCode: 1,
		});
	}
	const tables: ClusterRecord[] = [];
	const carried: {member: Member; json: z.infer<typeof hostJson>}[] = [];
	for (const member of masters) {
		const {name} = member.host;
		const json = parse(hostJson, member.facts.host_json, name, '/etc/mesos-setup/host.json');
		if (json && json.cluster.name !== cluster.name) throw otherCluster(name, json.cluster, cluster);
		if (json) carried.push({member, json});
		const table = parse(recordSchema, member.facts.cluster_json, name, '/etc/mesos-setup/cluster.json');
		if (table) tables.push(table);
	}
	// A slave added since is in the store only: masters learn of it at their next apply. Masters' own entries win.
	const sources = [...tables.sort((a, b) => b.hosts.length - a.hosts.length), ...(stored ? [stored] : [])];
	const first = sources[0];
	const id = first?.id ?? carried[0]?.json.cluster.id;
	if (id === undefined) return undefined;
	for (const {member, json} of carried) {
		if (json.cluster.id !== id) throw otherCluster(member.host.name, json.cluster, {id, name: cluster.name});
	}
	const foreign = sources.find(record => record.id !== id);
	if (foreign) {
		throw new SetupError({
			cause: `the masters and this computer disagree on the identity of "${cluster.name}": ${id} there, ${foreign.id} here.`,
			fix: 'Two clusters must not share a name: give the new one another name, or forget the old one.',
			exitCode: 1,
		});
	}
	const hosts = new Map<string, ClusterRecord['hosts'][number]>();
	for (const record of sources) for (const host of record.hosts) if (!hosts.has(host.name)) hosts.set(host.name, host);
	for (const {member, json} of carried) {
		if (hosts.has(json.host)) continue;
		const {name, role, address, private_ip} = member.host;
		hosts.set(name, {name, role, address, private_ip, zookeeper_id: json.zookeeper_id});
	}
	return {id, name: cluster.name, hosts: [...hosts.values()]};
}

/** Refuses a host that carries another cluster's host.json (exit 1). */
export function checkBelongs(member: Member, record: ClusterRecord): void {
	const json = parse(hostJson, member.facts.host_json, member.host.name, '/etc/mesos-setup/host.json');
	if (json && json.cluster.id !== record.id) throw otherCluster(member.host.name, json.cluster, record);
}
