import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {type Platform, platformOf} from '../source/sources/platform.ts';
import {mesosBuildOf, sourceOf} from '../source/sources/resolve.ts';
import {repositoryFiles} from '../source/steps/repository.ts';
import type {Step} from '../source/steps/step.ts';
import {type Role, rolesOf} from './roles-of.ts';
import {ownUnitOf} from './unit.ts';

/** Folders that hold nothing but what this tool and the daemons it installed put there. */
const ownFolders = [
	'/etc/mesos',
	'/etc/mesos-master',
	'/etc/mesos-agent',
	'/etc/zookeeper',
	'/opt/mesos-setup',
	'/usr/local/lib/mesos-setup',
	'/var/cache/mesos-setup',
	'/var/lib/mesos',
	'/var/lib/zookeeper',
	'/var/log/chronos',
	'/var/log/marathon',
	'/var/log/mesos',
	'/var/log/zookeeper',
];

const absent = (path: string): Step => ({kind: 'absent', title: `remove ${path}`, path});
const command = (title: string, check: string, apply: string): Step => ({kind: 'command', title, check, apply});

/** Only an engine of this tool's own is emptied; images and containers of one that was there before are somebody else's. */
function packagesGone(steps: readonly Step[], {docker}: Platform): Step {
	return {
		kind: 'packages-gone',
		title: 'remove the packages that were installed',
		first: {
			packages: steps.flatMap(step => (step.kind === 'package' ? step.names.map(({name}) => name) : [])),
			script: [
				`${docker.stop} 2> /dev/null || :`,
				'find /var/lib/docker /var/lib/containerd /opt/containerd -mindepth 1 -delete 2> /dev/null || :',
				'rmdir /opt/containerd 2> /dev/null || :',
			].join('\n'),
		},
	};
}

function undo(step: Step, {system, utc}: Platform): Step[] {
	switch (step.kind) {
		case 'file':
		case 'symlink':
		case 'archive': {
			const path = step.kind === 'archive' ? step.link : step.path;
			// A host without a time zone file would be in UTC all the same; what it was before nobody knows.
			if (path === '/etc/localtime' || path === utc.name?.path) return [];
			return ownFolders.some(folder => path.startsWith(`${folder}/`)) ? [] : [absent(path)];
		}
		case 'repository':
			return repositoryFiles(step, system).map(absent);
		case 'block':
			return [{...step, title: `remove the block from ${step.path}`, lines: []}];
		case 'user':
			return step.system
				? [command(`remove user ${step.name}`, `! getent passwd ${step.name} >/dev/null`, `userdel ${step.name}`)]
				: [];
		default:
			// Packages go as a whole; the groups they made hold nothing of the cluster.
			return [];
	}
}

/** Units of the tool's own lose their file below; those of packages only their drop-in. */
function stopOwnUnits(steps: readonly Step[]): Step[] {
	return steps
		.map(ownUnitOf)
		.filter(unit => unit !== undefined)
		.reverse()
		.map(unit => ({kind: 'stopped', title: `stop ${unit}`, unit}));
}

/** Services of the system that carried configuration of the tool's read their own again, where they are still there. */
function afterwards(steps: readonly Step[]): Step[] {
	const own = steps.map(ownUnitOf);
	const units = steps.flatMap(step =>
		step.kind === 'service' && step.configuration && !own.includes(step.unit) ? [step.unit] : [],
	);
	const folders = steps.flatMap(step =>
		step.kind === 'directory' && step.path.endsWith('.service.d') ? [step.path] : [],
	);
	return [
		...folders.map(folder =>
			command(`tidy ${folder}`, `! [ -d ${folder} ]`, `rmdir --ignore-fail-on-non-empty ${folder}`),
		),
		{kind: 'released', title: 'let the service manager forget', units},
	];
}

/** What is taken off does not depend on cgroups: a host on which this Mesos could not run must be left as clean as the others. */
function suitedCgroup(cluster: IdentifiedCluster, facts: HostFacts): HostFacts['cgroup'] {
	return mesosBuildOf(sourceOf(cluster, facts, 'mesos')) === 'clusterd' ? 'v2' : 'v1';
}

/** Takes everything off a host again that the roles put there, data and logs included. */
export function resetOf(host: Host, cluster: IdentifiedCluster): Role[] {
	const steps = (_: Host, whole: IdentifiedCluster, facts: HostFacts): Step[] => {
		const platform = platformOf(facts, host.name);
		const judged = {...facts, cgroup: suitedCgroup(whole, facts)};
		const roles = rolesOf(host, cluster).map(role => ({name: role.name, steps: role.steps(host, whole, judged)}));
		const all = roles.flatMap(role => role.steps);
		const engine = roles.filter(({name}) => name === 'docker').flatMap(role => role.steps);
		const removals = all.toReversed().flatMap(step => undo(step, platform));
		// host.json goes last: until then the host is still known as this cluster's, so a reset that dies can be run again.
		const identity = removals.filter(step => step.kind === 'absent' && step.path.startsWith('/etc/mesos-setup/'));
		return [
			...stopOwnUnits(all),
			packagesGone(engine, platform),
			...removals.filter(step => !identity.includes(step)),
			...ownFolders.map(absent),
			...afterwards(all),
			...identity,
			absent('/etc/mesos-setup'),
		];
	};
	return [{name: 'reset', steps}];
}
