import {dirname} from 'node:path';
import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {version} from '../source/cluster/package-file.ts';
import {formatSettings, settingsPath} from '../source/cluster/settings.ts';
import {type Platform, platformOf} from '../source/sources/platform.ts';
import {platformPackages} from '../source/sources/resolve.ts';
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
function identity(host: Host, cluster: IdentifiedCluster): Step[] {
	const {record} = cluster;
	const known = record.hosts.find(({name}) => name === host.name);
	const own = {
		cluster: {id: record.id, name: record.name},
		host: host.name,
		role: host.role,
		zookeeper_id: known?.zookeeper_id,
		version,
	};
	const steps: Step[] = [directory('/etc/mesos-setup'), file('/etc/mesos-setup/host.json', json(own))];
	if (host.role === 'slave') return steps;
	return [
		...steps,
		file('/etc/mesos-setup/cluster.json', json(record)),
		directory(dirname(settingsPath)),
		file(settingsPath, formatSettings(cluster), {mode: '600'}),
	];
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

/** What keeps the clock right: the service the host has already is its owner's choice. */
function timeService({time}: Platform, {units}: HostFacts): Platform['time'][number] {
	return time.find(({unit}) => units[unit] !== undefined) ?? time[0];
}

function service(unit: string | undefined): Step[] {
	return unit === undefined ? [] : [{kind: 'service', title: `service ${unit}`, unit}];
}

/** Every host: identity, names, clock, limits, logs, utilities. Nothing is upgraded that nobody asked for. */
export function common(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	const platform = platformOf(facts, host.name);
	const {logging: logs, utc} = platform;
	const time = timeService(platform, facts);
	const helper = '/usr/local/lib/mesos-setup/configuration';
	const limits = '/etc/security/limits.d/90-mesos-setup.conf';
	return [
		...identity(host, cluster),
		directory('/usr/local/lib/mesos-setup'),
		file(helper, template(helper, {}), {mode: '755'}),
		{kind: 'symlink', title: 'UTC', path: '/etc/localtime', target: utc.localtime},
		...(utc.name ? [file(utc.name.path, utc.name.content)] : []),
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
		...packageStep(platformPackages(cluster, facts, [...platform.utilities, {name: time.package}, ...logs.packages])),
		...service(time.unit),
		...logging(host, cluster, facts, platform),
		...service(logs.rotation),
	];
}
