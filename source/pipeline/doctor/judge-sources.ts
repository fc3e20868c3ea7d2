import {recognised} from '../known-failures.ts';
import {type Check, failed, listed, ok, size, warn} from './check.ts';
import {judgeKey} from './judge-key.ts';
import type {SourceAnswer} from './source-probe.ts';
import {lastWords, shown, unreachable} from './unreachable.ts';
import type {Wanted} from './wanted.ts';

/** What an operator asks the package manager himself. */
const questions: Record<string, {lists: string; versions: string}> = {
	dnf: {lists: 'dnf makecache', versions: 'dnf list --showduplicates NAME'},
	yum: {lists: 'yum makecache', versions: 'yum list --showduplicates NAME'},
	apt: {lists: 'apt-get update', versions: 'apt-cache policy NAME'},
};

type Answers = ReadonlyMap<string, SourceAnswer>;

const packings: [string, (bytes: Buffer) => boolean][] = [
	['gzip', bytes => bytes[0] === 0x1f && bytes[1] === 0x8b],
	['xz', bytes => bytes.subarray(1, 5).toString('latin1') === '7zXZ'],
	['bzip2', bytes => bytes.subarray(0, 3).toString('latin1') === 'BZh'],
	['zstd', bytes => bytes.readUInt32LE(0) === 0xfd2fb528],
	['tar', bytes => bytes.subarray(257, 262).toString('latin1') === 'ustar'],
];

function archive(wanted: Extract<Wanted, {kind: 'archive'}>, answer: SourceAnswer): Check {
	const {name, url} = wanted;
	const field = name.replace('source ', 'sources.');
	const problem = unreachable(answer, shown(url), field);
	if (problem) return failed(name, problem.detail, problem.fix);
	const {headers, body} = answer;
	const start = body.toString('latin1').trimStart().toLowerCase();
	if (
		/^(<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)/.test(start) ||
		/^text\/html/.test(headers.get('content-type') ?? '')
	) {
		return failed(
			name,
			`${shown(url)} gives a web page instead of an archive: a login page, a proxy or a moved file.`,
			`Open it in a browser, then correct ${field} in the cluster file or the proxy.`,
		);
	}
	if (body.length < 4) {
		return failed(name, `${shown(url)} is an empty file.`, `Correct ${field} in the cluster file or the server.`);
	}
	if (!packings.some(([, test]) => test(body))) {
		return failed(
			name,
			`${shown(url)} is no archive that tar reads: it begins with ${JSON.stringify(body.subarray(0, 12).toString('latin1'))}.`,
			`Correct ${field} in the cluster file: a .tar.gz, .tar.xz, .tar.bz2 or .tar.zst is needed.`,
		);
	}
	const bytes = Number(headers.get('content-range')?.split('/')[1] ?? headers.get('content-length'));
	return ok(name, `${shown(url)}${Number.isFinite(bytes) ? `, ${size(bytes / 1_048_576)}` : ''}`);
}

function image(wanted: Extract<Wanted, {kind: 'image'}>, answer: SourceAnswer): Check {
	const {name, registry, repository, reference} = wanted;
	const field = name.replace('source ', 'sources.');
	const what = `The image ${registry}/${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
	const problem = unreachable(answer, what, field);
	if (problem) {
		const gone = answer.code === 404;
		return failed(
			name,
			gone ? `The registry ${registry} has no ${repository} with ${reference} (HTTP 404).` : problem.detail,
			gone ? `Correct ref and digest of ${field} in the cluster file.` : problem.fix,
		);
	}
	return ok(name, `${what.replace('The image ', '')} is in its registry`);
}

const matches = (spec: string, {name, version, release}: SourceAnswer['found'][number]) =>
	[name, `${name}-${version}`, `${name}-${version}-${release}`].includes(spec);

/** Packages are judged together: a name may come from the host's own repositories or from the cluster file's. */
function packages(all: readonly Wanted[], answers: Answers): Check[] {
	const checks: Check[] = [];
	const found: SourceAnswer['found'] = [];
	let missing: string[] = [];
	let manager = 'dnf';
	for (const wanted of all) {
		const answer = answers.get(wanted.id);
		if (!answer || (wanted.kind !== 'packages' && wanted.kind !== 'repository')) continue;
		missing = answer.missing;
		manager = answer.manager ?? manager;
		found.push(...answer.found);
		const own = wanted.kind === 'repository';
		const name = own ? `repository ${wanted.step.id}` : 'repositories of the system';
		if (answer.absent) {
			checks.push(
				warn(
					name,
					`The host has no ${answer.absent}, so packages cannot be looked for beforehand.`,
					'Nothing to do; an installation says what it does not find. Or install yum-utils.',
				),
			);
		} else if (answer.exit !== undefined && answer.exit !== 0) {
			const known = recognised(answer.said);
			const where = own
				? `${wanted.step.baseurl} cannot be used`
				: `${manager} cannot use the repositories of this host`;
			const signature = /\bsign/.test(known?.cause ?? '');
			const status = /Status code: (\d+) for (\S+)/.exec(answer.said);
			const why =
				answer.exit === 124
					? 'no answer within 80 s'
					: status
						? `HTTP ${status[1]} for ${status[2]}`
						: signature
							? (known?.line ?? '')
							: lastWords(answer.said);
			checks.push(
				failed(
					name,
					`${where}${known ? `: ${known.cause}` : ''} (${why}).`,
					own && !signature
						? `Correct baseurl of the repository ${wanted.step.id} in "sources" of the cluster file, or let the host reach it.`
						: (known?.fix ?? `Run "${questions[manager]?.lists}" on the host and mend what it says.`),
				),
			);
		} else if (own) checks.push(ok(name, wanted.step.baseurl));
	}
	const unknown = missing.filter(spec => !found.some(one => matches(spec, one)));
	if (checks.some(({status}) => status !== 'ok')) return checks;
	if (unknown.length > 0) {
		checks.push(
			failed(
				'packages',
				`No repository of this host has ${listed(unknown)}.`,
				`Check name, version and repo in "sources" of the cluster file; "${questions[manager]?.versions}" on the host shows what there is.`,
			),
		);
	} else if (missing.length > 0) {
		const bytes = new Map(found.map(one => [one.name, one.bytes]));
		const total = [...bytes.values()].reduce((sum, one) => sum + one, 0);
		checks.push(ok('packages', `${missing.length} to install, ${size(total / 1_048_576)} and what they need`));
	} else checks.push(ok('packages', 'all are installed'));
	return checks;
}

/** What the host got when it tried what an installation would fetch. */
export function judgeSources(all: readonly Wanted[], answers: Answers): Check[] {
	const usesApt = [...answers.values()].some(({manager}) => manager === 'apt');
	const checks = all.flatMap((wanted): Check[] => {
		const answer = answers.get(wanted.id);
		if (!answer || wanted.kind === 'packages' || wanted.kind === 'repository') return [];
		if (answer.present) return [ok(wanted.name, 'on the host already')];
		if (wanted.kind === 'key') {
			const check = judgeKey(wanted, answer);
			// apt asks no gpg: it has tried this very key on the repository, and what came of that is told there.
			return [
				check.status === 'warn' && answer.keys === undefined && usesApt ? ok(wanted.name, shown(wanted.url)) : check,
			];
		}
		return [wanted.kind === 'archive' ? archive(wanted, answer) : image(wanted, answer)];
	});
	const nameless = [...new Set([...answers.values()].flatMap(({unresolved}) => unresolved ?? []))];
	const names =
		nameless.length === 0
			? []
			: [
					failed(
						'name resolution',
						`${listed(nameless)} ${nameless.length === 1 ? 'has' : 'have'} no address on this host.`,
						'Check /etc/resolv.conf, "enableDnsSupport" of the VPC, and the names in "sources" of the cluster file.',
					),
				];
	return [...names, ...checks, ...packages(all, answers)];
}
