import {SetupError} from '../../cluster/setup-error.ts';
import type {Candidate} from '../../sources/catalog.ts';
import {readReference} from './wanted.ts';

type Verifiable = Exclude<Candidate['source'], {kind: 'package'}>;

const patience = 20_000;

/** What registries call a tag's content: an index of several platforms, or one manifest. */
const manifests = [
	'application/vnd.oci.image.index.v1+json',
	'application/vnd.docker.distribution.manifest.list.v2+json',
	'application/vnd.oci.image.manifest.v1+json',
	'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** A registry that lets everybody read still wants a token, from the place it names itself. */
async function tokenFor(refusal: Response, get: (url: URL) => Promise<Response>): Promise<string | undefined> {
	const words = refusal.headers.get('www-authenticate') ?? '';
	const {realm = '', ...rest} = Object.fromEntries(
		[...words.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
	);
	if (!/^bearer /i.test(words) || !realm.startsWith('https://')) return undefined;
	const url = new URL(realm);
	for (const [name, value] of Object.entries(rest)) url.searchParams.set(name, value);
	const answer = await get(url);
	const {token, access_token} = (answer.ok ? await answer.json() : {}) as {token?: string; access_token?: string};
	return token ?? access_token;
}

/**
 * What the publisher of a candidate says its content must match: the SHA-512 beside an archive, 128 hexadecimal digits, or the digest
 * its registry has for a tag, `sha256:…`. Asked from this computer, to be shown to the person who pins it.
 * @throws SetupError (exit 1) where it does not tell
 */
export async function publishedChecksum(
	source: Verifiable,
	signal: AbortSignal,
	ask: typeof fetch = fetch,
): Promise<string> {
	const get = (url: URL | string, init: RequestInit = {}) =>
		ask(url, {...init, signal: AbortSignal.any([signal, AbortSignal.timeout(patience)])});
	const silent = (where: string, why: string, error?: unknown) =>
		new SetupError({
			cause: `${where} could not be asked from this computer: ${why}.`,
			fix: 'Type what its publisher says, or see "mesos-setup doctor", which asks from the hosts.',
			exitCode: 1,
			error,
		});
	const what = source.kind === 'archive' ? `${source.url}.sha512` : `the registry of ${source.ref}`;
	try {
		if (source.kind === 'archive') {
			const answer = await get(what);
			const [hex] = answer.ok ? (/\b[0-9a-f]{128}\b/i.exec(await answer.text()) ?? []) : [];
			if (!hex) throw silent(what, answer.ok ? 'its answer holds no SHA-512' : `it answers ${answer.status}`);
			return hex.toLowerCase();
		}
		const {registry, repository, reference} = readReference(source.ref);
		const url = `https://${registry}/v2/${repository}/manifests/${reference}`;
		const look = (headers: Record<string, string>) =>
			get(url, {method: 'HEAD', headers: {accept: manifests, ...headers}});
		let answer = await look({});
		const token = answer.status === 401 ? await tokenFor(answer, get) : undefined;
		if (token !== undefined) answer = await look({authorization: `Bearer ${token}`});
		const digest = answer.ok ? (answer.headers.get('docker-content-digest') ?? '') : '';
		if (/^sha256:[0-9a-f]{64}$/.test(digest)) return digest;
		throw silent(what, answer.ok ? 'its answer holds no digest' : `it answers ${answer.status}`);
	} catch (error) {
		if (error instanceof SetupError || signal.aborted) throw error;
		const {message, cause} = error as Error;
		throw silent(what, cause instanceof Error ? cause.message : message, error);
	}
}
