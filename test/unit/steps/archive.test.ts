import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {createServer, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {archive} from '../../../source/steps/archive.ts';
import {Sandbox, shellsWithPath, shown} from './shells.ts';
import {hardLinked, linked, packed, renamed, special, tarball, throughLink} from './tarballs.ts';

type Answer = (response: ServerResponse, range: number) => void;
let server: Server;
let answer: Answer;
let requests: (string | undefined)[] = [];

beforeAll(async () => {
	server = createServer((request, response) => {
		requests.push(request.headers.range);
		answer(response, Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
	server.close();
	server.closeAllConnections();
});
beforeEach(() => {
	requests = [];
});

describe.each(shellsWithPath)('archive under %s', (...shell) => {
	test('is downloaded, unpacked without its leading folder and linked; then complies', async () => {
		const host = new Sandbox();
		const content = tarball(
			host,
			['zookeeper-3.8/bin/zk.sh', 'zookeeper-3.8/.hidden', 'zookeeper-3.8/lib/a.jar'],
			() => {
				symlinkSync('../lib/a.jar', host.path('tree/zookeeper-3.8/bin/jar'));
			},
		);
		const script = step(host, content);
		answer = whole(content);
		expect(host.check(shell, script.check)).toMatchObject({status: 1, stdout: '', stderr: ''});
		expect(await host.applyAsync(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stdout: '', stderr: ''});
		expect(readlinkSync(host.path('opt/zookeeper'))).toBe(host.path('opt/zookeeper-1'));
		expect(readdirSync(host.path('opt/zookeeper')).sort()).toEqual(['.hidden', '.mesos-setup-archive', 'bin', 'lib']);
		expect(readFileSync(host.path('opt/zookeeper/bin/jar'), 'utf8')).toBe('zookeeper-3.8/lib/a.jar');
		expect(statSync(host.path('opt/zookeeper')).mode & 0o7777).toBe(0o755);
		expect(readdirSync(host.path('opt')).sort()).toEqual(['zookeeper', 'zookeeper-1']);
		expect(readdirSync(host.path('cache'))).toEqual([]);
		expect(statSync(host.path('cache')).mode & 0o7777).toBe(0o700);
	});

	test('a new version switches the link and keeps the old one', async () => {
		const host = new Sandbox();
		const first = tarball(host, ['a/one']);
		answer = whole(first);
		expect(await host.applyAsync(shell, step(host, first).apply)).toMatchObject({status: 0});
		const second = tarball(host, ['b/two', 'b/three']);
		const script = step(host, second, 'zookeeper-2');
		answer = whole(second);
		expect(host.check(shell, script.check).status).toBe(1);
		expect(shown(host.check(shell, script.show ?? ''))[0]).toBe(`${host.path('opt/zookeeper-1')}\n`);
		expect(await host.applyAsync(shell, script.apply)).toMatchObject({status: 0});
		expect(host.check(shell, script.check).status).toBe(0);
		expect(host.check(shell, step(host, first).check).status).toBe(1);
		expect(existsSync(host.path('opt/zookeeper-1/one'))).toBe(true);
		requests = [];
		expect(await host.applyAsync(shell, step(host, first).apply)).toMatchObject({status: 0});
		expect(requests).toEqual([]);
		expect(readlinkSync(host.path('opt/zookeeper'))).toBe(host.path('opt/zookeeper-1'));
	});

	test('a folder without its mark is replaced as a whole', async () => {
		const host = new Sandbox();
		const content = tarball(host, ['a/one', 'two']);
		mkdirSync(host.path('opt/zookeeper-1/half'), {recursive: true});
		answer = whole(content);
		expect(await host.applyAsync(shell, step(host, content).apply)).toMatchObject({status: 0, stderr: ''});
		expect(readdirSync(host.path('opt/zookeeper-1')).sort()).toEqual(['.mesos-setup-archive', 'a', 'two']);
	});

	test('goes on where an earlier run was cut off, and starts anew when that leads nowhere', async () => {
		const host = new Sandbox();
		const content = tarball(host, ['a/one']);
		const script = step(host, content);
		mkdirSync(host.path('cache'));
		writeFileSync(host.path(`cache/${sha256(content)}.part`), content.subarray(0, 40));
		answer = whole(content);
		expect(await host.applyAsync(shell, script.apply)).toMatchObject({status: 0});
		expect(requests).toEqual(['bytes=40-']);
		requests = [];
		const other = tarball(host, ['a/other']);
		writeFileSync(host.path(`cache/${sha256(other)}.part`), 'something else entirely');
		answer = whole(other);
		expect(await host.applyAsync(shell, step(host, other, 'zookeeper-2').apply)).toMatchObject({status: 0});
		expect(requests).toEqual(['bytes=23-', undefined]);
	});

	test('a server that cannot resume sends the whole again', async () => {
		const host = new Sandbox();
		const content = tarball(host, ['a/one']);
		mkdirSync(host.path('cache'));
		writeFileSync(host.path(`cache/${sha256(content)}.part`), content.subarray(0, 40));
		answer = sent(content);
		expect(await host.applyAsync(shell, step(host, content).apply)).toMatchObject({status: 0});
		expect(requests).toEqual(['bytes=40-', undefined]);
	});

	test('a download that was complete is not repeated', async () => {
		const host = new Sandbox();
		const content = tarball(host, ['a/one']);
		mkdirSync(host.path('cache'));
		writeFileSync(host.path(`cache/${sha256(content)}.part`), content);
		expect(await host.applyAsync(shell, step(host, content).apply)).toMatchObject({status: 0});
		expect(requests).toEqual([]);
	});

	test('a connection that drops in the middle is taken up again', async () => {
		const host = new Sandbox();
		const content = tarball(host, ['a/one']);
		answer = (response, range) => {
			if (range > 0) return whole(content)(response, range);
			response.writeHead(200, {'content-length': content.length});
			response.write(content.subarray(0, 50), () => response.destroy());
		};
		expect(await host.applyAsync(shell, step(host, content).apply)).toMatchObject({status: 0});
		expect(requests).toEqual([undefined, 'bytes=50-']);
	});

	test.each<[string, RegExp, (content: Buffer) => Answer]>([
		[
			'a web page',
			/gives a web page of \d+ bytes instead of an archive/,
			() => sent('\n<!DOCTYPE html><p>Sign in</p>'),
		],
		['a page in capitals', /gives a web page/, () => sent('<HTML><body>moved</body></HTML>')],
		['a truncated file', /gives \d+ bytes that are no whole archive/, content => sent(content.subarray(0, 100))],
		['an empty file', /is an empty file/, () => sent('')],
		[
			'an archive, but another',
			/not the expected one: expected checksum [0-9a-f]{64}, found/,
			() => sent(packed(new Sandbox(), [], ['--files-from=/dev/null'])),
		],
		['nothing at that address', /does not give out http:\/\/127/, () => response => response.writeHead(404).end()],
		[
			'less than announced, again and again',
			/cut off three times/,
			content => response => {
				response.writeHead(200, {'content-length': content.length});
				response.write(content.subarray(0, 50), () => response.destroy());
			},
		],
	])('names %s', async (_, sentence, faulty) => {
		const host = new Sandbox();
		const content = tarball(host, ['a/one']);
		const script = step(host, content);
		answer = faulty(content);
		const run = await host.applyAsync(shell, script.apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toMatch(sentence);
		expect(run.stdout + run.stderr).not.toContain('secret');
		expect(existsSync(host.path('opt'))).toBe(false);
		answer = whole(content);
		expect(await host.applyAsync(shell, script.apply)).toMatchObject({status: 0});
		expect(host.check(shell, script.check).status).toBe(0);
	});

	test('a host that cannot be reached is named', async () => {
		const host = new Sandbox();
		const run = await host.applyAsync(shell, step(host, Buffer.from('x'), 'a', 'http://127.0.0.1:9/x.tgz').apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toContain('http://127.0.0.1:9/x.tgz cannot be reached from this host');
	});

	test.each<[string, RegExp, (host: Sandbox) => Buffer]>([
		['..', /an entry outside its own folder: /, host => renamed(host, 'x', 'a/../../canary')],
		['an absolute path', /an entry outside its own folder: /, host => renamed(host, 'x', `${host.path('')}canary`)],
		['.. as the name of a folder', /an entry outside/, host => renamed(host, 'x', '..')],
		['a link with an absolute target', /a link that leaves its folder: /, host => linked(host, '/etc/passwd')],
		['a link with too many ..', /a link that leaves its folder: /, host => linked(host, '../../x')],
		['a link into a sibling of its own folder', /a link that leaves its folder/, host => linked(host, '../other')],
		['a link whose name hides its target', /a link that leaves/, host => linked(host, '/etc/passwd', 'a -> b" -> "c')],
		['a link whose target looks harmless at the end', /a link that leaves/, host => linked(host, '/etc" -> "x')],
		['a link that leaves by way of another', /a link that leaves its folder/, host => throughLink(host)],
		['a pipe', /no file, folder or link/, host => special(host)],
		['a hard link to a file outside', /a link that leaves its folder: /, host => hardLinked(host)],
	])('refuses %s', async (_, sentence, make) => {
		const host = new Sandbox();
		const content = make(host);
		answer = whole(content);
		const run = await host.applyAsync(shell, step(host, content).apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toMatch(sentence);
		expect(existsSync(host.path('canary'))).toBe(false);
		expect(existsSync(host.path('opt/zookeeper'))).toBe(false);
		expect(existsSync(host.path('opt/zookeeper-1'))).toBe(false);
		expect(readdirSync(host.path('cache'))).toEqual([]);
	});

	test('special bits do not survive, and a mark of its own deceives nobody', async () => {
		const host = new Sandbox();
		const content = tarball(host, ['a/tool'], () => {
			spawnSync('chmod', ['6777', host.path('tree/a/tool')]);
			symlinkSync('tool', host.path('tree/a/.mesos-setup-archive'));
		});
		answer = whole(content);
		expect(await host.applyAsync(shell, step(host, content).apply)).toMatchObject({status: 0});
		expect(statSync(host.path('opt/zookeeper/tool')).mode & 0o7777).toBe(0o755);
		expect(readFileSync(host.path('opt/zookeeper/tool'), 'utf8')).toBe('a/tool');
		expect(host.check(shell, step(host, content).check).status).toBe(0);
	});

	test('a folder in the place of the link is refused before anything is downloaded', async () => {
		const host = new Sandbox();
		mkdirSync(host.path('opt/zookeeper/precious'), {recursive: true});
		const run = await host.applyAsync(shell, step(host, Buffer.from('x')).apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toContain('is a folder, and a link must be there');
		expect(requests).toEqual([]);
	});
});

test.each([
	'ftp://a/b',
	'file:///etc/passwd',
	'http://a/b c',
	'http://a/\nurl = "file:///etc/passwd"',
	'',
	'-o /etc/x',
])('refuses the address %j', url => {
	expect(() => step({path: name => `/${name}`} as Sandbox, Buffer.from(''), 'a', url)).toThrow(
		'is no http or https address',
	);
});

function step(host: Sandbox, content: Buffer, name = 'zookeeper-1', url?: string) {
	const {port} = server.address() as AddressInfo;
	return archive(
		{
			url: url ?? `http://me:secret@127.0.0.1:${port}/it's/%22a%22.tgz?signature=secret`,
			checksum: {algorithm: 'sha256', hex: sha256(content)},
			directory: host.path(`opt/${name}`),
			link: host.path('opt/zookeeper'),
		},
		host.path('cache'),
	);
}

function sha256(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}

function whole(content: Buffer): Answer {
	return (response, from) => {
		if (from >= content.length) return response.writeHead(416).end();
		response.writeHead(from > 0 ? 206 : 200, {
			'content-length': content.length - from,
			...(from > 0 && {'content-range': `bytes ${from}-${content.length - 1}/${content.length}`}),
		});
		return response.end(content.subarray(from));
	};
}

/** A server that cannot resume. */
function sent(content: Buffer | string): Answer {
	return response => response.end(content);
}
