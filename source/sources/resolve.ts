import type {Bundles} from '../cluster/bundle.ts';
import type {HostFacts} from '../cluster/facts.ts';
import type {Cluster, Component, MesosBuild, Repository, Source, Sources} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Artifact, PackageName} from '../steps/step.ts';
import {checkArchitecture} from './architecture.ts';
import {bundleSet} from './bundle.ts';
import {asSource, type Candidate, candidatesOf} from './catalog.ts';
import {platformOf} from './platform.ts';

/** A source whose content can be checked before it is used: by the repository's key, a checksum or a digest. */
export type VerifiedSource = {build?: MesosBuild | undefined} & (
	| {
			kind: 'package';
			name: string;
			version?: string | undefined;
			repo?: Repository | undefined;
			/** Out of a bundle: the package and all it requires. */
			files?: Artifact[] | undefined;
	  }
	| {
			kind: 'archive';
			url: string;
			checksum: {algorithm: 'sha256' | 'sha512'; hex: string};
			file?: Artifact | undefined;
	  }
	| {
			kind: 'image';
			ref: string;
			digest: string;
			/** Out of a bundle: `name` is what docker calls it there. */
			loaded?: {ids: string[]; name: string; file: Artifact} | undefined;
	  }
);

/** What sources are looked up in: the description, and the bundles it names, read. */
export type Sourced = Pick<Cluster, 'sources'> & {bundles?: Bundles | undefined};

const inRepository = ({id, baseurl, gpgkey}: Repository) =>
	`id: ${id}, baseurl: "${baseurl}"${gpgkey === undefined ? '' : `, gpgkey: "${gpgkey}"`}`;

/** As the cluster file says it, on one line: `{kind: image, ref: openeuler/mesos:1.11.0}`. */
export function written(source: Exclude<Source, {kind: 'bundle'}>): string {
	const place =
		source.kind === 'archive'
			? `url: ${source.url}`
			: source.kind === 'image'
				? `ref: ${source.ref}`
				: `name: ${source.name}${source.repo ? `, repo: {${inRepository(source.repo)}}` : ''}`;
	return `kind: ${source.kind}, ${place}`;
}

/** Refuses what could not be checked: nothing is installed unverified. */
function verified(
	component: Component,
	source: Exclude<Source, {kind: 'bundle'}>,
	chosenByCatalog: boolean,
): VerifiedSource {
	const field = `sources.${component}`;
	const whose = chosenByCatalog ? 'The catalog knows' : 'The cluster file names';
	if (source.kind === 'package') {
		if (source.repo && !source.repo.gpgkey && !source.repo.unsigned) {
			throw new SetupError({
				field: `${field}.repo`,
				cause: `The repository ${source.repo.id} has no gpgkey, so its packages could not be verified.`,
				fix: 'Add the URL of its signing key as gpgkey, or unsigned: true if you answer for the repository yourself.',
				exitCode: 2,
			});
		}
		return source;
	}
	if (source.kind === 'archive') {
		const {url, sha512, sha256, build} = source;
		if (sha512) return {kind: 'archive', url, checksum: {algorithm: 'sha512', hex: sha512}, build};
		if (sha256) return {kind: 'archive', url, checksum: {algorithm: 'sha256', hex: sha256}, build};
		throw new SetupError({
			field,
			cause: `${whose} ${url} without a checksum, and nothing is installed unverified.`,
			fix: `Look up the checksum its publisher gives (often ${url}.sha512${chosenByCatalog ? '; "mesos-setup doctor" asks for it from the hosts' : ''}) and write ${field}: {${written(source)}, sha512: CHECKSUM} into the cluster file.`,
			exitCode: 2,
		});
	}
	const [ref = '', pinned] = source.ref.split('@');
	const digest = source.digest ?? pinned;
	if (!digest) {
		throw new SetupError({
			field,
			cause: `${whose} the image ${source.ref} without a digest, and nothing is installed unverified.`,
			fix: `Look up the digest of that tag (docker buildx imagetools inspect ${source.ref}${chosenByCatalog ? '; "mesos-setup doctor" asks for it from the hosts' : ''}) and write ${field}: {${written(source)}, digest: sha256:DIGEST} into the cluster file.`,
			exitCode: 2,
		});
	}
	return {kind: 'image', ref, digest, build: source.build};
}

/** What the cluster file says of a component, if it says anything. */
export function givenSource({kind, path, ...own}: Sources, component: Component): Source | undefined {
	return own[component] ?? (kind && path !== undefined ? {kind, path} : undefined);
}

/** Every bundle the cluster file names. */
export function bundlePaths(cluster: Pick<Cluster, 'sources'>): string[] {
	const {path, kind: _, ...components} = cluster.sources;
	const own = Object.values(components).flatMap(source => (source?.kind === 'bundle' ? [source.path] : []));
	return [...new Set([...own, ...(path === undefined ? [] : [path])])];
}

function fromBundle(cluster: Sourced, facts: HostFacts, component: Component, path: string): VerifiedSource {
	const set = bundleSet(cluster.bundles, path, facts);
	const source = set.source(component);
	if (source.kind === 'package') return {...source, files: set.packages([source])};
	if (source.kind === 'archive') return {...source, file: set.archive(source.url)};
	return {...source, loaded: set.image(source.ref)};
}

/** The file of an image that is no component's, where all software comes from a bundle. */
export function bundledImage(
	cluster: Sourced,
	facts: HostFacts,
	ref: string,
): {ids: string[]; file: Artifact} | undefined {
	const {kind, path} = cluster.sources;
	if (kind !== 'bundle' || path === undefined) return undefined;
	const {ids, file} = bundleSet(cluster.bundles, path, facts).image(ref);
	return {ids, file};
}

/** The platform's own packages, with the files they are installed from where all software comes from a bundle. */
export function platformPackages(
	cluster: Sourced,
	facts: HostFacts,
	names: readonly PackageName[],
): (PackageName & {files?: Artifact[]})[] {
	const {kind, path} = cluster.sources;
	if (kind !== 'bundle' || path === undefined) return [...names];
	const set = bundleSet(cluster.bundles, path, facts);
	return names.map(one => ({...one, files: set.packages([one])}));
}

/** Candidates in the order to consider them on this host: those that can do all their work with its cgroups first. */
export function fittingFirst(candidates: readonly Candidate[], {cgroup}: Pick<HostFacts, 'cgroup'>): Candidate[] {
	const fits = ({cgroup: known}: Candidate) => known === null || known.some(version => version === cgroup);
	return [...candidates.filter(fits), ...candidates.filter(candidate => !fits(candidate))];
}

/**
 * Where `component` comes from on a host: the cluster file's `sources`, else the catalog's default for the host's platform.
 * Throws a SetupError (exit 2) where there is no default, or nothing to verify the content with.
 */
export function sourceOf(cluster: Sourced, facts: HostFacts, component: Component): VerifiedSource {
	const chosen = givenSource(cluster.sources, component);
	if (chosen?.kind === 'bundle') return fromBundle(cluster, facts, component, chosen.path);
	const platform = platformOf(facts);
	if (chosen) {
		checkArchitecture(facts, platform.id, component, chosen);
		return verified(component, chosen, false);
	}
	const candidates = candidatesOf(platform.id, component);
	const standard = candidates.find(candidate => candidate.default);
	if (standard) {
		checkArchitecture(facts, platform.id, component, standard.source);
		return verified(component, asSource(standard), true);
	}
	const usable = fittingFirst(candidates, facts).filter(candidate => !candidate.unusable);
	const list = usable.map(
		candidate =>
			`{${written(asSource(candidate))}, build: ${candidate.build}} (${candidate.tradeoffs ?? candidate.evidence})`,
	);
	throw new SetupError({
		field: `sources.${component}`,
		cause: `Nothing installs ${component} on ${platform.title} by default: its publisher's package hosts are gone.`,
		fix: `Choose one in the cluster file, from a repository, archive or registry you trust, with its gpgkey, checksum or digest: ${list.join('; ')}.`,
		exitCode: 2,
	});
}

/** Whether Mesos of this source is known to handle cgroup v2 (`clusterd`); what nobody declared counts as `apache`. */
export function mesosBuildOf(source: VerifiedSource): MesosBuild {
	if (source.build) return source.build;
	const name = source.kind === 'package' ? source.name : source.kind === 'image' ? source.ref : source.url;
	return /clusterd/i.test(name) ? 'clusterd' : 'apache';
}
