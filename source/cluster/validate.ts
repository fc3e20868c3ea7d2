import {mesosFlags} from './mesos-flags.ts';
import type {Cluster, Flags, Host, HostMesos} from './model.ts';
import {daemonPorts, type PortRange, parsePortRanges} from './ports.ts';
import {quorum, survives} from './quorum.ts';
import {closest, type Path, type Problem} from './schema-problems.ts';
import {fitsOneLine, quote} from './text.ts';

/** Flags the tool sets itself, with the place in the cluster file that decides them. */
const ownFlags: Record<'master' | 'agent', Record<string, string>> = {
	master: {
		zk: 'the list of masters',
		quorum: 'the number of masters',
		cluster: 'name',
		ip: 'private_ip',
		ip_discovery_command: 'private_ip',
		advertise_ip: 'private_ip',
		hostname: 'private_ip',
		hostname_lookup: 'private_ip',
		port: 'the fixed port 5050',
		advertise_port: 'the fixed port 5050',
		work_dir: 'the fixed folder /var/lib/mesos',
		master_contender: 'the list of masters',
		master_detector: 'the list of masters',
		help: 'nothing: the daemon would print it and exit',
		version: 'nothing: the daemon would print it and exit',
	},
	agent: {
		master: 'the list of masters',
		master_detector: 'the list of masters',
		ip: 'private_ip',
		ip_discovery_command: 'private_ip',
		advertise_ip: 'private_ip',
		hostname: 'private_ip',
		hostname_lookup: 'private_ip',
		port: 'the fixed port 5051',
		advertise_port: 'the fixed port 5051',
		work_dir: 'the fixed folder /var/lib/mesos',
		attributes: 'mesos.attributes',
		resources: 'mesos.port_ranges',
		help: 'nothing: the daemon would print it and exit',
		version: 'nothing: the daemon would print it and exit',
	},
};

function flagProblem(
	daemon: 'master' | 'agent',
	name: string,
	value: string | boolean,
): Omit<Problem, 'path'> | undefined {
	const {values, switches} = mesosFlags[daemon];
	const owner = Object.hasOwn(ownFlags[daemon], name) ? ownFlags[daemon][name] : undefined;
	if (owner) {
		return {cause: `the flag ${name} is set by the tool, from ${owner}.`, fix: 'Leave it out here.'};
	}
	if (switches.has(name)) {
		if (typeof value === 'boolean' || value === 'true' || value === 'false') return undefined;
		return {cause: `the flag ${name} is a switch, ${quote(value)} is no value for it.`, fix: 'Use true or false.'};
	}
	if (values.has(name)) {
		if (typeof value === 'boolean') {
			return {cause: `the flag ${name} takes a value, not ${value}.`, fix: 'Give the value, in quotes.'};
		}
		if (fitsOneLine(value)) return undefined;
		return {
			cause: `the flag ${name} holds a line end or a NUL, which Mesos cannot read.`,
			fix: 'Write it on one line.',
		};
	}
	const meant = closest(name.replace(/^(--)?(no-)?/, ''), [...values, ...switches]);
	return {
		cause: `mesos-${daemon} has no flag ${quote(name)}.`,
		fix: meant ? `Did you mean ${meant}?` : `See the list that mesos-${daemon} --help prints.`,
	};
}

function attributeProblem(key: string, value: string): Omit<Problem, 'path'> | undefined {
	if (key === 'id') {
		return {
			cause: "the attribute id is set by the tool: it is the slave's name.",
			fix: 'Leave it out or use another key.',
		};
	}
	if (key.trim() === '' || /[;:]/.test(key) || !fitsOneLine(key)) {
		return {
			cause: `${quote(key)} cannot be the key of an attribute.`,
			fix: 'Use a key without colon, semicolon and line end.',
		};
	}
	if (value.trim() === '' || value.includes(';') || !fitsOneLine(value)) {
		return {
			cause: `Mesos cannot take ${quote(value)} as the value of an attribute.`,
			fix: 'Use a value that is not empty and has neither semicolon nor line end.',
		};
	}
	return undefined;
}

function mesosProblems(path: Path, mesos: HostMesos): Problem[] {
	const problems: Problem[] = [];
	const check = (
		part: keyof HostMesos,
		entries: Flags,
		judge: (key: string, value: string | boolean) => Omit<Problem, 'path'> | undefined,
	) => {
		for (const [key, value] of Object.entries(entries)) {
			const problem = judge(key, value);
			if (problem) problems.push({path: [...path, part, key], ...problem});
		}
	};
	check('attributes', mesos.attributes, (key, value) => attributeProblem(key, String(value)));
	check('master_flags', mesos.master_flags, (key, value) => flagProblem('master', key, value));
	check('agent_flags', mesos.agent_flags, (key, value) => flagProblem('agent', key, value));
	return problems;
}

function duplicates(hosts: readonly Host[]): Problem[] {
	const problems: Problem[] = [];
	for (const key of ['name', 'address', 'private_ip', 'instance'] as const) {
		const first = new Map<string, number>();
		for (const [index, host] of hosts.entries()) {
			const value = host[key]?.toLowerCase();
			if (value === undefined) continue;
			const earlier = first.get(value);
			if (earlier === undefined) {
				first.set(value, index);
			} else {
				problems.push({
					path: ['hosts', index, key],
					cause: `${value} is already the ${key} of hosts[${earlier}] (${hosts[earlier]?.name}).`,
					fix: `Give every host its own ${key}.`,
				});
			}
		}
	}
	return problems;
}

function privateIpProblem(ip: string): string | undefined {
	const first = Number(ip.split('.')[0]);
	if (first === 127) return 'is a loopback address, which the other hosts cannot reach.';
	if (first === 0 || first >= 224) return 'is no address a host can have.';
	return undefined;
}

function portProblem({mesos, ssh}: Cluster): string | undefined {
	let ranges: PortRange[];
	try {
		ranges = parsePortRanges(mesos.port_ranges);
	} catch (error) {
		return `${error instanceof Error ? error.message : error}.`;
	}
	const taken = new Map([...daemonPorts, [22, 'sshd'], [ssh.port, 'sshd']] as const);
	for (const {first, last} of ranges) {
		for (const [port, daemon] of taken) {
			if (port >= first && port <= last) {
				return `offers ${first}-${last} to tasks, but port ${port} belongs to ${daemon}.`;
			}
		}
	}
	return undefined;
}

function warningsOf({hosts}: Cluster): string[] {
	const warnings: string[] = [];
	const masters = hosts.filter(host => host.role === 'master').length;
	if (masters === 1) {
		warnings.push(
			'With a single master the cluster has no leader while that host is down; three survive the loss of one.',
		);
	} else if (masters > 0 && masters % 2 === 0) {
		warnings.push(
			`${masters} masters survive the loss of ${survives(masters)}, as ${masters - 1} would: ${quorum(masters)} of ${masters} must agree (the quorum). Use an odd number, ${masters - 1} or ${masters + 1}.`,
		);
	}
	if (masters === hosts.length) {
		warnings.push('No host has the role slave, so nothing can run on the cluster yet.');
	}
	for (const host of hosts) {
		const unused: (keyof HostMesos)[] = host.role === 'master' ? ['attributes', 'agent_flags'] : ['master_flags'];
		for (const part of unused) {
			if (Object.keys(host.mesos[part]).length > 0) {
				warnings.push(`${host.name} is a ${host.role}, so its mesos.${part} have no effect.`);
			}
		}
	}
	return warnings;
}

/**
 * The rules of a cluster beyond the shape of its file. Problems make it unusable; warnings are whole sentences about what
 * works but is probably not meant.
 */
export function validateCluster(cluster: Cluster): {problems: Problem[]; warnings: string[]} {
	const problems = duplicates(cluster.hosts);
	if (!cluster.hosts.some(host => host.role === 'master')) {
		problems.push({
			path: ['hosts'],
			cause: 'no host has the role master.',
			fix: 'Give one, three or five hosts role: master.',
		});
	}
	for (const [index, host] of cluster.hosts.entries()) {
		const cause = privateIpProblem(host.private_ip);
		if (cause) {
			problems.push({
				path: ['hosts', index, 'private_ip'],
				cause: `${host.private_ip} ${cause}`,
				fix: "Use the address of the host's network interface.",
			});
		}
		problems.push(...mesosProblems(['hosts', index, 'mesos'], host.mesos));
	}
	problems.push(...mesosProblems(['mesos'], cluster.mesos));
	const cause = portProblem(cluster);
	if (cause) {
		problems.push({
			path: ['mesos', 'port_ranges'],
			cause,
			fix: 'Write ranges that leave out these ports, such as 31000-32000.',
		});
	}
	return {problems, warnings: warningsOf(cluster)};
}
