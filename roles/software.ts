import type {VerifiedSource} from '../source/sources/resolve.ts';
import type {PackageName, Step} from '../source/steps/step.ts';
import {directory} from './files.ts';

/** What a source gives besides steps: names for the role's one package step. */
export type Software = {before: Step[]; packages: PackageName[]; after: Step[]};

/** Name and first digits of the checksum: another file of the same name is another directory, so a switch is seen. */
function releaseName(url: string, hex: string): string {
	const base = new URL(url).pathname.split('/').at(-1) ?? '';
	const plain = base.replace(/\.(tar\.\w+|tgz|zip)$/, '').replace(/[^A-Za-z0-9._-]/g, '_');
	return `${plain}-${hex.slice(0, 12)}`;
}

/** Steps that bring a component to the host; an archive ends up at /opt/NAME. */
export function software(name: string, source: VerifiedSource): Software {
	if (source.kind === 'package') {
		const {repo} = source;
		const before: Step[] = repo ? [{kind: 'repository', title: `repository ${repo.id}`, ...repo}] : [];
		return {before, packages: [{name: source.name, version: source.version}], after: []};
	}
	if (source.kind === 'archive') {
		const release = releaseName(source.url, source.checksum.hex);
		return {
			before: [],
			packages: [],
			after: [
				directory('/opt/mesos-setup'),
				{
					kind: 'archive',
					title: `archive ${source.url}`,
					url: source.url,
					checksum: source.checksum,
					directory: `/opt/mesos-setup/${release}`,
					link: `/opt/${name}`,
				},
			],
		};
	}
	const {ref, digest} = source;
	return {before: [], packages: [], after: [{kind: 'image', title: `image ${ref}`, ref, digest}]};
}

/** One transaction for all packages of a role, nothing where there are none. */
export function packageStep(packages: PackageName[]): Step[] {
	if (packages.length === 0) return [];
	return [{kind: 'package', title: `packages ${packages.map(({name}) => name).join(' ')}`, names: packages}];
}

/** `mesosphere/marathon@sha256:…`: the tag is for people, the digest decides what runs. */
export function pinned({ref, digest}: {ref: string; digest: string}): string {
	const [, repository = ref] = /^(.*?)(?::[^/:]+)?$/.exec(ref) ?? [];
	return `${repository}@${digest}`;
}

/** What a unit's description says of its software; a new release changes the unit, and so restarts it. */
export function origin(source: VerifiedSource): string {
	if (source.kind === 'package') return `package ${[source.name, source.version].filter(Boolean).join('-')}`;
	if (source.kind === 'archive') return `archive ${releaseName(source.url, source.checksum.hex)}`;
	return `image ${source.ref} ${source.digest}`;
}
