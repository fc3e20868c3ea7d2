import {randomUUID} from 'node:crypto';
import type {Cluster} from '../../cluster/model.ts';
import type {Member} from '../fleet.ts';
import type {Check} from './check.ts';
import type {HostProbe} from './host-probe.ts';
import {judgeNetwork} from './judge-network.ts';
import {
	connectScript,
	type Ear,
	earsOf,
	listenScript,
	parseAttempts,
	parseListening,
	reachedPorts,
	routesOf,
	stopScript,
} from './network.ts';

export type ProbedMember = Member & {probe: HostProbe};

/**
 * Has the hosts connect to each other on the ports of the cluster. Where no daemon listens yet a stand-in does, for as long as
 * this takes. `tell` hears what each host found as soon as it is known.
 */
export async function probeNetwork(
	members: readonly ProbedMember[],
	cluster: Cluster,
	tell: (host: string, checks: Check[]) => void,
): Promise<void> {
	const nonce = randomUUID();
	const ears = new Map<string, Ear>();
	const stops: (() => Promise<unknown>)[] = [];
	const unheard = new Set<string>();
	const listen = async ({host, session, facts, probe}: ProbedMember) => {
		const {daemons, free} = earsOf(host, cluster, facts.units, probe);
		for (const port of daemons) ears.set(`${host.name}:${port}`, 'daemon');
		if (!probe.tools.includes('python3')) {
			for (const [port, unit] of reachedPorts(host, cluster)) {
				const installed = unit !== undefined && facts.units[unit] !== undefined;
				if (!daemons.includes(port) && !installed) unheard.add(`${host.name}:${port}`);
			}
		}
		// A stand-in cannot have an address that is not the host's; that is a finding of its own.
		if (free.length === 0 || !facts.addresses.includes(host.private_ip)) return;
		const {ports, pid} = parseListening(await session.ask(listenScript(nonce, host.private_ip, free)));
		if (pid !== undefined) stops.push(() => session.ask(stopScript(nonce, pid)));
		for (const port of ports) ears.set(`${host.name}:${port}`, 'stand-in');
	};
	try {
		await Promise.allSettled(members.map(listen));
		const routes = routesOf(
			members.map(({host}) => host),
			cluster,
		);
		const firewalls = new Map(members.map(({host, facts}) => [host.name, facts.firewall]));
		const connect = async ({host, session, probe}: ProbedMember) => {
			const own = routes.filter(route => route.from === host.name);
			const tested = own.flatMap(route => {
				const ear = ears.get(`${route.to}:${route.port}`);
				return ear ? [{...route, ear}] : [];
			});
			const untested = own.map(({to, port}) => `${to}:${port}`).filter(one => unheard.has(one));
			const can = tested.length > 0 && probe.tools.includes('bash');
			const attempts = can ? parseAttempts(await session.ask(connectScript(tested, nonce))) : [];
			tell(
				host.name,
				judgeNetwork(host.name, can ? tested : [], attempts, untested, name => firewalls.get(name) ?? 'none'),
			);
		};
		await Promise.all(members.map(connect));
	} finally {
		await Promise.allSettled(stops.map(stop => stop()));
	}
}
