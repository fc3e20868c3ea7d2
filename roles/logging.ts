import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import type {Platform} from '../source/sources/platform.ts';
import type {Step} from '../source/steps/step.ts';
import {directory, file} from './files.ts';
import {template} from './template.ts';
import {vendorUnit} from './unit.ts';

/** Daemons of a host by the name they log under, each with its folder below /var/log. */
function daemonsOf(host: Host, {frameworks}: IdentifiedCluster): {name: string; folder: string}[] {
	if (host.role === 'slave') return [{name: 'mesos-agent', folder: '/var/log/mesos'}];
	return [
		{name: 'zookeeper', folder: '/var/log/zookeeper'},
		{name: 'mesos-master', folder: '/var/log/mesos'},
		...(frameworks.marathon ? [{name: 'marathon', folder: '/var/log/marathon'}] : []),
		...(frameworks.chronos ? [{name: 'chronos', folder: '/var/log/chronos'}] : []),
	];
}

/** The daemons log to the system's own log; rsyslog puts each into a file of its own, logrotate keeps a week of them. */
export function logging(host: Host, cluster: IdentifiedCluster, facts: HostFacts, platform: Platform): Step[] {
	const {unit, owner, group, reopen, old = false} = platform.logging;
	const daemons = daemonsOf(host, cluster);
	const fragment = '/etc/rsyslog.d/10-mesos-setup.conf';
	const rotation = '/etc/logrotate.d/mesos-setup';
	const routes = file(fragment, template(fragment, {daemons, old}));
	return [
		...daemons.map(({folder}) => directory(folder, {owner, group})),
		routes,
		file(rotation, template(rotation, {folders: daemons.map(({folder}) => folder), reopen})),
		...vendorUnit({unit, files: [routes]}, {platform, facts}),
	];
}
