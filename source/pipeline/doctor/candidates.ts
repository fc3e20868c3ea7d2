import {componentsOf} from '../../cluster/components.ts';
import type {HostFacts} from '../../cluster/facts.ts';
import type {Component, Host, IdentifiedCluster} from '../../cluster/model.ts';
import {SetupError} from '../../cluster/setup-error.ts';
import {asSource, type Candidate, candidatesOf} from '../../sources/catalog.ts';
import {platformOf} from '../../sources/platform.ts';
import {fittingFirst, givenSource, sourceOf, written} from '../../sources/resolve.ts';
import {type Check, ok, size, warn} from './check.ts';
import {judgeKey} from './judge-key.ts';
import type {SourceAnswer} from './source-probe.ts';
import {shown, unreachable} from './unreachable.ts';
import {readReference, type Wanted, wordOf} from './wanted.ts';

/** One candidate of the catalog on one host, and what is tried of it there. */
type Trial = {component: Component; number: number; candidate: Candidate; parts: Wanted[]};

const page = (url: string, name: string): Wanted => ({id: `t${wordOf(url)}`, name, kind: 'archive', url: new URL(url)});

function partsOf({source}: Candidate, facts: HostFacts, name: string): Wanted[] {
	if (source.kind === 'image') {
		return [{id: `t${wordOf(source.ref)}`, name, kind: 'image', ...readReference(source.ref)}];
	}
	if (source.kind === 'archive') return [page(source.url, name), page(`${source.url}.sha512`, name)];
	// What comes from the system's own repositories is looked for with its other packages.
	if (!source.repo) return [];
	const {system} = platformOf(facts);
	const base = source.repo.baseurl.replace('$basearch', facts.arch).replace(/\/?$/, '/');
	const index = system.packages === 'apt' ? `dists/${system.suite ?? ''}/Release` : 'repodata/repomd.xml';
	const url = new URL(source.repo.gpgkey);
	return [
		page(`${base}${index}`, name),
		{id: `t${wordOf(url.href)}`, name, kind: 'key', url, repository: source.repo.id},
	];
}

/**
 * What is tried, from the host itself, of components whose source the cluster file leaves to the catalog: every candidate that is
 * not simply a package of the system.
 */
export function trialsOn(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Trial[] {
	const platform = platformOf(facts, host.name);
	const hasDefault = (component: Component) => candidatesOf(platform.id, component).some(one => one.default);
	return componentsOf(host.role, cluster.frameworks)
		.filter(component => !givenSource(cluster.sources, component))
		.flatMap(component =>
			fittingFirst(candidatesOf(platform.id, component), facts).map((candidate, i) => ({
				component,
				number: i + 1,
				candidate,
				parts: partsOf(candidate, facts, `candidate ${component} ${i + 1}`),
			})),
		)
		.filter(({component, parts}) => parts.length > 0 || !hasDefault(component));
}

/** The publisher's checksum beside an archive, or the digest its registry has for a tag: what a user pins. */
function pinOf({candidate, parts}: Trial, answers: ReadonlyMap<string, SourceAnswer>): string | undefined {
	const {source} = candidate;
	if (source.kind === 'image') {
		const digest = answers.get(parts[0]?.id ?? '')?.headers.get('docker-content-digest');
		return digest && /^sha256:[0-9a-f]{64}$/.test(digest) ? `digest: "${digest}"` : undefined;
	}
	if (source.kind !== 'archive') return undefined;
	const beside = answers.get(parts[1]?.id ?? '');
	const [hex] =
		(beside?.code ?? 0) < 300 ? (/\b[0-9a-f]{128}\b/i.exec(beside?.body.toString('latin1') ?? '') ?? []) : [];
	return hex && `sha512: ${hex.toLowerCase()}`;
}

/** Why this candidate could not be used as things are, or nothing. */
function hindrance(
	{candidate, parts}: Trial,
	facts: HostFacts,
	answers: ReadonlyMap<string, SourceAnswer>,
): string | undefined {
	const {source, unusable, cgroup, arch} = candidate;
	if (unusable) return unusable;
	if (!arch.some(one => one === facts.arch))
		return `it is built for ${arch.join(' and ')}, and this host is ${facts.arch}`;
	for (const part of parts.filter((_, i) => i === 0 || source.kind !== 'archive')) {
		const answer = answers.get(part.id);
		if (!answer) continue;
		if (part.kind === 'key') {
			const key = judgeKey(part, answer);
			if (key.status !== 'ok') return key.detail;
		} else if (part.kind === 'archive' || part.kind === 'image') {
			const where = part.kind === 'archive' ? shown(part.url) : `${part.registry}/${part.repository}:${part.reference}`;
			const problem = unreachable(answer, where, 'sources');
			if (problem) return problem.detail;
		}
	}
	if (parts.length === 0) return 'it needs a repository of yours, named in the cluster file';
	if (cgroup && !cgroup.some(version => version === facts.cgroup)) {
		return `it does all of its work only with cgroup ${cgroup.join(' or ')}, and this host has ${facts.cgroup}`;
	}
	return undefined;
}

function bytesOf({parts}: Trial, answers: ReadonlyMap<string, SourceAnswer>): string {
	const [part] = parts;
	const headers = part?.kind === 'archive' ? answers.get(part.id)?.headers : undefined;
	const bytes = Number(headers?.get('content-range')?.split('/')[1] ?? Number.NaN);
	return Number.isFinite(bytes) ? `, ${size(bytes / 1_048_576)}` : '';
}

/** What came of every candidate, one check each; none of them fails: which one is used is another question. */
export function judgeTrials(
	trials: readonly Trial[],
	facts: HostFacts,
	answers: ReadonlyMap<string, SourceAnswer>,
): Check[] {
	return trials.map(trial => {
		const {component, number, candidate} = trial;
		const source = written(asSource(candidate));
		const build = candidate.build ? `, build: ${candidate.build}` : '';
		const about = [candidate.tradeoffs, `Evidence: ${candidate.evidence} (${candidate.date})`]
			.filter(Boolean)
			.join('. ');
		const name = `candidate ${component} ${number}`;
		const problem = hindrance(trial, facts, answers);
		if (problem) return warn(name, `{${source}${build}}: ${problem.replace(/\.$/, '')}.`, about);
		const pin = pinOf(trial, answers);
		const whole = candidate.source.kind === 'package' ? '' : pin && `, ${pin}`;
		const line = whole === undefined ? '' : ` To use it: sources: {${component}: {${source}${build}${whole}}}`;
		return ok(name, `{${source}${build}} can be had from this host${bytesOf(trial, answers)}.${line} ${about}`);
	});
}

/** Which source each component of the host will come from, and who chose it; what nobody chose is told elsewhere. */
export function choices(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Check[] {
	const {title} = platformOf(facts, host.name);
	const told = componentsOf(host.role, cluster.frameworks).flatMap(component => {
		const given = givenSource(cluster.sources, component);
		const who = given
			? given.kind === 'bundle'
				? `bundle ${given.path}`
				: 'cluster file'
			: `first choice for ${title}`;
		try {
			const source = sourceOf(cluster, facts, component);
			const what = source.kind === 'package' ? source.name : source.kind === 'archive' ? source.url : source.ref;
			return [`${component}: ${source.kind} ${what} (${who})`];
		} catch (error) {
			if (!(error instanceof SetupError)) throw error;
			return [];
		}
	});
	return told.length === 0 ? [] : [ok('sources', told.join('; '))];
}
