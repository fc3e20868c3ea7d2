import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {version} from '../source/cluster/package-file.ts';
import {platformOf} from '../source/sources/platform.ts';
import type {Step} from '../source/steps/step.ts';
import {directory, file} from './files.ts';
import {firewall} from './firewall.ts';
import {logging} from './logging.ts';
import {packageStep} from './software.ts';
import {template} from './template.ts';

function json(value: object): string {
	return `${JSON.stringify(value, null, '\t')}\n`;
}

/** Who this host is, before anything else: an install that stops here is still recognised as this cluster's. */
function identity(host: Host, {record}: IdentifiedCluster): Step[] {
	const known = record.hosts.find(({name}) => name === host.name);
	const own = {
		cluster: {id: record.id, name: record.name},
		host: host.name,
		role: host.role,
		zookeeper_id: known?.zookeeper_id,
		version,
	};
	const steps: Step[] = [directory('/etc/mesos-setup'), file('/etc/mesos-setup/host.json', json(own))];
	if (host.role === 'master') steps.push(file('/etc/mesos-setup/cluster.json', json(record)));
	return steps;
}

/** Denials of a policy nobody wrote for Mesos are logged, not enforced: now and after the next boot. */
function selinux(facts: HostFacts): Step[] {
	if (facts.selinux === 'absent' || facts.selinux === 'disabled') return [];
	return [
		{
			kind: 'command',
			title: 'SELinux permissive',
			check: `[ "$(cat /sys/fs/selinux/enforce 2>/dev/null)" != 1 ] && ! grep -q '^SELINUX=enforcing' /etc/selinux/config 2>/dev/null`,
			apply: [
				'[ "$(cat /sys/fs/selinux/enforce)" != 1 ] || setenforce 0',
				"sed -i 's/^SELINUX=enforcing.*/SELINUX=permissive/' /etc/selinux/config",
			].join('\n'),
		},
	];
}

/** Every host: identity, names, clock, limits, logs, utilities. Nothing is upgraded that nobody asked for. */
export function common(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	const platform = platformOf(facts, host.name);
	const {time, syslog, rotation} = platform.units;
	const helper = '/usr/local/lib/mesos-setup/configuration';
	const limits = '/etc/security/limits.d/90-mesos-setup.conf';
	return [
		...identity(host, cluster),
		directory('/usr/local/lib/mesos-setup'),
		file(helper, template(helper, {}), {mode: '755'}),
		{kind: 'symlink', title: 'UTC', path: '/etc/localtime', target: platform.paths.utc},
		{
			kind: 'block',
			title: 'names in /etc/hosts',
			path: '/etc/hosts',
			marker: 'mesos-setup',
			lines: cluster.record.hosts.map(({private_ip, name}) => `${private_ip} ${name}`),
		},
		file(limits, template(limits)),
		...selinux(facts),
		...firewall(host, cluster, facts),
		...packageStep([...platform.utilities, ...platform.services]),
		{kind: 'service', title: `service ${time}`, unit: time},
		...logging(host, cluster, syslog),
		{kind: 'service', title: `service ${rotation}`, unit: rotation},
	];
}
