import {expect, test} from 'vitest';
import {judgeRoles} from '../../../../source/pipeline/doctor/judge-roles.ts';
import {judgeSources} from '../../../../source/pipeline/doctor/judge-sources.ts';
import {parseSourceProbe, sourceScript} from '../../../../source/pipeline/doctor/source-probe.ts';
import {readReference, type Wanted, wantedBy} from '../../../../source/pipeline/doctor/wanted.ts';
import {cluster, facts, host} from '../../roles/cluster-fixture.ts';
import {complaintsOf} from './fixtures.ts';

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const gzip = Buffer.from('1f8b0800000000000403', 'hex');

const whole = cluster(1, 1);
const repo = {id: 'own', baseurl: 'https://repo.example/$basearch/', gpgkey: 'https://repo.example/KEY'};
whole.sources.mesos = {kind: 'package', name: 'mesos', version: '1.11.0', build: 'clusterd', repo};
const wanted = wantedBy(judgeRoles(host('master-1', 'master', '10.0.1.11'), whole, facts()).planned);
const idOf = (kind: Wanted['kind'], name?: string) =>
	wanted.find(one => one.kind === kind && (name === undefined || one.name === name))?.id;

/** What came of one wanted thing; all others are not told of. */
const judge = (id: string | undefined, ...lines: string[]) =>
	judgeSources(wanted, parseSourceProbe(`@ ${id}\n${lines.join('\n')}\n`));

test('all that a master fetches is wanted once, by the name of its component', () => {
	expect(wanted.map(({kind, name}) => `${kind} ${name}`).sort()).toEqual([
		'archive source zookeeper',
		'image source chronos',
		'image source marathon',
		'key key of own',
		'packages packages',
		'repository source mesos',
	]);
});

test.each([
	['mesosphere/marathon:v1', 'registry-1.docker.io mesosphere/marathon v1'],
	['busybox', 'registry-1.docker.io library/busybox latest'],
	['docker.io/busybox:1', 'registry-1.docker.io library/busybox 1'],
	['10.0.0.1:5000/a/b:v2', '10.0.0.1:5000 a/b v2'],
	['quay.io/a/b', 'quay.io a/b latest'],
	['localhost/a', 'localhost a latest'],
])('the reference %s', (ref, expected) => {
	expect(Object.values(readReference(ref)).join(' ')).toBe(expected);
});

test('credentials in an address never stand in a command line or a message', () => {
	const url = new URL('https://ada:secret@mirror.example/z.tar.gz?signature=secret');
	const [archive] = wanted.filter(one => one.kind === 'archive');
	if (!archive) throw new Error('no archive');
	const one = {...archive, url};
	const script = sourceScript([one], {packages: 'dnf', services: 'systemd'});
	const lines = script.split('\n').filter(line => line.includes('secret'));
	expect(lines).toEqual(['url = "https://ada:secret@mirror.example/z.tar.gz?signature=secret"']);
	const [check] = judgeSources([one], parseSourceProbe(`@ ${one.id}\ncode 404\nexit 0\n`));
	expect(check?.detail).toBe('https://mirror.example/z.tar.gz is not there (HTTP 404).');
});

const head = (...lines: string[]) => `head ${base64(['HTTP/1.1 206 Partial Content', ...lines, '', ''].join('\r\n'))}`;
const fine = ['code 206', 'exit 0', head('Content-Range: bytes 0-9/8388608')];

test('an archive that is one, with its size', () => {
	const [check] = judge(idOf('archive'), ...fine, `body ${base64(gzip)}`);
	expect(check).toMatchObject({status: 'ok', detail: expect.stringMatching(/zookeeper.*tar\.gz, 8 MB$/)});
});

test.each<[string, string[], RegExp]>([
	['gone', ['code 404', 'exit 0'], /is not there \(HTTP 404\).*moved or removed/],
	['forbidden', ['code 403', 'exit 0'], /not given out \(HTTP 403\)/],
	['out of order', ['code 503', 'exit 0'], /answers HTTP 503/],
	['without a name', ['unresolved mirror.example'], /host name mirror\.example has no address.*resolv\.conf/],
	[
		'refused',
		['code 000', 'exit 7', `said ${base64('curl: (7) Failed to connect')}`],
		/cannot be reached from this host: nothing listens/,
	],
	['in silence', ['code 000', 'exit 28'], /cannot be reached from this host: no answer in time.*NAT gateway/],
	[
		'not trusted',
		['code 000', 'exit 60', `said ${base64('curl: (60) SSL certificate problem: self-signed')}`],
		/certificate is not trusted.*self-signed.*update-ca-trust/,
	],
	['a web page', [...fine, `body ${base64('\n<!DOCTYPE html><title>Login')}`], /web page instead of an archive/],
	[
		'a page by its type',
		['code 200', 'exit 0', head('Content-Type: text/html'), `body ${base64('Sorry!')}`],
		/web page/,
	],
	['empty', ['code 200', 'exit 0', 'body '], /empty file/],
	[
		'something else',
		[...fine, `body ${base64('PK\u0003\u0004zip file')}`],
		/no archive that tar reads.*begins with "PK/,
	],
])('an archive that is %s', (_, lines, expected) => {
	const found = complaintsOf(judge(idOf('archive'), ...lines)).filter(line => line.startsWith('failed source'));
	expect(found).toEqual([expect.stringMatching(expected)]);
	expect(found[0]).toContain('sources.zookeeper');
});

test('what is on the host already is not missed', () => {
	expect(complaintsOf(judge(idOf('archive'), 'present'))).toEqual([]);
});

test('names without an address are told once more, all together', () => {
	expect(complaintsOf(judge(idOf('image', 'source marathon'), 'unresolved registry.example'))).toEqual([
		expect.stringMatching(/^failed name resolution: registry\.example has no address/),
		expect.stringMatching(/^failed source marathon: .*registry\.example has no address/),
	]);
});

test('an image: there, not there, not allowed, too often', () => {
	const id = idOf('image', 'source marathon');
	expect(complaintsOf(judge(id, 'code 200', 'exit 0'))).toEqual([]);
	const says = (...lines: string[]) => complaintsOf(judge(id, ...lines))[0];
	expect(says('code 404', 'exit 0')).toMatch(
		/registry-1\.docker\.io has no mesosphere\/marathon with sha256:d+ .*ref and digest/,
	);
	expect(says('code 401', 'exit 0')).toMatch(/not given out \(HTTP 401\)/);
	expect(says('code 429', 'exit 0')).toMatch(/too many requests/);
});

const listing = (expiry: string, validity = '-', use = 'scSC') =>
	`keys ${base64(`pub:${validity}:3072:1:933FB38C6C2D57D5:1695425722:${expiry}::-:::${use}::::::23::0:\nuid:-::::1::X::Mesos packager <m@x.invalid>::::::::::0:\n`)}`;
const key = ['code 200', 'exit 0', `body ${base64('-----BEGIN PGP PUBLIC KEY BLOCK-----')}`, 'now 1800000000'];

test.each<[string, string[], RegExp | undefined]>([
	['without end', [...key, listing('')], undefined],
	['for a year to come', [...key, listing('1831536000')], undefined],
	['for a week to come', [...key, listing('1800600000')], /^warn key of own: It expires soon/],
	[
		'expired',
		[...key, listing('1790553600')],
		/^failed key of own: .*expired: 933FB38C6C2D57D5 \(Mesos packager <m@x\.invalid>\) on 2026-09-28/,
	],
	['revoked', [...key, listing('', 'r')], /^failed key of own: .*revoked/],
	['no key', [...key, 'keys '], /^failed key of own: .*no OpenPGP public key/],
	['a page', [...key.slice(0, 2), `body ${base64('<html>')}`], /^failed key of own: .*web page/],
	['gone', ['code 404', 'exit 0'], /^failed key of own: .*KEY is not there.*gpgkey of the repository own/],
	['not judged without gpg', key, /^warn key of own: .*no gpg/],
])('a signing key that is %s', (_, lines, expected) => {
	expect(complaintsOf(judge(idOf('key'), ...lines))).toEqual(expected ? [expect.stringMatching(expected)] : []);
});

test('packages come from any of the repositories, in the version asked for', () => {
	const answers = (own: string) =>
		parseSourceProbe(`@ p
wanted docker mesos-1.11.0
exit 0
found docker|25.0|1.amzn2023|1048576
@ ${idOf('repository')}
wanted docker mesos-1.11.0
exit 0
${own}
`);
	const good = judgeSources(wanted, answers('found mesos|1.11.0|2.amzn2023|1048576'));
	expect(complaintsOf(good)).toEqual([]);
	expect(good.at(-1)?.detail).toBe('2 to install, 2 MB and what they need');
	expect(complaintsOf(judgeSources(wanted, answers('found mesos|1.10.0|1|9')))).toEqual([
		expect.stringMatching(/^failed packages: No repository of this host has mesos-1\.11\.0\. .*"sources"/),
	]);
});

test('a repository that is not there, and one that hangs', () => {
	const said = `Errors during downloading metadata for repository 'doctor-own':
  - Status code: 404 for https://repo.example/x86_64/repodata/repomd.xml (IP: 10.1.1.1)
Error: Failed to download metadata for repo 'doctor-own': Cannot download repomd.xml`;
	const id = idOf('repository');
	expect(complaintsOf(judge(id, 'wanted mesos-1.11.0', 'exit 1', `said ${base64(said)}`))).toEqual([
		expect.stringMatching(
			/^failed repository own: .*HTTP 404 for https:\/\/repo\.example\/x86_64\/repodata\/repomd\.xml.*baseurl/,
		),
	]);
	expect(complaintsOf(judge(id, 'wanted mesos-1.11.0', 'exit 124'))[0]).toContain('no answer within 80 s');
});

test('with apt, the words are apt’s and versions are compared without epoch and revision', () => {
	const answer = (...lines: string[]) => parseSourceProbe(`@ p\n${['manager apt', ...lines].join('\n')}\n`);
	const only = wanted.filter(({kind}) => kind === 'packages');
	const good = judgeSources(only, answer('wanted mesos-1.11.0', 'found mesos|1.11.0|0.9.0|1048576', 'exit 0'));
	expect(good).toMatchObject([{status: 'ok', detail: expect.stringContaining('1 to install')}]);
	const [missing] = judgeSources(only, answer('wanted mesos-1.12.0', 'found mesos|1.11.0|0.9.0|1', 'exit 0'));
	expect(missing).toMatchObject({status: 'failed', fix: expect.stringContaining('apt-cache policy')});
	const said = base64(
		"W: GPG error: http://a x InRelease: EXPKEYSIG 0123\nE: The repository 'http://a x InRelease' is not signed.",
	);
	const [expired] = judgeSources(only, answer('wanted mesos', 'exit 100', `said ${said}`));
	expect(expired?.detail).toMatch(/apt cannot use the repositories of this host: the key .* has expired/);
});

test('apt tries a repository with its own key: an expired one is named, and no gpg is missed on the host', () => {
	const [repository] = wanted.filter(({kind}) => kind === 'repository');
	const [key] = wanted.filter(({kind}) => kind === 'key');
	if (!repository || !key) throw new Error('no repository');
	const line = 'W: GPG error: http://a x InRelease: The following signatures were invalid: EXPKEYSIG 0123 Owner <o@a>';
	const said = base64(`${line}\nE: The repository 'http://a x InRelease' is not signed.`);
	const checks = judgeSources(
		[key, repository],
		parseSourceProbe(
			`@ ${key.id}\ncode 200\nexit 0\nbody ${base64('-----BEGIN PGP PUBLIC KEY BLOCK-----')}\n` +
				`@ ${repository.id}\nmanager apt\nwanted mesos-1.11.0\nexit 100\nsaid ${said}\n`,
		),
	);
	expect(checks[0]).toMatchObject({check: 'key of own', status: 'ok'});
	expect(checks[1]).toMatchObject({
		check: 'repository own',
		status: 'failed',
		detail: `https://repo.example/$basearch/ cannot be used: the key that signs a repository has expired (${line}).`,
		fix: expect.stringContaining('renewed key'),
	});
	const system = {packages: 'apt', services: 'systemd', suite: 'bookworm'} as const;
	expect(sourceScript([repository], system)).toContain(`' 'bookworm' <<'END'\nurl = "https://repo.example/KEY"\nEND`);
});
