import type {Cluster, Host} from '../../cluster/model.ts';
import {type PortRange, parsePortRanges} from '../../cluster/ports.ts';
import {portsOf} from './host-probe.ts';
import {merged} from './port-sets.ts';

/** A host of a cluster that is an instance, with what decides who reaches it. */
export type Placed = {host: Host; groups: readonly string[]; subnet: string; vpc: string};

/** Hosts that nothing of the network tells apart. */
export type Class = {role: Host['role']; groups: readonly string[]; subnet: string; vpc: string; hosts: Host[]};

export function classesOf(placed: readonly Placed[]): Class[] {
	const key = ({host, groups, subnet}: Placed) => [host.role, subnet, ...[...groups].sort()].join(' ');
	return [...Map.groupBy(placed, key).values()].flatMap(all => {
		const [first] = all;
		if (!first) return [];
		const {groups, subnet, vpc} = first;
		return [{role: first.host.role, groups, subnet, vpc, hosts: all.map(({host}) => host)}];
	});
}

// ZooKeeper's own, among the servers of the ensemble.
const ensemble = [2888, 3888];

/** What a host must be let in to on another: its daemons, and on a slave the ports of tasks. */
export function neededPorts(from: Class, to: Class, cluster: Cluster): PortRange[] {
	const [host] = to.hosts;
	if (!host) return [];
	const daemons = [...portsOf(host, cluster).keys()]
		.filter(port => from.role === 'master' || !ensemble.includes(port))
		.map(port => ({first: port, last: port}));
	return merged(to.role === 'slave' ? [...daemons, ...parsePortRanges(cluster.mesos.port_ranges)] : daemons);
}
