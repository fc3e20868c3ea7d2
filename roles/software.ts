import type {VerifiedSource} from '../source/sources/resolve.ts';
import type {Artifact, PackageName, Step} from '../source/steps/step.ts';
import {directory} from './files.ts';

/** A package, and the files it is installed from where no repository is asked. */
export type Wanted = PackageName & {files?: Artifact[] | undefined};

/** What a source gives besides steps: names for the role's one package step. */
export type Software = {before: Step[]; packages: Wanted[]; after: Step[]};

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
		return {before, packages: [{name: source.name, version: source.version, files: source.files}], after: []};
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
					...(source.file && {file: source.file}),
				},
			],
		};
	}
	const {ref, digest, loaded} = source;
	const image: Step = loaded
		? {kind: 'image', title: `image ${ref}`, ref: loaded.name, loaded}
		: {kind: 'image', title: `image ${ref}`, ref, digest};
	return {before: [], packages: [], after: [image]};
}

/** One transaction for all packages of a role and of one origin, nothing where there are none. */
export function packageStep(packages: readonly Wanted[]): Step[] {
	const step = (some: readonly Wanted[], files?: Artifact[]): Step[] => {
		if (some.length === 0) return [];
		const names = some.map(({files: _, ...name}) => name);
		return [
			{kind: 'package', title: `packages ${names.map(({name}) => name).join(' ')}`, names, ...(files && {files})},
		];
	};
	const files = new Map(packages.flatMap(one => one.files ?? []).map(one => [one.sha256, one]));
	return [
		...step(packages.filter(one => !one.files)),
		...step(
			packages.filter(one => one.files),
			[...files.values()],
		),
	];
}

/**
 * `mesosphere/marathon@sha256:…`: the tag is for people, the digest decides what runs. An image out of a bundle has no digest for
 * docker, but a name of its own that holds some of it.
 */
export function pinned({ref, digest, loaded}: Extract<VerifiedSource, {kind: 'image'}>): string {
	if (loaded) return loaded.name;
	const [, repository = ref] = /^(.*?)(?::[^/:]+)?$/.exec(ref) ?? [];
	return `${repository}@${digest}`;
}

/** What a unit's description says of its software; a new release changes the unit, and so restarts it. */
export function origin(source: VerifiedSource): string {
	if (source.kind === 'package') return `package ${[source.name, source.version].filter(Boolean).join('-')}`;
	if (source.kind === 'archive') return `archive ${releaseName(source.url, source.checksum.hex)}`;
	return `image ${source.ref} ${source.digest}`;
}
