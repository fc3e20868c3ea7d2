import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/pipeline/events.ts';
import {writeClusterFile} from './cluster-file.ts';
import {type Lab, up} from './lab.ts';
import {difference, looks} from './outside.ts';
import {complaints, mesosSetup, type ProductRun} from './product.ts';

let lab: Lab;
beforeAll(async () => {
	lab = await up({name: 'doctor', hosts: ['master-1', 'slave-1'], log: () => {}});
});
afterAll(() => lab?.down());

const portOfPages = 8088;

type Check = Extract<RunEvent, {event: 'check'}>;

function checksOf(run: ProductRun, host?: string): Check[] {
	return run.events.filter((event): event is Check => event.event === 'check' && (!host || event.host === host));
}

/** What was wrong on a host: status and name of each check that is not ok. */
const wrong = (run: ProductRun, host: string) =>
	checksOf(run, host)
		.filter(({status}) => status !== 'ok')
		.map(({status, check}) => `${status} ${check}`)
		.sort();

/** Cause and fix of a check as a user reads them. */
function told(run: ProductRun, host: string, check: string): string {
	const found = checksOf(run, host).find(one => one.check === check && one.status !== 'ok');
	return `${found?.detail} ${found?.fix}`;
}

async function doctor(fields: Record<string, unknown> = {}, ...more: string[]): Promise<ProductRun> {
	const file = await writeClusterFile(lab, {fields});
	return mesosSetup(lab, ['doctor', '-c', file, '--json', ...more]);
}

async function on(host: string, script: string): Promise<string> {
	const {exitCode, stdout, stderr} = await lab.host(host).exec(script);
	if (exitCode !== 0) throw new Error(`${host}: ${script}\nended with ${exitCode}: ${stderr}`);
	return stdout;
}

/** The lab's sources with some of them changed. */
const sources = (changes: Record<string, object>) => ({
	sources: Object.fromEntries(
		Object.entries(lab.mirror.sources).map(([name, source]) => [name, {...source, ...changes[name]}]),
	),
});

test('healthy hosts: nothing wrong, nothing changed, nothing left running', async () => {
	const before = await looks(lab);
	const run = await doctor();
	expect(run.exitCode, complaints(run)).toBe(0);
	for (const host of ['master-1', 'slave-1']) {
		expect(wrong(run, host)).toEqual([]);
		const names = checksOf(run, host).map(({check}) => check);
		expect(names).toEqual(
			expect.arrayContaining(['ssh', 'platform', 'disk', 'clock', 'ports', 'package manager', 'packages', 'network']),
		);
		expect(await on(host, 'ss -ltnH | grep -v ":22 " || true')).toBe('');
	}
	expect(checksOf(run, 'master-1').find(({check}) => check === 'network')?.detail).toContain('5051, 31000 of slave-1');
	expect(checksOf(run, 'slave-1').find(({check}) => check === 'network')?.detail).toContain('2181, 5050');
	expect(run.events.at(-1)).toMatchObject({event: 'summary', changed: 0, failed: 0});
	const after = await looks(lab);
	for (const host of Object.keys(before)) expect(difference(before[host] ?? '', after[host] ?? ''), host).toEqual([]);
});

describe('on the hosts', () => {
	let run: ProductRun;
	let squatter: string;
	beforeAll(async () => {
		const start = 'setsid python3 -m http.server 8080 </dev/null >/dev/null 2>&1 & echo $!';
		squatter = await on('master-1', start);
		await on('master-1', 'until ss -ltnH | grep -q :8080; do sleep 0.1; done');
		await on('master-1', 'mkdir -p /var/lib/mesos && mount -t tmpfs -o size=8m tmpfs /var/lib/mesos');
		await on(
			'master-1',
			'echo "127.0.1.1 $(hostname)" >/tmp/hosts && cp /etc/hosts /tmp/hosts.before && cp /tmp/hosts /etc/hosts',
		);
		await on('master-1', 'echo nameserver 198.18.0.99 >/etc/resolv.conf');
		const other = {cluster: {id: 'c-1', name: 'other'}, host: 'slave-1', role: 'slave', version: '0.1.0'};
		await on('slave-1', `mkdir -p /etc/mesos-setup && echo '${JSON.stringify(other)}' >/etc/mesos-setup/host.json`);
		await on('slave-1', 'sleep 300 </dev/null >/dev/null 2>&1 & echo $! >/var/cache/dnf/metadata_lock.pid');
		await on('slave-1', 'mkdir -p /etc/mesos-slave');
		run = await doctor();
	});
	afterAll(async () => {
		await on(
			'master-1',
			`kill ${squatter}; umount /var/lib/mesos; rmdir /var/lib/mesos; cp /tmp/hosts.before /etc/hosts`,
		);
		await on('master-1', ': >/etc/resolv.conf');
		await on(
			'slave-1',
			'read -r pid </var/cache/dnf/metadata_lock.pid; kill $pid; rm /var/cache/dnf/metadata_lock.pid',
		);
		await on('slave-1', 'rm -r /etc/mesos-setup /etc/mesos-slave');
	});

	test('each is found, and nothing else', () => {
		expect(run.exitCode).toBe(1);
		expect(wrong(run, 'master-1')).toEqual(['failed disk', 'failed name service', 'failed port 8080', 'warn hostname']);
		expect(wrong(run, 'slave-1')).toEqual(['failed cluster', 'failed package manager', 'warn earlier install']);
	});

	test.each([
		['master-1', 'port 8080', () => [`python3 (pid ${squatter})`, 'Marathon', `sudo kill ${squatter}`]],
		['master-1', 'disk', () => ['/var/lib/mesos has only 8 MB free', 'larger']],
		['master-1', 'name service', () => ['198.18.0.99 in /etc/resolv.conf', 'VPC']],
		['master-1', 'hostname', () => ['127.0.1.1', 'works all the same', '/etc/hosts']],
		['slave-1', 'cluster', () => ['cluster "other" (id c-1)', 'host.json', 'reset']],
		['slave-1', 'package manager', () => ['sleep (pid', 'holds its lock', 'Wait']],
		['slave-1', 'earlier install', () => ['/etc/mesos-slave', 'Remove']],
	])('%s: %s names cause and fix', (host, check, words) => {
		for (const word of words()) expect(told(run, host, check)).toContain(word);
	});
});

describe('at the sources', () => {
	const server = new AbortController();
	const page = (path: string) => `http://${lab.mirror.address}:${portOfPages}/${path}`;
	beforeAll(async () => {
		const folder = join(lab.folder, 'pages');
		await mkdir(folder, {recursive: true});
		await writeFile(join(folder, 'page.tar.gz'), '<!DOCTYPE html>\n<html><body>Please log in</body></html>\n');
		const home = join(lab.folder, 'gnupg');
		await mkdir(home, {mode: 0o700, recursive: true});
		const gpg = ['gpg', '--homedir', home, '--batch', '--quiet', '--passphrase', ''];
		await lab.exec([
			...gpg,
			'--faked-system-time',
			'20240101T000000',
			'--quick-gen-key',
			'Old <old@lab.invalid>',
			'ed25519',
			'sign',
			'1y',
		]);
		await lab.exec([...gpg, '--armor', '--output', join(folder, 'old-key'), '--export']);
		const python = ['python3', '-m', 'http.server', String(portOfPages), '--bind', lab.mirror.address, '-d', folder];
		lab.exec(python, {cancelSignal: server.signal}).catch(() => {});
		await lab.exec(['sh', '-c', `until curl -sf -o /dev/null ${page('page.tar.gz')}; do sleep 0.1; done`], {
			timeout: 20_000,
		});
	});
	afterAll(() => server.abort());

	test('gone, replaced and unknown ones are told apart, each from the host that would need it', async () => {
		const {mesos} = lab.mirror.sources;
		const repo = mesos?.kind === 'package' ? mesos.repo : undefined;
		const run = await doctor(
			sources({
				zookeeper: {url: page('page.tar.gz')},
				marathon: {digest: `sha256:${'1'.repeat(64)}`},
				chronos: {ref: 'registry.lab.invalid:5000/mesosphere/chronos:v3.0.2'},
				mesos: {repo: {...repo, gpgkey: page('old-key')}, version: '9.9.9'},
			}),
		);
		expect(run.exitCode).toBe(1);
		expect(wrong(run, 'master-1')).toEqual([
			'failed key of mesos',
			'failed name resolution',
			'failed packages',
			'failed source chronos',
			'failed source marathon',
			'failed source zookeeper',
		]);
		expect(wrong(run, 'slave-1')).toEqual(['failed key of mesos', 'failed packages']);
		expect(told(run, 'master-1', 'source zookeeper')).toContain('page.tar.gz gives a web page instead of an archive');
		expect(told(run, 'master-1', 'source marathon')).toMatch(
			/has no mesosphere\/marathon with sha256:1+ .* digest of sources.marathon/,
		);
		expect(told(run, 'master-1', 'source chronos')).toContain('registry.lab.invalid has no address on this host');
		expect(told(run, 'slave-1', 'packages')).toContain('mesos-9.9.9');
		expect(told(run, 'slave-1', 'key of mesos')).toMatch(/expired: \w+ \(Old <old@lab.invalid>\) on 2024-12-31/);
	});

	test('a mirror that is gone, a repository that moved, a registry that nobody trusts', async () => {
		const {address} = lab.mirror;
		await on('slave-1', 'mv /etc/docker/certs.d /etc/docker/certs.d.away');
		await on('master-1', 'mv /etc/docker/certs.d /etc/docker/certs.d.away');
		const {mesos} = lab.mirror.sources;
		const repo = mesos?.kind === 'package' ? mesos.repo : undefined;
		const run = await doctor(
			sources({
				zookeeper: {url: `http://${address}:9/zookeeper.tar.gz`},
				mesos: {repo: {...repo, baseurl: `http://${address}/moved/`}},
			}),
		);
		await on('slave-1', 'mv /etc/docker/certs.d.away /etc/docker/certs.d');
		await on('master-1', 'mv /etc/docker/certs.d.away /etc/docker/certs.d');
		expect(told(run, 'master-1', 'source zookeeper')).toMatch(
			/:9\/zookeeper.tar.gz cannot be reached from this host: nothing listens there/,
		);
		expect(told(run, 'master-1', 'source marathon')).toMatch(/certificate is not trusted.*certs.d/);
		expect(told(run, 'slave-1', 'repository mesos')).toContain(
			`HTTP 404 for http://${address}/moved/repodata/repomd.xml`,
		);
	});
});

test('hosts that do not reach each other are named with ports, in both directions, whether told or left in silence', async () => {
	const slave = lab.host('slave-1').address;
	await on('master-1', `ip route add blackhole ${slave}`);
	const run = await doctor();
	await on('master-1', `ip route del blackhole ${slave}`);
	expect(run.exitCode).toBe(1);
	expect(told(run, 'slave-1', 'network')).toMatch(
		/slave-1 does not reach TCP 2181, 5050, 8090, 8091 of master-1 .*security group of master-1/,
	);
	expect(told(run, 'master-1', 'network')).toMatch(/master-1 does not reach TCP 5051, 31000 of slave-1 .*route/);
});

test('a host that nobody can log in to is told, the other is looked at all the same', async () => {
	await on('slave-1', 'mv /etc/sudoers.d /etc/sudoers.d.away');
	const run = await doctor();
	await on('slave-1', 'mv /etc/sudoers.d.away /etc/sudoers.d');
	expect(run.exitCode).toBe(1);
	expect(wrong(run, 'slave-1')).toEqual(['failed ssh']);
	expect(told(run, 'slave-1', 'ssh')).toMatch(/sudo/);
	expect(wrong(run, 'master-1')).toEqual([]);
});

test('--limit looks at one host; plain output keeps what is wrong together and last', async () => {
	await on('slave-1', 'mkdir -p /etc/mesos-slave');
	const file = await writeClusterFile(lab);
	const run = await mesosSetup(lab, ['doctor', '-c', file, '--limit', 'slave-1', '--plain']);
	await on('slave-1', 'rmdir /etc/mesos-slave');
	expect(run.exitCode, run.stderr).toBe(0);
	expect(run.stdout).not.toContain('master-1');
	expect(run.stdout).toMatch(/ok .*\nslave-1 .* warning .*earlier install: .*\n {4}Remove/);
	expect(run.stdout).toMatch(/\d+ checks ok, 2 warnings, 0 failed/);
});
