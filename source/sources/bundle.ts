import type {Bundle, BundledSource, BundleFile, Bundles, Manifest} from '../cluster/bundle.ts';
import type {HostFacts} from '../cluster/facts.ts';
import type {Component} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Artifact, PackageName} from '../steps/step.ts';
import {platformOf} from './platform.ts';

/** A package as a package manager is asked for it. */
export function specification({name, version}: Pick<PackageName, 'name' | 'version'>): string {
	return version === undefined ? name : `${name}-${version}`;
}

function artifact(folder: string, {path, sha256: sum, bytes, package: known}: BundleFile): Artifact {
	const name = path.slice(path.lastIndexOf('/') + 1);
	return {name, from: `${folder}/${path}`, sha256: sum, bytes, ...(known && {package: known})};
}

function refuse(path: string, lacks: string): SetupError {
	return new SetupError({
		field: 'sources',
		cause: `the bundle ${path} has no ${lacks}.`,
		fix: 'Make it anew with "mesos-setup bundle create", from a cluster file that names the places it comes from and hosts like these.',
		exitCode: 2,
	});
}

/** What one bundle holds for one host. Its methods throw a SetupError (exit 2) naming what is not in it. */
export class BundleSet {
	readonly #path: string;
	readonly #bundle: Bundle;
	readonly #set: Manifest['sets'][number];

	constructor(path: string, bundle: Bundle, facts: HostFacts) {
		const {id, title} = platformOf(facts);
		const set = bundle.manifest.sets.find(one => one.platform === id && one.arch === facts.arch);
		if (!set) throw refuse(path, `software for ${title} on ${facts.arch}`);
		this.#path = path;
		this.#bundle = bundle;
		this.#set = set;
	}

	source(component: Component): BundledSource {
		const found = this.#set.sources[component];
		if (!found) throw refuse(this.#path, component);
		return found;
	}

	/** The files of packages and all they require. */
	packages(names: readonly PackageName[]): Artifact[] {
		const paths = new Set(
			names.flatMap(one => {
				const files = this.#set.packages[specification(one)];
				if (!files) throw refuse(this.#path, `package ${specification(one)}`);
				return files;
			}),
		);
		return [...paths].map(path => this.#file(path, known => known.path === path));
	}

	archive(url: string): Artifact {
		return this.#file(url, known => known.url === url);
	}

	/** `name` is what containers are started from: docker forgets an image's digest when it is loaded from a file. */
	image(ref: string): {file: Artifact; ids: string[]; name: string} {
		const known = this.#bundle.manifest.files.find(({image}) => image?.ref === ref);
		if (!known?.image) throw refuse(this.#path, `image ${ref}`);
		return {
			file: artifact(this.#bundle.folder, known),
			ids: [known.image.id, known.image.manifest],
			name: known.image.name,
		};
	}

	#file(what: string, test: (known: BundleFile) => boolean): Artifact {
		const known = this.#bundle.manifest.files.find(test);
		if (!known) throw refuse(this.#path, what);
		return artifact(this.#bundle.folder, known);
	}
}

/** The bundle a path of the cluster file names, for a host. Throws a SetupError (exit 2). */
export function bundleSet(bundles: Bundles | undefined, path: string, facts: HostFacts): BundleSet {
	const bundle = bundles?.get(path);
	if (!bundle) throw new Error(`The bundle ${path} was not read.`);
	return new BundleSet(path, bundle, facts);
}
