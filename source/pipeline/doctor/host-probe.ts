import type {Cluster, Host} from '../../cluster/model.ts';
import {packageFile} from '../../cluster/package-file.ts';
import {sections} from '../host-facts.ts';

export type Process = {pid: string; command: string; group: string};
export type Place = {
	path: string;
	writable: boolean;
	mount: string;
	free_mb: number;
	/** Free inodes; undefined on a file system that has no fixed number of them. */
	inodes?: number | undefined;
};

/** What templates/doctor/host.sh prints, read. */
export type HostProbe = {
	places: Place[];
	/** undefined where the host has no `ss`. */
	listening: ({address: string; port: number} & Process)[] | undefined;
	packageLock: Process[];
	remnants: string[];
	data: string[];
	daemons: Process[];
	/** Another controller's lock, and how many seconds ago it last gave a sign of life. */
	lock?: {age: number; owner: string; since: string} | undefined;
	nameServers: {address: string; answers: boolean}[];
	tools: string[];
};

/** TCP ports of a host's daemons and the units they belong to. */
export function portsOf({role}: Host, {frameworks}: Pick<Cluster, 'frameworks'>): Map<number, string> {
	if (role === 'slave') return new Map([[5051, 'mesos-agent']]);
	const ports: [number, string][] = [
		[2181, 'zookeeper'],
		[2888, 'zookeeper'],
		[3888, 'zookeeper'],
		[5050, 'mesos-master'],
	];
	if (frameworks.marathon) ports.push([8080, 'marathon'], [8090, 'marathon']);
	if (frameworks.chronos) ports.push([8081, 'chronos'], [8091, 'chronos']);
	return new Map(ports);
}

/** The probing script for one host; for session.ask(). */
export function hostScript(host: Host, cluster: Pick<Cluster, 'frameworks'>): string {
	return `_ports=' ${[...portsOf(host, cluster).keys()].join(' ')} '\n${packageFile('templates/doctor/host.sh')}`;
}

function process([pid = '', command = '?', group = '']: string[]): Process {
	return {pid, command, group};
}

function place(line: string): Place {
	const [path = '', access, mount = '', blocks, blockSize, inodes, freeInodes] = line.split(' ');
	return {
		path,
		writable: access === 'rw',
		mount,
		free_mb: (Number(blocks) * Number(blockSize)) / 1_048_576,
		inodes: Number(inodes) > 0 ? Number(freeInodes) : undefined,
	};
}

export function parseHostProbe(output: string): HostProbe {
	const all = sections(output);
	const lines = (name: string) => all.get(name) ?? [];
	const listening = lines('listening');
	const locked = new Map(
		lines('locked').map(line => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const),
	);
	return {
		places: lines('disk').map(place),
		listening: listening.includes('complete')
			? listening.slice(0, -1).map(line => {
					const [local = '', ...rest] = line.split(' ');
					const colon = local.lastIndexOf(':');
					return {address: local.slice(0, colon), port: Number(local.slice(colon + 1)), ...process(rest)};
				})
			: undefined,
		packageLock: lines('package_lock').map(line => process(line.split(' '))),
		remnants: lines('remnants'),
		data: lines('data'),
		daemons: lines('daemons').map(line => process(line.split(' '))),
		lock: locked.has('owner')
			? {age: Number(locked.get('age')), owner: locked.get('owner') ?? '', since: locked.get('since') ?? ''}
			: undefined,
		nameServers: lines('name_servers').map(line => {
			const [address = '', word] = line.split(' ');
			return {address, answers: word === 'answers'};
		}),
		tools: lines('tools'),
	};
}
