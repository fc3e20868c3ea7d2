import type {HostFacts} from '../source/cluster/facts.ts';
import type {Flags, Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {parsePortRanges} from '../source/cluster/ports.ts';
import {mesosBuildOf} from '../source/sources/resolve.ts';
import type {Step} from '../source/steps/step.ts';
import {imagesAhead} from './images.ts';
import {containment} from './mesos-containment.ts';
import {flagFiles} from './mesos-flag-files.ts';
import {archivePaths, mesosSoftware} from './mesos-software.ts';
import {pinned} from './software.ts';
import {ownUnit} from './unit.ts';

/** `id` is the host's own name, not a place in a list: an agent whose attributes change refuses to start. */
function attributes(host: Host, cluster: IdentifiedCluster): string {
	const all = {id: host.name, ...cluster.mesos.attributes, ...host.mesos.attributes};
	return Object.entries(all)
		.map(([key, value]) => `${key}:${value}`)
		.join(';');
}

function resources({mesos}: IdentifiedCluster): string {
	const ranges = parsePortRanges(mesos.port_ranges).map(({first, last}) => `${first}-${last}`);
	return `ports(*):[${ranges.join(', ')}]`;
}

/** A Mesos agent. It needs no gate: without a master it waits and tries again. */
export function mesosAgent(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	const {platform, source, steps, files, unit} = mesosSoftware(host, cluster, facts);
	const wanted: Flags = {...cluster.mesos.agent_flags, ...host.mesos.agent_flags};
	const flags: Flags = {
		...archivePaths(source, 'agent'),
		...containment({host: host.name, facts, platform}, mesosBuildOf(source), wanted),
		// An agent in a container loses its executors with it unless it starts them as containers too.
		...(source.kind === 'image' && {docker_mesos_image: pinned(source)}),
		// Pulling an image takes longer than the default minute.
		executor_registration_timeout: '5mins',
		// Mesos removes its own containers, once it no longer needs them to recover; nothing else does.
		docker_remove_delay: '6hrs',
		// Their defaults are in /tmp, which is cleaned under the agent's feet.
		fetcher_cache_dir: '/var/lib/mesos/fetch',
		docker_store_dir: '/var/lib/mesos/store/docker',
		...wanted,
		ip: host.private_ip,
		advertise_ip: host.private_ip,
		hostname: host.name,
		port: '5051',
		attributes: attributes(host, cluster),
		resources: resources(cluster),
		work_dir: '/var/lib/mesos',
	};
	const {folder, files: flagSteps} = flagFiles('agent', flags);
	return [
		...steps,
		folder,
		...flagSteps,
		...imagesAhead(cluster, facts),
		...ownUnit({unit: 'mesos-agent', files: [...files, ...flagSteps], folders: ['/etc/mesos-agent']}, unit, {
			platform,
			facts,
		}),
	];
}
