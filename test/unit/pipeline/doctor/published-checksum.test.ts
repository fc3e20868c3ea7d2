import {describe, expect, test} from 'vitest';
import {publishedChecksum} from '../../../../source/pipeline/doctor/published-checksum.ts';

const {signal} = new AbortController();
const archive = {kind: 'archive', url: 'https://archive.example/zookeeper.tar.gz'} as const;
const image = {kind: 'image', ref: 'mesosphere/marathon:v1.11.24'} as const;
const hex = 'AB'.repeat(64);
const digest = `sha256:${'d'.repeat(64)}`;

type Asked = {url: string; method: string; authorization: string | null};

/** A web of one function, and what it was asked. */
function web(answer: (asked: Asked) => Response): {asked: Asked[]; ask: typeof fetch} {
	const asked: Asked[] = [];
	return {
		asked,
		ask: async (input, {method = 'GET', headers} = {}) => {
			const one = {url: String(input), method, authorization: new Headers(headers).get('authorization')};
			asked.push(one);
			return answer(one);
		},
	};
}

describe('an archive', () => {
	test('has its SHA-512 beside it, whatever else stands there', async () => {
		const {asked, ask} = web(() => new Response(`${hex}  zookeeper.tar.gz\n`));
		expect(await publishedChecksum(archive, signal, ask)).toBe(hex.toLowerCase());
		expect(asked.map(({url}) => url)).toEqual(['https://archive.example/zookeeper.tar.gz.sha512']);
	});

	test.each([
		['answers 404', () => new Response('no', {status: 404})],
		['holds no SHA-512', () => new Response('<html>log in</html>')],
	])('whose publisher %s is named, with what to do', async (why, answer) => {
		await expect(publishedChecksum(archive, signal, web(answer).ask)).rejects.toMatchObject({
			reason: expect.stringMatching(new RegExp(`zookeeper\\.tar\\.gz\\.sha512 .*${why}`)),
			fix: expect.stringContaining('doctor'),
		});
	});

	test('whose publisher cannot be reached says why', async () => {
		const ask = async () => {
			throw new TypeError('fetch failed', {cause: new Error('getaddrinfo ENOTFOUND archive.example')});
		};
		await expect(publishedChecksum(archive, signal, ask)).rejects.toMatchObject({
			reason: expect.stringContaining('ENOTFOUND archive.example'),
		});
	});
});

describe('an image', () => {
	const found = () => new Response(null, {headers: {'docker-content-digest': digest}});
	const bearer =
		'Bearer realm="https://auth.example/token",service="registry",scope="repository:mesosphere/marathon:pull"';
	const refusal = (challenge = bearer) => new Response(null, {status: 401, headers: {'www-authenticate': challenge}});

	test('has the digest of its tag, for which Docker Hub first wants a token', async () => {
		const {asked, ask} = web(({url, authorization}) => {
			if (url.startsWith('https://auth.example/')) return Response.json({token: 'word'});
			return authorization === 'Bearer word' ? found() : refusal();
		});
		expect(await publishedChecksum(image, signal, ask)).toBe(digest);
		const manifest = 'https://registry-1.docker.io/v2/mesosphere/marathon/manifests/v1.11.24';
		expect(asked.map(({method, url}) => `${method} ${url}`)).toEqual([
			`HEAD ${manifest}`,
			'GET https://auth.example/token?service=registry&scope=repository%3Amesosphere%2Fmarathon%3Apull',
			`HEAD ${manifest}`,
		]);
	});

	test('of a registry that lets everybody in needs none', async () => {
		const {asked, ask} = web(found);
		expect(await publishedChecksum({kind: 'image', ref: 'reg.example:5000/marathon:1'}, signal, ask)).toBe(digest);
		expect(asked.map(({url}) => url)).toEqual(['https://reg.example:5000/v2/marathon/manifests/1']);
	});

	test.each([
		['a password', refusal('Basic realm="x"')],
		['a token from a place without TLS', refusal('Bearer realm="http://auth.example/token"')],
	])('of a registry that wants %s is not told', async (_, answer) => {
		const {asked, ask} = web(() => answer);
		await expect(publishedChecksum(image, signal, ask)).rejects.toMatchObject({
			reason: expect.stringContaining('it answers 401'),
		});
		expect(asked).toHaveLength(1);
	});
});
