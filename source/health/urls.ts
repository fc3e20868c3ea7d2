import type {Cluster} from '../cluster/model.ts';
import {mastersOf, ports} from './members.ts';

export type InterfaceUrl = {
	name: 'Mesos' | 'Marathon' | 'Chronos';
	host: string;
	url: string;
	/** Leads at this moment; the others redirect or proxy to it. */
	leads: boolean;
};

type Leaders = {mesos?: string | undefined; marathon?: string | undefined; chronos?: string | undefined};

/**
 * Where a browser finds the web interfaces: per service one for each master, by the address this computer knows it by,
 * the leader first. `leaders` are host names.
 */
export function interfaceUrls(cluster: Cluster, leaders: Leaders): InterfaceUrl[] {
	const services = [
		{name: 'Mesos', port: ports.mesosMaster, leader: leaders.mesos, wanted: true},
		{name: 'Marathon', port: ports.marathon, leader: leaders.marathon, wanted: cluster.frameworks.marathon},
		{name: 'Chronos', port: ports.chronos, leader: leaders.chronos, wanted: cluster.frameworks.chronos},
	] as const;
	return services
		.filter(({wanted}) => wanted)
		.flatMap(({name, port, leader}) =>
			mastersOf(cluster)
				.map(host => ({name, host: host.name, url: urlOf(host.address, port), leads: host.name === leader}))
				.sort((a, b) => Number(b.leads) - Number(a.leads)),
		);
}

function urlOf(address: string, port: number): string {
	return `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
}
