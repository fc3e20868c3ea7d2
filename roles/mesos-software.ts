import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {type Platform, platformOf} from '../source/sources/platform.ts';
import {sourceOf, type VerifiedSource} from '../source/sources/resolve.ts';
import type {Step} from '../source/steps/step.ts';
import {zookeeperUrl} from './ensemble.ts';
import {directory, type FileStep, file} from './files.ts';
import {foreignUnits, stopForeign} from './older-install.ts';
import {origin, packageStep, pinned, software} from './software.ts';
import {template} from './template.ts';
import {inUnit} from './unit.ts';

const search = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What master and agent have in common: steps, the files both read, and what their units say. */
export type MesosSoftware = {
	platform: Platform;
	source: VerifiedSource;
	steps: Step[];
	files: FileStep[];
	unit: Record<string, string>;
};

/** Units a package may bring, and start, that are not this host's; the same files whatever Mesos comes from. */
function others(host: Host, {system}: Platform): Step[] {
	const units = foreignUnits(host);
	// Packages for systems without systemd brought jobs for upstart.
	if (system.services === 'sysv') return units.map(unit => file(`/etc/init/${unit}.override`, 'manual\n'));
	return units.map(unit => ({
		kind: 'symlink',
		title: `no service ${unit}`,
		path: `/etc/systemd/system/${unit}.service`,
		target: '/dev/null',
	}));
}

/** Mesos itself and how it is started, the same way whatever it comes from. */
export function mesosSoftware(host: Host, cluster: IdentifiedCluster, facts: HostFacts): MesosSoftware {
	const platform = platformOf(facts, host.name);
	const source = sourceOf(cluster, facts, 'mesos');
	const {before, packages, after} = software('mesos', source);
	const daemon = host.role === 'master' ? 'master' : 'agent';
	const path = '/usr/local/lib/mesos-setup/mesos-launch';
	const launch = file(path, template(path), {mode: '755'});
	const zk = file('/etc/mesos/zk', `${zookeeperUrl(cluster, 'mesos')}\n`);
	const environment =
		source.kind === 'archive'
			? [`PATH=/opt/mesos/sbin:/opt/mesos/bin:${search}`, 'LD_LIBRARY_PATH=/opt/mesos/lib']
			: [`PATH=${search}`];
	return {
		platform,
		source,
		steps: [
			...others(host, platform),
			...before,
			...packageStep(packages),
			...after,
			...(platform.system.services === 'systemd' ? stopForeign(host) : []),
			launch,
			directory('/etc/mesos'),
			zk,
			directory('/var/lib/mesos'),
		],
		files: [launch, zk],
		unit: {
			origin: inUnit(origin(source)),
			environment: environment.map(line => `Environment=${line}`).join('\n'),
			command: inUnit([path, daemon, ...(source.kind === 'image' ? [pinned(source)] : [])].join(' ')),
		},
	};
}

/** Where an unpacked archive keeps what the build expects at its own prefix. */
export function archivePaths({kind}: VerifiedSource, daemon: 'master' | 'agent'): Record<string, string> {
	if (kind !== 'archive') return {};
	return daemon === 'master' ? {webui_dir: '/opt/mesos/share/mesos/webui'} : {launcher_dir: '/opt/mesos/libexec/mesos'};
}
