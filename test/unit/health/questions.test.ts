import {createServer} from 'node:http';
import {type AddressInfo, connect} from 'node:net';
import {duplexPair, PassThrough} from 'node:stream';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {z} from 'zod';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {askHttp, parseAnswer} from '../../../source/health/http.ts';
import type {Reach} from '../../../source/health/reach.ts';
import {reasonOf} from '../../../source/health/stream.ts';
import {interfaceUrls} from '../../../source/health/urls.ts';
import {askZookeeper} from '../../../source/health/zookeeper.ts';
import {FakeHosts} from './fake-hosts.ts';
import {testCluster} from './test-cluster.ts';

let hosts: FakeHosts;
beforeEach(() => {
	hosts = new FakeHosts();
});
afterEach(() => {
	vi.useRealTimers();
	hosts.close();
});

describe('askHttp', () => {
	test('sends method, path, query and JSON, and returns status and body', async () => {
		await hosts.http('one', 80, {
			'PUT /v2/apps/x': ({query, json}) => ({status: 201, body: JSON.stringify({force: query.get('force'), json})}),
		});
		const question = {method: 'PUT', path: '/v2/apps/x?force=true', json: {name: 'Mälaren'}} as const;
		const answer = await askHttp(hosts.reach, 'one', 80, question);
		expect(answer.status).toBe(201);
		expect(JSON.parse(answer.body)).toEqual({force: 'true', json: {name: 'Mälaren'}});
	});

	test.each([
		['//master-2:5050/master/state', 'master-2'],
		['http://10.0.1.10:5050', '10.0.1.10'],
		['/relative', undefined],
		['http://[broken', undefined],
	])('names the host of the Location %s and does not go there', async (location, host) => {
		await hosts.http('one', 5050, {'GET /redirect': {status: 307, headers: {location}}});
		expect((await askHttp(hosts.reach, 'one', 5050, {path: '/redirect'})).locationHost).toBe(host);
		expect(hosts.requests).toHaveLength(1);
	});

	test('works over a stream that is no socket, as an ssh channel is', async () => {
		const [near, far] = duplexPair();
		const server = createServer((request, response) => void request.pipe(response));
		server.emit('connection', far);
		const answer = await askHttp(async () => near, 'one', 80, {method: 'POST', path: '/', json: [1]});
		expect(answer).toMatchObject({status: 200, body: '[1]'});
	});

	test('ends its stream', async () => {
		await hosts.http('one', 80, {'GET /': {status: 200, body: 'x'.repeat(100_000)}});
		const streams: {destroyed: boolean}[] = [];
		const reach: Reach = async (host, port) => {
			const stream = await hosts.reach(host, port);
			streams.push(stream);
			return stream;
		};
		await askHttp(reach, 'one', 80, {path: '/'});
		expect(streams.map(({destroyed}) => destroyed)).toEqual([true]);
	});

	test('gives up after 5 s, and closes a stream that opens later', async () => {
		vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
		let open: (stream: PassThrough) => void = () => {};
		const late = new PassThrough();
		const asking = askHttp(() => new Promise(resolve => (open = resolve)), 'one', 5050, {path: '/'});
		const rejected = expect(asking).rejects.toThrow('no answer on port 5050 within 5 s');
		await vi.advanceTimersByTimeAsync(4_999);
		await vi.advanceTimersByTimeAsync(1);
		await rejected;
		open(late);
		await vi.waitFor(() => expect(late.destroyed).toBe(true));
	});

	test('refuses an answer that does not end', async () => {
		const chunk = Buffer.alloc(1024 * 1024);
		let sent = 0;
		const server = createServer((_, response) => {
			const more = () => {
				for (let room = true; room && !response.destroyed; sent += chunk.length) room = response.write(chunk);
			};
			response.on('drain', more).on('error', () => {});
			more();
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		const reach: Reach = async () => connect((server.address() as AddressInfo).port, '127.0.0.1');
		await expect(askHttp(reach, 'one', 80, {path: '/'})).rejects.toThrow('larger than 16 MiB');
		expect(sent).toBeLessThan(64 * 1024 * 1024);
		server.close();
	});

	test('says when the connection ends in the middle of an answer', async () => {
		const server = createServer((_, response) => {
			response.writeHead(200, {'content-length': 100}).write('half');
			setImmediate(() => response.destroy());
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		const reach: Reach = async () => connect((server.address() as AddressInfo).port, '127.0.0.1');
		const reason = await askHttp(reach, 'one', 80, {path: '/'}).catch(reasonOf);
		expect(reason).toBe('the connection was closed before an answer came');
		server.close();
	});
});

describe('parseAnswer', () => {
	const schema = z.object({leader: z.string()});

	test('ignores what it does not need', () => {
		expect(parseAnswer({status: 200, body: '{"leader":"a:1","more":{}}'}, schema)).toEqual({leader: 'a:1'});
	});

	test.each([
		[{status: 503, body: 'No leader elected'}, 'answered 503, "No leader elected"'],
		[{status: 404, body: '<html>'}, 'answered 404'],
		[{status: 307, body: '', locationHost: 'master-1'}, 'answered 307, redirects to master-1'],
		[{status: 200, body: '<html>'}, 'answered something that is not JSON'],
		[{status: 200, body: '{"leader":1}'}, 'answered JSON of another shape'],
	])('says what is wrong with %j', (answer, reason) => {
		expect(() => parseAnswer(answer, schema)).toThrow(reason);
	});
});

describe('askZookeeper', () => {
	test.each([
		['leader', 'leader'],
		['follower', 'follower'],
		['standalone', 'standalone'],
		['no-quorum', 'not-serving'],
	] as const)('a server recorded as %s is %s', async (state, mode) => {
		await hosts.zookeeper('one', state);
		expect((await askZookeeper('one', hosts.reach)).mode).toBe(mode);
	});

	test('a closed port is unreachable', async () => {
		expect(await askZookeeper('one', hosts.reach)).toEqual({mode: 'unreachable', detail: 'connection refused'});
	});

	test('a host without a connection gives that as its reason', async () => {
		const lost = new SetupError({host: 'one', cause: 'The connection was lost.', fix: 'Run it again.', exitCode: 1});
		const answer = await askZookeeper('one', () => Promise.reject(lost));
		expect(answer).toEqual({mode: 'unreachable', detail: 'The connection was lost'});
	});

	test('another protocol on its port is no ZooKeeper', async () => {
		await hosts.http('one', 2181, {});
		expect((await askZookeeper('one', hosts.reach)).mode).toBe('not-serving');
	});
});

describe('interfaceUrls', () => {
	test('lists the masters by the address a browser reaches, leaders first', () => {
		const urls = interfaceUrls(testCluster(2), {mesos: 'master-2', marathon: 'master-1'});
		expect(urls.map(({name, url, leads}) => `${name} ${url}${leads ? ' leads' : ''}`)).toEqual([
			'Mesos http://ec2-master-2.example:5050/ leads',
			'Mesos http://ec2-master-1.example:5050/',
			'Marathon http://ec2-master-1.example:8080/ leads',
			'Marathon http://ec2-master-2.example:8080/',
			'Chronos http://ec2-master-1.example:8081/',
			'Chronos http://ec2-master-2.example:8081/',
		]);
	});

	test('leaves out a framework that is not installed', () => {
		const cluster = testCluster(1);
		cluster.frameworks.chronos = false;
		expect(interfaceUrls(cluster, {}).map(({name}) => name)).toEqual(['Mesos', 'Marathon']);
	});
});
