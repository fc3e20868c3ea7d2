import type {Cluster, ClusterRecord, Host} from './model.ts';
import {quorum} from './quorum.ts';
import {SetupError} from './setup-error.ts';
import {throwFound} from './setup-errors.ts';

type KnownHost = ClusterRecord['hosts'][number];

/** Hosts the cluster has but its file does not name; plan lists them, apply leaves them alone. */
export function absentHosts(cluster: Cluster, record: ClusterRecord): KnownHost[] {
	const named = new Set(cluster.hosts.map(host => host.name));
	return record.hosts.filter(host => !named.has(host.name));
}

/** Whether apply has begun on a master, from when on the set of masters is settled. */
export function hasMasters(record: ClusterRecord | undefined): boolean {
	return record?.hosts.some(host => host.role === 'master') ?? false;
}

/**
 * What may be remembered of `record` once apply has begun on the hosts named `begun`: all of it as soon as one of them is
 * a master, for that one writes down all others; before that only the hosts that carry the cluster's id. So a first apply
 * that reached no master leaves everything open to correction.
 */
export function begunRecord(
	record: ClusterRecord,
	known: ClusterRecord | undefined,
	begun: ReadonlySet<string>,
): ClusterRecord | undefined {
	const hosts = record.hosts.filter(({name}) => begun.has(name) || known?.hosts.some(host => host.name === name));
	if (hosts.length === 0) return known;
	return hosts.some(host => host.role === 'master') ? record : {...record, hosts};
}

function refusals(cluster: Cluster, known: ClusterRecord): SetupError[] {
	const errors: SetupError[] = [];
	const refuse = (cause: string, fix: string, field: string, host?: string) =>
		errors.push(new SetupError({cause, fix, field, host, exitCode: 2}));
	if (cluster.name !== known.name) {
		refuse(
			`these hosts belong to the cluster ${known.name}, not to ${cluster.name}.`,
			`Set it back to ${known.name}.`,
			'name',
		);
	}
	const byName = new Map(known.hosts.map(host => [host.name, host]));
	const byIp = new Map(known.hosts.map(host => [host.private_ip, host]));
	for (const [index, host] of cluster.hosts.entries()) {
		const before = byName.get(host.name);
		const field = `hosts[${index}]`;
		if (before && before.role !== host.role) {
			refuse(
				`is a ${before.role} of the cluster; its role cannot change to ${host.role}.`,
				`Set it back to ${before.role}.`,
				`${field}.role`,
				host.name,
			);
		} else if (before?.role === 'master' && before.private_ip !== host.private_ip) {
			refuse(
				`is the master with ZooKeeper id ${before.zookeeper_id} at ${before.private_ip}; every host of the cluster looks for it there.`,
				`Set it back to ${before.private_ip}.`,
				`${field}.private_ip`,
				host.name,
			);
		}
		const holder = byIp.get(host.private_ip);
		if (holder && !before) {
			refuse(
				`${host.private_ip} is known as ${holder.name}; a host cannot change its name.`,
				`Name it ${holder.name}, also when it is a new machine at the old address.`,
				`${field}.name`,
				host.name,
			);
		}
	}
	return errors;
}

/** A changed set of masters would let two halves of the old and the new set decide apart from each other. */
function changedMasters(cluster: Cluster, known: ClusterRecord): SetupError[] {
	const masters = (hosts: readonly (Host | KnownHost)[]) =>
		hosts.filter(host => host.role === 'master').map(host => host.name);
	const before = masters(known.hosts);
	// Nothing has begun on a master yet, so nobody counts them.
	if (before.length === 0) return [];
	const now = masters(cluster.hosts);
	const added = now.filter(name => !known.hosts.some(host => host.name === name));
	const gone = before.filter(name => !cluster.hosts.some(host => host.name === name));
	if (added.length === 0 && gone.length === 0) return [];
	const changes = [...added.map(name => `${name} is new`), ...gone.map(name => `${name} is missing`)].join(', ');
	return [
		new SetupError({
			field: 'hosts',
			cause:
				`the set of masters of a cluster that has run cannot change (${changes}): its ${before.length} masters decide by a quorum ` +
				`of ${quorum(before.length)}, and masters that count differently could decide apart and corrupt the replicated log.`,
			fix: `Keep exactly these masters: ${before.join(', ')}. Slaves may be added freely.`,
			exitCode: 2,
		}),
	];
}

/**
 * Who is who: known hosts keep their identity, new masters of a new cluster get the lowest free ZooKeeper ids in the order
 * of the file. Hosts that are known but not in the file stay in the record.
 * Throws a SetupError or SetupErrors (exit 2) for what a cluster that has run cannot become.
 */
export function identify(cluster: Cluster, known: ClusterRecord | undefined, newId: () => string): ClusterRecord {
	if (known) {
		throwFound([...refusals(cluster, known), ...changedMasters(cluster, known)]);
	}
	const before = new Map(known?.hosts.map(host => [host.name, host]));
	const used = new Set(known?.hosts.map(host => host.zookeeper_id));
	const lowestFree = () => {
		let id = 1;
		while (used.has(id)) id++;
		used.add(id);
		return id;
	};
	const hosts = cluster.hosts.map(({name, role, address, private_ip}): KnownHost => {
		const host = {name, role, address, private_ip};
		return role === 'master' ? {...host, zookeeper_id: before.get(name)?.zookeeper_id ?? lowestFree()} : host;
	});
	return {
		id: known?.id ?? newId(),
		name: cluster.name,
		hosts: [...hosts, ...(known ? absentHosts(cluster, known) : [])],
	};
}
