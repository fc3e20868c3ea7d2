import {rolesOf} from '../../../roles/roles-of.ts';
import type {BundledSource} from '../../cluster/bundle.ts';
import {componentsOf} from '../../cluster/components.ts';
import type {Component, IdentifiedCluster} from '../../cluster/model.ts';
import {SetupError} from '../../cluster/setup-error.ts';
import {specification} from '../../sources/bundle.ts';
import {platformOf} from '../../sources/platform.ts';
import {givenSource, sourceOf, type VerifiedSource} from '../../sources/resolve.ts';
import type {PackageName, Step} from '../../steps/step.ts';
import type {System} from '../../steps/system.ts';
import type {Member} from '../fleet.ts';

type Of<Kind extends Step['kind']> = Extract<Step, {kind: Kind}>;

/** What the hosts of one platform and architecture need, and one of them to collect it on. */
export type Wish = {
	platform: string;
	system: System;
	arch: string;
	member: Member;
	sources: Partial<Record<Component, BundledSource>>;
	packages: PackageName[];
	repositories: Of<'repository'>[];
	archives: Of<'archive'>[];
	/** `image` steps: of components with their digest, and those to be pulled ahead. */
	images: {ref: string; digest?: string | undefined}[];
};

function bundled(source: VerifiedSource): BundledSource {
	const build = source.build && {build: source.build};
	if (source.kind === 'package') {
		return {kind: 'package', name: source.name, ...(source.version && {version: source.version}), ...build};
	}
	if (source.kind === 'archive') return {kind: 'archive', url: source.url, checksum: source.checksum, ...build};
	return {kind: 'image', ref: source.ref, digest: source.digest, ...build};
}

/** By what makes two of a kind the same thing, the first of each. */
function once<T>(all: readonly T[], key: (one: T) => string): T[] {
	return [...new Map(all.map(one => [key(one), one])).values()];
}

/** Groups the hosts by what they are; what a role refuses is thrown as it says it. */
export function wishesOf(cluster: IdentifiedCluster, members: readonly Member[]): Wish[] {
	const components = componentsOf('master', cluster.frameworks);
	const nested = components.find(component => givenSource(cluster.sources, component)?.kind === 'bundle');
	if (nested) {
		throw new SetupError({
			field: 'sources',
			cause: `${nested} comes from a bundle already, and a bundle is made from repositories, archives and registries.`,
			fix: 'Use a cluster file that names these.',
			exitCode: 2,
		});
	}
	const groups = Map.groupBy(members, ({host, facts}) => `${platformOf(facts, host.name).id} ${facts.arch}`);
	const missing = cluster.hosts.filter(host => !members.some(member => member.host.name === host.name));
	return [...groups].map(([key, group], index) => {
		const [platform = '', arch = ''] = key.split(' ');
		const member = group[0] as Member;
		const {title, system} = platformOf(member.facts, member.host.name);
		if (system.packages === 'yum') {
			throw new SetupError({
				host: member.host.name,
				cause: `Packages are collected and installed with dnf or apt, and ${title} has yum.`,
				fix: 'Leave such hosts out with --limit; they need repositories they can reach.',
				exitCode: 1,
			});
		}
		// Hosts that were not asked are taken to be like the first one that was.
		const all = [...group, ...(index === 0 ? missing.map(host => ({host, facts: member.facts})) : [])];
		const steps = all.flatMap(({host, facts}) =>
			rolesOf(host, cluster).flatMap(role => role.steps(host, cluster, facts)),
		);
		const of = <Kind extends Step['kind']>(kind: Kind) => steps.filter((step): step is Of<Kind> => step.kind === kind);
		return {
			platform,
			system,
			arch,
			member,
			sources: Object.fromEntries(
				components.map(component => [component, bundled(sourceOf(cluster, member.facts, component))]),
			),
			packages: once(
				of('package').flatMap(({names}) => names),
				specification,
			),
			repositories: once(of('repository'), ({id}) => id),
			archives: once(of('archive'), ({url}) => url),
			images: once(of('image'), ({ref}) => ref),
		};
	});
}
