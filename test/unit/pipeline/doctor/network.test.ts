import {spawn} from 'node:child_process';
import {type AddressInfo, createServer} from 'node:net';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {judgeNetwork} from '../../../../source/pipeline/doctor/judge-network.ts';
import {
	type Attempt,
	connectScript,
	earsOf,
	listenScript,
	parseAttempts,
	parseListening,
	type Route,
	routesOf,
	stopScript,
} from '../../../../source/pipeline/doctor/network.ts';
import {cluster} from '../../roles/cluster-fixture.ts';
import {complaintsOf, probeWith} from './fixtures.ts';

const whole = cluster(3, 2);
const [master, , , slave] = whole.hosts;
if (!master || !slave) throw new Error('no hosts');

const routes = (from: string, to: string) =>
	routesOf(whole.hosts, whole)
		.filter(route => route.from === from && route.to === to)
		.map(({port}) => port)
		.sort((a, b) => a - b);

test('everybody must reach the masters, the masters the slaves, nobody himself', () => {
	expect(routes('master-1', 'master-2')).toEqual([2181, 2888, 3888, 5050, 8080, 8081, 8090, 8091]);
	expect(routes('slave-1', 'master-2')).toEqual([2181, 5050, 8090, 8091]);
	expect(routes('master-1', 'slave-2')).toEqual([5051, 31_000]);
	expect(routes('slave-1', 'slave-2')).toEqual([]);
	expect(routes('master-1', 'master-1')).toEqual([]);
});

test('a large cluster is tried in part', () => {
	const large = cluster(3, 1000);
	const own = routesOf(large.hosts, large).filter(({from}) => from === 'master-1');
	expect(own.length).toBe(2 * 8 + 200 * 2);
});

test('a stand-in takes no port of an installed daemon, of a process, nor while another run is at work', () => {
	const free = (units: Record<string, string>, section: string, ...lines: string[]) =>
		earsOf(master, whole, units, probeWith(section, ...lines));
	expect(free({}, 'data').free).toEqual([2181, 2888, 3888, 5050, 8080, 8090, 8081, 8091]);
	expect(free({zookeeper: 'failed', marathon: 'inactive'}, 'data').free).toEqual([5050, 8081, 8091]);
	expect(free({}, 'listening', '127.0.0.1:5050 1 x /', '0.0.0.0:8080 2 y /', 'complete')).toEqual({
		daemons: [8080],
		free: [2181, 2888, 3888, 8090, 8081, 8091],
	});
	expect(free({}, 'locked', 'age 5', 'owner x', 'since y').free).toEqual([]);
	expect(free({}, 'tools', 'bash', 'curl').free).toEqual([]);
});

const route = (to: string, address: string, port: number): Route => ({from: 'slave-1', to, address, port});
const three = [
	route('master-1', '10.0.1.11', 2181),
	route('master-1', '10.0.1.11', 5050),
	route('master-2', '10.0.1.12', 5050),
];
const judge = (...attempts: Attempt[]) => judgeNetwork('slave-1', three, attempts, [], () => 'none');
const attempt = (address: string, port: number, status = 0, said = ''): Attempt => ({address, port, status, said});

test('all reached', () => {
	const checks = judge(...three.map(({address, port}) => attempt(address, port)));
	expect(checks).toEqual([{check: 'network', status: 'ok', detail: 'reaches TCP 2181, 5050 of master-1 and master-2'}]);
});

test.each<[string, Attempt, RegExp]>([
	[
		'silence',
		attempt('10.0.1.11', 5050, 124),
		/slave-1 does not reach TCP 5050 of master-1 \(10\.0\.1\.11\): no answer.*Let TCP 5050 in from slave-1: in the security group of master-1/,
	],
	['a refusal', attempt('10.0.1.11', 5050, 1, 'bash: connect: Connection refused'), /refused on the way/],
	[
		'no route',
		attempt('10.0.1.11', 5050, 1, 'bash: connect: No route to host'),
		/no way there.*ip route get 10\.0\.1\.11/,
	],
	['another machine', attempt('10.0.1.11', 5050, 3), /another machine answers.*private_ip of master-1/],
])('%s', (_, bad, expected) => {
	expect(complaintsOf(judge(attempt('10.0.1.11', 2181), bad, attempt('10.0.1.12', 5050)))).toEqual([
		expect.stringMatching(expected),
	]);
});

test('one missing rule for many hosts is one finding', () => {
	const many = Array.from({length: 40}, (_, i) => route(`s-${i}`, `10.0.2.${i}`, 5051));
	const checks = judgeNetwork(
		'm',
		many,
		many.map(({address, port}) => attempt(address, port, 124)),
		[],
		() => 'nftables',
	);
	expect(complaintsOf(checks)).toEqual([expect.stringMatching(/TCP 5051 of s-0 .* and 33 more.*nftables rules/)]);
});

test('what nothing could listen on is not called reachable', () => {
	const checks = judgeNetwork('slave-1', [], [], ['master-1:2181'], () => 'none');
	expect(complaintsOf(checks)).toEqual([expect.stringMatching(/^warn network: .*master-1:2181 cannot be told before/)]);
});

const sh = (script: string) =>
	new Promise<string>((resolve, reject) => {
		const child = spawn('sh', [], {stdio: ['pipe', 'pipe', 'inherit']});
		let output = '';
		child.stdout.on('data', chunk => {
			output += chunk;
		});
		child.once('error', reject);
		child.once('close', () => resolve(output));
		child.stdin.end(script);
	});

const server = createServer(socket => socket.on('error', () => {}).end('SSH-2.0-somebody\n'));
let taken: number;
beforeAll(async () => {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	taken = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

test('the scripts themselves: a stand-in answers, a daemon need not, a stranger and a closed port are told apart', async () => {
	const probe = createServer();
	await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
	const free = (probe.address() as AddressInfo).port;
	await new Promise(resolve => probe.close(resolve));
	const nonce = 'nonce-1';
	const {ports, pid} = parseListening(await sh(listenScript(nonce, '127.0.0.1', [free, taken])));
	expect(ports).toEqual([free]);
	const at = (port: number, ear: 'daemon' | 'stand-in') => ({...route('m', '127.0.0.1', port), ear});
	const attempts = parseAttempts(await sh(connectScript([at(free, 'stand-in'), at(taken, 'daemon')], nonce)));
	expect(attempts.sort((a, b) => a.port - b.port).map(({status}) => status)).toEqual([0, 0]);
	const [stranger] = parseAttempts(await sh(connectScript([at(taken, 'stand-in')], nonce)));
	expect(stranger?.status).toBe(3);
	await sh(stopScript('another nonce', pid ?? 0));
	expect(parseAttempts(await sh(connectScript([at(free, 'stand-in')], nonce)))[0]?.status).toBe(0);
	await sh(stopScript(nonce, pid ?? 0));
	let closed: Attempt | undefined;
	while (closed?.status !== 1) [closed] = parseAttempts(await sh(connectScript([at(free, 'stand-in')], nonce)));
	expect(closed.said).toContain('refused');
});
