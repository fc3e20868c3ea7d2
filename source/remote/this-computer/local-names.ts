import {lookup} from 'node:dns/promises';
import {isIP} from 'node:net';
import {homedir} from 'node:os';
import path from 'node:path';
import type {Cluster} from '../../cluster/model.ts';
import {routeResolver} from '../route.ts';
import {type FileFound, findFile} from './local-file.ts';
import {blocksOf, linesOfOthers, withBlock, withoutBlock} from './marked-blocks.ts';
import {hostsLines, namesOf, sshLines} from './name-lines.ts';

/** The parts of this computer that names are written to. */
export type Computer = {
	/** Path of /etc/hosts. */
	hosts: string;
	home: string;
	/** The address a name has by DNS; rejects where it has none. */
	lookUp(name: string): Promise<string>;
};

export function thisComputer(): Computer {
	return {hosts: '/etc/hosts', home: homedir(), lookUp: async name => (await lookup(name)).address};
}

/** A file as it is and as it is to be; `after` undefined: to be removed. Equal where nothing is to be done. */
export type LocalFile = FileFound & {after: string | undefined};

/** What would be written, and what the user should know about it. Nothing has been touched. */
export type LocalNames = {files: LocalFile[]; notes: string[]};

const findHosts = ({hosts}: Computer) => findFile(hosts, hosts, '644');
const findConfig = ({home}: Computer) => findFile(path.join(home, '.ssh', 'config'), '~/.ssh/config', '600');

/** Others' claims on the names of a cluster, where theirs win: in both files the first to speak is right. */
function rivals(
	hosts: FileFound,
	{name: cluster, hosts: members}: Cluster,
	ips: ReadonlyMap<string, string>,
): string[] {
	const own = linesOfOthers(hosts.before ?? '', hosts.shown).flatMap(line => {
		const [ip = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
		return names.filter(name => ips.has(name) && ips.get(name) !== ip).map(name => ({name, ip}));
	});
	const notes = own.map(
		({name, ip}) =>
			`${hosts.shown} has ${name} already, as ${ip}; that line wins. This host is ${namesOf(name, cluster)[1]}.`,
	);
	for (const block of blocksOf(hosts.before ?? '', hosts.shown)) {
		if (block.name === cluster) break;
		const names = new Set(block.lines.flatMap(line => line.split(' ').slice(1)));
		const both = members.map(({name}) => name).filter(name => names.has(name));
		const [first] = both;
		if (first === undefined) continue;
		const example = namesOf(first, cluster)[1];
		notes.push(
			`The cluster ${block.name} was written before and has hosts of the same names (${both.join(', ')}): there the short names lead. Those of ${cluster} are ${example} and so on.`,
		);
	}
	return notes;
}

/** The IP address a host has for this computer: its address, or what that name stands for, or else its private one. */
async function ipOf(address: string, privateIp: string, computer: Computer): Promise<string> {
	if (isIP(address) !== 0) return address;
	return computer.lookUp(address).catch(() => privateIp);
}

/**
 * The names of a cluster's hosts in /etc/hosts and ~/.ssh/config, for `writeFile` (./local-file.ts) to write. Throws a
 * SetupError for files that cannot be read or whose blocks are damaged, and for what ~/.ssh/config cannot say.
 */
export async function planNames(cluster: Cluster, computer: Computer): Promise<LocalNames> {
	const {name, hosts: members} = cluster;
	const hosts = await findHosts(computer);
	const config = await findConfig(computer);
	// What was written for it before must not be taken for the user's own word.
	const others = Buffer.from(withoutBlock(config.before ?? '', config.shown, name) ?? '', 'latin1').toString();
	const routeTo = routeResolver(cluster.ssh, {config: others, home: computer.home});
	const ips = new Map(
		await Promise.all(
			members.map(
				async host => [host.name, await ipOf(routeTo(host.address).address, host.private_ip, computer)] as const,
			),
		),
	);
	const named = members.map(host => ({name: host.name, ip: ips.get(host.name) ?? host.private_ip}));
	const inBytes = (lines: string[]) => lines.map(line => Buffer.from(line).toString('latin1'));
	const write = (file: FileFound, lines: string[], place: 'top' | 'bottom'): LocalFile => ({
		...file,
		after: withBlock(file.before, file.shown, {name, lines: inBytes(lines)}, place),
	});
	return {
		files: [
			write(config, sshLines(cluster, routeTo, computer.home), 'top'),
			write(hosts, hostsLines(name, named), 'bottom'),
		],
		notes: rivals(hosts, cluster, ips),
	};
}

/** The same files without the names of the cluster. Throws as `planNames`. */
export async function planNoNames(cluster: string, computer: Computer): Promise<LocalNames> {
	const files = [await findConfig(computer), await findHosts(computer)];
	const without = files.map(file => ({
		...file,
		after: file.before === undefined ? undefined : withoutBlock(file.before, file.shown, cluster),
	}));
	return {files: without, notes: []};
}

/** The clusters that have names on this computer, in either file. */
export async function namedClusters(computer: Computer): Promise<string[]> {
	const files = [await findConfig(computer), await findHosts(computer)];
	return [...new Set(files.flatMap(({before, shown}) => blocksOf(before ?? '', shown).map(({name}) => name)))].sort();
}
