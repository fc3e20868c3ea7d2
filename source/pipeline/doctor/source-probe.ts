import {packageFile} from '../../cluster/package-file.ts';
import {compile} from '../../steps/compile.ts';
import {quote} from '../../steps/quote.ts';
import type {PackageName} from '../../steps/step.ts';
import type {System} from '../../steps/system.ts';
import {sections} from '../host-facts.ts';
import type {Wanted} from './wanted.ts';

/** What the probe of one source printed: its lines by their first word, `found` may come several times. */
export type SourceAnswer = {
	/** The host has it already, so nothing would be fetched. */
	present: boolean;
	/** A host name without an address. */
	unresolved?: string | undefined;
	/** Exit status of curl or the package manager; undefined when it was not run. */
	exit?: number | undefined;
	/** HTTP status, 0 without an answer. */
	code: number;
	/** What curl or the package manager complained about. */
	said: string;
	/** Headers of the last answer, lower case names. */
	headers: Map<string, string>;
	/** First bytes. */
	body: Buffer;
	/** gpg's listing of a key file, undefined where the host has no gpg. */
	keys?: string | undefined;
	/** The host's clock, seconds since the epoch. */
	now: number;
	/** Package specifications that the host has not, and those that were found. */
	missing: string[];
	found: {name: string; version: string; release: string; bytes: number}[];
	/** A tool that the host lacks. */
	absent?: string | undefined;
	/** dnf, yum or apt; undefined for what is no package. */
	manager?: string | undefined;
};

const specification = ({name, version}: PackageName) => (version === undefined ? name : `${name}-${version}`);

const curlUrl = ({href}: URL) => `url = "${href.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Its key goes the way of all addresses: in curl's configuration, for it may hold a password. */
function repository(id: string, step: Extract<Wanted, {kind: 'repository'}>['step'], suite: string): string {
	const {baseurl, gpgkey} = step;
	const key = gpgkey && URL.canParse(gpgkey) && !gpgkey.startsWith('file:') ? curlUrl(new URL(gpgkey)) : '';
	return `_repository ${id} ${quote(`doctor-${step.id}`)} ${quote(baseurl)} ${quote(step.suite ?? suite)} <<'END'\n${key}\nEND`;
}

function probe(wanted: Wanted, {suite = './'}: System): string {
	const {id} = wanted;
	switch (wanted.kind) {
		case 'archive':
		case 'key': {
			// Brackets of an IPv6 address are not part of it.
			const host = quote(wanted.url.hostname.replaceAll(/^\[|\]$/g, ''));
			return `_${wanted.kind} ${id} ${host} <<'END'\n${curlUrl(wanted.url)}\nEND`;
		}
		case 'image':
			return `_image ${id} ${quote(wanted.registry)} ${quote(`${wanted.repository}/manifests/${wanted.reference}`)}`;
		case 'repository':
			return repository(id, wanted.step, suite);
		case 'packages':
			return `_query ${id}`;
	}
}

/** Asks for what is there only where the step itself would not find it on the host. */
function unlessPresent(wanted: Wanted, system: System): string {
	const text = probe(wanted, system);
	if ((wanted.kind !== 'archive' && wanted.kind !== 'image') || !wanted.step) return text;
	const {check} = compile(wanted.step, {timeout: 0, system});
	return `if (\n${check}\n) >/dev/null 2>&1; then printf '@ ${wanted.id}\\npresent\\n'; else\n${text}\nfi`;
}

/** The script that tries all of it at once; for session.ask(). Ends within 90 s. */
export function sourceScript(all: readonly Wanted[], system: System): string {
	const wants = all
		.flatMap(wanted => (wanted.kind === 'packages' ? wanted.packages : []))
		.map(one => `_want ${quote(one.name)} ${quote(specification(one))} ${quote(one.unless ?? '')}`);
	const probes = all.map(
		wanted => `{\n${unlessPresent(wanted, system)}\n} >"$_folder/answer.${wanted.id}" 2>/dev/null &`,
	);
	const manager = packageFile(`templates/doctor/sources-${system.packages === 'apt' ? 'apt' : 'rpm'}.sh`);
	return `${packageFile('templates/doctor/sources.sh')}
${manager}
${wants.join('\n')}
${probes.join('\n')}
wait
cat "$_folder"/answer.*
`;
}

function headersOf(text: string): Map<string, string> {
	const last =
		text
			.trim()
			.split(/\r?\n\r?\n/)
			.at(-1) ?? '';
	return new Map(
		last.split(/\r?\n/).flatMap(line => {
			const colon = line.indexOf(':');
			return colon === -1 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const];
		}),
	);
}

function answer(lines: readonly string[]): SourceAnswer {
	const of = (key: string) => lines.filter(line => line.startsWith(`${key} `)).map(line => line.slice(key.length + 1));
	const decoded = (key: string) => Buffer.from(of(key)[0] ?? '', 'base64');
	const exit = of('exit').at(-1);
	return {
		present: lines.includes('present'),
		unresolved: of('unresolved')[0],
		exit: exit === undefined ? undefined : Number(exit),
		code: Number(of('code').at(-1) ?? 0),
		said: decoded('said').toString('utf8'),
		headers: headersOf(decoded('head').toString('latin1')),
		body: decoded('body'),
		keys: of('keys')[0] === undefined ? undefined : decoded('keys').toString('utf8'),
		now: Number(of('now')[0] ?? 0),
		missing: (of('wanted')[0] ?? '').split(' ').filter(Boolean),
		found: of('found').map(line => {
			const [name = '', version = '', release = '', bytes] = line.split('|');
			return {name, version, release, bytes: Number(bytes)};
		}),
		absent: of('absent')[0],
		manager: of('manager')[0],
	};
}

/** The answers by the `id` of what was wanted. */
export function parseSourceProbe(output: string): Map<string, SourceAnswer> {
	return new Map([...sections(output)].map(([id, lines]) => [id, answer(lines)]));
}
