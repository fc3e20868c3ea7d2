import type {HostFacts} from '../cluster/facts.ts';
import type {Component, Source} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {type Candidate, candidatesOf} from './catalog.ts';

type Placed = Exclude<Source, {kind: 'bundle'}>;

/** Address, reference or repository and name: what tells two artifacts apart, whatever their checksum. */
function place(source: Placed | Candidate['source']): string {
	if (source.kind === 'archive') return source.url;
	if (source.kind === 'image') return source.ref.replace(/@.*/, '');
	return source.repo ? `${source.name} of ${source.repo.baseurl}` : source.name;
}

const spellings: Record<string, RegExp> = {
	x86_64: /(?<![a-z0-9])(x86_64|amd64)(?![a-z0-9])/i,
	aarch64: /(?<![a-z0-9])(aarch64|arm64)(?![a-z0-9])/i,
};

/** The processors an artifact is built for, from what the catalog knows of it, else from its address; undefined where nothing tells. */
export function builtFor(platform: string, component: Component, source: Placed): string[] | undefined {
	const known = candidatesOf(platform, component).find(candidate => place(candidate.source) === place(source));
	if (known) return known.arch;
	const named = Object.keys(spellings).filter(arch => spellings[arch]?.test(place(source)));
	return named.length > 0 ? named : undefined;
}

/**
 * Throws a SetupError (exit 1) where what `source` names is built for other processors than the host has. What nothing is known
 * of passes: a repository or registry gives each host its own.
 */
export function checkArchitecture(
	{arch}: Pick<HostFacts, 'arch'>,
	platform: string,
	component: Component,
	source: Placed,
): void {
	const fits = builtFor(platform, component, source);
	if (!fits || fits.includes(arch)) return;
	throw new SetupError({
		field: `sources.${component}`,
		cause: `The host is ${arch}, and ${source.kind === 'package' ? 'the package' : `the ${source.kind}`} ${place(source)} is built for ${fits.join(' and ')} only.`,
		fix: `Use ${fits.join(' or ')} instances, or name a build for ${arch} in the cluster file.`,
		exitCode: 1,
	});
}
