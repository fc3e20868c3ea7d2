import {mesosProblems} from './mesos-rules.ts';
import type {Cluster, Host, HostMesos} from './model.ts';
import {daemonPorts, type PortRange, parsePortRanges} from './ports.ts';
import {quorum, survives} from './quorum.ts';
import type {Problem} from './schema-problems.ts';

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
