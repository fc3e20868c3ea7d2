import type {Cluster, Host} from '../../cluster/model.ts';
import {packageFile} from '../../cluster/package-file.ts';
import {parsePortRanges} from '../../cluster/ports.ts';
import {decoded, quote} from '../../steps/quote.ts';
import {type HostProbe, portsOf} from './host-probe.ts';

/** A connection that the cluster needs. */
export type Route = {from: string; to: string; address: string; port: number};

// A cluster of thousands is proven by a part of it: what differs from slave to slave is rare, and time is bounded.
const mostSlaves = 200;

/** Seconds after which a listener that nobody stopped ends by itself. */
const listenFor = 60;

/** What other hosts connect to on a slave: the agent, and a port as tasks get them. */
function slavePorts({mesos}: Pick<Cluster, 'mesos'>): number[] {
	const last = parsePortRanges(mesos.port_ranges).at(-1);
	return [5051, ...(last ? [last.first] : [])];
}

/** Ports on which a host is reached by others of the cluster, and the units they belong to; the task port has none. */
export function reachedPorts(host: Host, cluster: Cluster): Map<number, string | undefined> {
	const ports: Map<number, string | undefined> = new Map(portsOf(host, cluster));
	if (host.role === 'slave') for (const port of slavePorts(cluster)) if (!ports.has(port)) ports.set(port, undefined);
	return ports;
}

/** ZooKeeper's own two ports are between masters; the schedulers' web ports are theirs and the users'. */
const amongMasters = new Set([2888, 3888, 8080, 8081]);

/** Who must reach whom: everybody the masters, the masters the slaves. */
export function routesOf(hosts: readonly Host[], cluster: Cluster): Route[] {
	const masters = hosts.filter(({role}) => role === 'master');
	const slaves = hosts.filter(({role}) => role === 'slave').slice(0, mostSlaves);
	const routes: Route[] = [];
	const add = (from: Host, to: Host, ports: Iterable<number>) => {
		if (from === to) return;
		for (const port of ports) routes.push({from: from.name, to: to.name, address: to.private_ip, port});
	};
	for (const to of masters) {
		const ports = [...reachedPorts(to, cluster).keys()];
		for (const from of masters) add(from, to, ports);
		for (const from of slaves) {
			add(
				from,
				to,
				ports.filter(port => !amongMasters.has(port)),
			);
		}
	}
	for (const to of slaves) for (const from of masters) add(from, to, reachedPorts(to, cluster).keys());
	return routes;
}

/** What listens on a port of a host: a daemon, or our stand-in for one that is not installed yet. */
export type Ear = 'daemon' | 'stand-in';

const heard = (address: string, at: string) => [address, '0.0.0.0', '*', '[::]'].includes(at.replace(/%.*/, ''));

/** Ports on which a daemon can be reached already, and those where a stand-in may take its place. */
export function earsOf(
	host: Host,
	cluster: Cluster,
	units: Record<string, string>,
	probe: Pick<HostProbe, 'listening' | 'tools' | 'lock'>,
): {daemons: number[]; free: number[]} {
	const daemons: number[] = [];
	const free: number[] = [];
	// Another run may start a daemon at any moment, which must find its port.
	const mayListen = probe.tools.includes('python3') && !(probe.lock && probe.lock.age < 60);
	for (const [port, unit] of reachedPorts(host, cluster)) {
		const taken = probe.listening?.filter(one => one.port === port) ?? [];
		if (taken.some(({address}) => heard(host.private_ip, address))) daemons.push(port);
		else if (mayListen && taken.length === 0 && (unit === undefined || units[unit] === undefined)) free.push(port);
	}
	return {daemons, free};
}

/** Starts the stand-ins of a host; answered at once, they live on for a minute at the most. */
export function listenScript(nonce: string, address: string, ports: readonly number[]): string {
	const program = packageFile('templates/doctor/listen.py');
	return `_program=$(${decoded(program)})
python3 -c "$_program" ${[nonce, address, String(listenFor), ...ports.map(String)].map(quote).join(' ')}`;
}

export function parseListening(output: string): {ports: number[]; pid?: number | undefined} {
	const lines = output.split('\n').map(line => line.split(' '));
	const pid = lines.find(([word]) => word === 'pid')?.[1];
	return {
		ports: lines.flatMap(([port, word]) => (word === 'listening' ? [Number(port)] : [])),
		pid: pid === undefined ? undefined : Number(pid),
	};
}

/** Ends the stand-ins of a host, and nothing that has taken their process id since. */
export function stopScript(nonce: string, pid: number): string {
	return `if grep -q ${quote(nonce)} /proc/${pid}/cmdline 2>/dev/null; then kill ${pid}; fi`;
}

/** Tries all routes from one host. A stand-in must answer with the nonce: an address may lead to another machine. */
export function connectScript(routes: readonly (Route & {ear: Ear})[], nonce: string): string {
	const tries = routes.map(
		({address, port, ear}) => `_try ${quote(address)} ${port} ${ear === 'stand-in' ? quote(nonce) : "''"}`,
	);
	return `${packageFile('templates/doctor/connect.sh')}\n${tries.join('\n')}\nwait\n`;
}

/** What came of one try: `status` is the shell's, 124 for no answer in time. */
export type Attempt = {address: string; port: number; status: number; said: string};

export function parseAttempts(output: string): Attempt[] {
	return output.split('\n').flatMap(line => {
		const [address = '', port, status, said = ''] = line.split(' ');
		if (status === undefined) return [];
		return [{address, port: Number(port), status: Number(status), said: Buffer.from(said, 'base64').toString('utf8')}];
	});
}
