import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {SetupError} from '../source/cluster/setup-error.ts';
import {platformOf} from '../source/sources/platform.ts';
import {sourceOf} from '../source/sources/resolve.ts';
import type {Step} from '../source/steps/step.ts';
import {directory, file} from './files.ts';
import {packageStep, software} from './software.ts';
import {template} from './template.ts';
import {dailyJob, vendorUnit} from './unit.ts';

/** The engine, with bounded container logs and a timer that removes unused images; containers are Mesos's own to remove. */
export function docker(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	const platform = platformOf(facts, host.name);
	const {unit, binary, prepare = []} = platform.docker;
	const source = sourceOf(cluster, facts, 'docker');
	if (source.kind !== 'package') {
		throw new SetupError({
			field: 'sources.docker',
			cause: `Docker can only be installed from a package, not from an ${source.kind}.`,
			fix: 'Write {kind: package, name: NAME} or leave it out for the package of the platform.',
			exitCode: 2,
		});
	}
	const {before, packages} = software('docker', source);
	const daemon = file('/etc/docker/daemon.json', template('/etc/docker/daemon.json'));
	const login: Step[] =
		facts.user === 'root'
			? []
			: [{kind: 'user', title: `user ${facts.user} in group docker`, name: facts.user, groups: ['docker']}];
	return [
		...prepare,
		...before,
		{kind: 'group', title: 'group docker', name: 'docker', system: true},
		...packageStep(packages),
		...login,
		directory('/etc/docker'),
		daemon,
		...vendorUnit({unit, files: [daemon]}, {platform, facts}),
		...dailyJob('mesos-setup-image-prune', {docker: binary}, platform),
	];
}
