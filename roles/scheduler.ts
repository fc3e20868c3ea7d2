import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {SetupError} from '../source/cluster/setup-error.ts';
import {platformOf} from '../source/sources/platform.ts';
import {sourceOf} from '../source/sources/resolve.ts';
import type {Step} from '../source/steps/step.ts';
import {zookeeperServers, zookeeperUrl} from './ensemble.ts';
import {file} from './files.ts';
import {origin, pinned, software} from './software.ts';
import {template} from './template.ts';
import {inUnit, ownUnit} from './unit.ts';

type Scheduler = {
	name: 'marathon' | 'chronos';
	http: number;
	/** Where the Mesos master calls back; the default would be a random port, which no firewall could let in. */
	libprocess: number;
};

/**
 * A framework's scheduler on a master: they elect one leader among them in ZooKeeper. Both bring a Java and a libmesos of their own
 * generation, which no current platform has, so they come as images.
 */
export function scheduler(kind: Scheduler, host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	const {name, http, libprocess} = kind;
	const platform = platformOf(facts, host.name);
	const source = sourceOf(cluster, facts, name);
	if (source.kind !== 'image') {
		throw new SetupError({
			field: `sources.${name}`,
			cause: `${name} can only run from an image, not from ${source.kind === 'archive' ? 'an archive' : 'a package'}: it needs Java 8 and a libmesos of its own.`,
			fix: 'Write {kind: image, ref: REF, digest: DIGEST} or leave it out.',
			exitCode: 2,
		});
	}
	const defaults = `/etc/default/${name}`;
	const environment = file(
		defaults,
		template(defaults, {
			master: zookeeperUrl(cluster, 'mesos'),
			state: zookeeperUrl(cluster, 'marathon'),
			servers: zookeeperServers(cluster),
			hostname: host.name,
			ip: host.private_ip,
			http,
			libprocess,
		}),
	);
	return [
		...software(name, source).after,
		environment,
		...ownUnit(
			{unit: name, files: [environment], after: 'mesos-leader', token: name},
			{origin: inUnit(origin(source)), docker: platform.docker.binary, image: inUnit(pinned(source))},
			{platform, facts},
		),
	];
}
