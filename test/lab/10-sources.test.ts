import {cp, mkdir, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Source} from '../../source/cluster/model.ts';
import type {RunEvent} from '../../source/pipeline/events.ts';
import {asSource, candidatesOf} from '../../source/sources/catalog.ts';
import {writeClusterFile} from './cluster-file.ts';
import {type Lab, up} from './lab.ts';
import {type Artifacts, buildArtifacts} from './mirror/artifacts.ts';
import {complaints, mesosSetup, type ProductRun, stepsOf} from './product.ts';
import {answerPublicNames} from './public-names.ts';

// Where Mesos comes from: every kind of source ends in the same cluster, the last with nothing but a folder on this computer.
let lab: Lab;
let artifacts: Artifacts;
let bundle: string;
const packages = 'packages/amazon-linux-2023';
const servers: number[] = [];
const web = new AbortController();
/** What the first cluster's configuration was, by host. */
let first: Record<string, string>;

beforeAll(async () => {
	artifacts = await buildArtifacts(() => {});
	lab = await up({name: 'test-sources', hosts: ['master-1', 'slave-1'], log: () => {}});
	bundle = join(lab.folder, 'bundle');
	servers.push(...(await answerPublicNames(lab, artifacts)));
});
afterAll(async () => {
	web.abort();
	for (const pid of servers) process.kill(pid, 'SIGTERM');
	await lab?.down();
});

const catalogued = (component: 'zookeeper' | 'mesos' | 'marathon' | 'chronos', word: string): Source => {
	const found = candidatesOf('amazon-linux-2023', component).find(({source}) => JSON.stringify(source).includes(word));
	if (!found) throw new Error(`The catalog has no ${word}.`);
	return asSource(found);
};

/** The catalog's own places; what it does not know of their content is said here, as a user would. */
const published = (): Record<string, unknown> => ({
	zookeeper: {...catalogued('zookeeper', 'archive.apache.org'), sha512: artifacts.archives.zookeeper},
	mesos: {...catalogued('mesos', 'aventer'), build: 'clusterd'},
	marathon: {...catalogued('marathon', 'mesosphere/marathon'), digest: artifacts.images.marathon},
	chronos: {...catalogued('chronos', 'mesosphere/chronos'), digest: artifacts.images.chronos},
});
const ahead = () => [`mesosphere/chronos:v3.0.2@${artifacts.images.chronos}`];

const fileWith = (sources: Record<string, unknown>) =>
	writeClusterFile(lab, {path: join(lab.folder, 'sources.yaml'), fields: {sources, images: ahead()}});

async function apply(sources: Record<string, unknown>, ...more: string[]): Promise<ProductRun> {
	return mesosSetup(lab, ['apply', '-c', await fileWith(sources), '--yes', '--json', ...more]);
}

async function verified(): Promise<void> {
	const run = await mesosSetup(lab, ['verify', '--cluster', 'lab', '--json']);
	expect(run.exitCode, complaints(run)).toBe(0);
	expect(run.events.filter(event => event.event === 'check').length).toBeGreaterThan(10);
}

async function reset(): Promise<void> {
	const run = await mesosSetup(lab, ['reset', '--cluster', 'lab', '--yes', '--json']);
	expect(run.exitCode, complaints(run)).toBe(0);
}

/** Every file the tool answers for, with the content of those that are the cluster's configuration. */
async function configuration(): Promise<Record<string, string>> {
	const script = `
		cd /etc
		find mesos mesos-master mesos-agent mesos-setup zookeeper default systemd/system docker/daemon.json logrotate.d rsyslog.d \\
			security/limits.d -printf '%y %m %U:%G %l %p\\n' 2>/dev/null | sed 's/ [0-9]*:[0-9]* / /' | LC_ALL=C sort
		find mesos mesos-master mesos-agent zookeeper default logrotate.d rsyslog.d -type f -print0 2>/dev/null | LC_ALL=C sort -z |
			xargs -0 sha256sum`;
	const entries = lab.hosts.map(async host => [host.name, (await host.exec(script)).stdout] as const);
	return Object.fromEntries(await Promise.all(entries));
}

/** What a run says of the files of a bundle; empty where none was sent. */
const said = (run: ProductRun) =>
	run.events.flatMap(event => (event.event === 'check' && event.check === 'bundle' ? [event.detail ?? ''] : [])).join();
const errors = (run: ProductRun) =>
	run.events.flatMap((event: RunEvent) =>
		event.event === 'error' ? [`${event.host ?? ''} ${event.field ?? ''} ${event.cause} ${event.fix}`] : [],
	);
const on = async (host: string, script: string) => (await lab.host(host).exec(script)).stdout.trim();

describe('the places the catalog names, under their own names and over https', () => {
	test('doctor tries them all from the hosts and shows what to pin', async () => {
		const run = await mesosSetup(lab, ['doctor', '-c', await fileWith({}), '--json']);
		expect(run.exitCode).toBe(1);
		const told = (check: string, host = 'master-1') => {
			const found = run.events.find(event => event.event === 'check' && event.host === host && event.check === check);
			return found?.event === 'check' ? `${found.status} ${found.detail}` : '';
		};
		expect(told('candidate zookeeper 1')).toMatch(new RegExp(`^ok .*sha512: ${artifacts.archives.zookeeper}}}`));
		expect(told('candidate marathon 1')).toMatch(new RegExp(`^ok .*digest: "${artifacts.images.marathon}"}}`));
		const mesos = [1, 2, 3, 4].map(number => told(`candidate mesos ${number}`, 'slave-1')).join('\n');
		expect(mesos).toMatch(/AlmaLinux.*only with cgroup v1/);
		expect(told('source mesos', 'slave-1')).toMatch(/^failed Nothing installs mesos on Amazon Linux 2023 by default/);
	});

	test('a slave whose Mesos needs cgroup v1 gets the kernel arguments, reboots, and is taken up again; not without being told to', async () => {
		// The lab's kernel is the machine's own: a grubby that only writes down what it is told, and cgroup v2 again afterwards.
		const grubby = '#!/bin/sh\ncase $1 in --info=*) cat /etc/grubby.lab ;; *) echo "$@" >>/etc/grubby.lab ;; esac\n';
		await lab.host('slave-1').exec('cat >/usr/sbin/grubby && chmod 755 /usr/sbin/grubby', {input: grubby});
		const sources = {...published(), mesos: lab.mirror.otherMesos.apachePackage};
		const boot = () => on('slave-1', 'cat /proc/sys/kernel/random/boot_id');
		const before = await boot();
		const untold = await apply(sources, '--limit', 'slave-1');
		expect(errors(untold).join()).toMatch(/The host has cgroup v2.*"mesos-setup apply --reboot" does that/);
		expect(await boot()).toBe(before);
		const told = await apply(sources, '--limit', 'slave-1', '--reboot');
		expect(errors(told).join()).toMatch(/It was rebooted with grubby .* and still has cgroup v2/);
		expect(await boot()).not.toBe(before);
		expect(await on('slave-1', 'cat /etc/grubby.lab')).toContain('systemd.unified_cgroup_hierarchy=0');
		await lab.host('slave-1').exec('rm /usr/sbin/grubby /etc/grubby.lab');
	});

	test('a bundle is made of them without leaving a trace on the hosts', async () => {
		const file = await fileWith(published());
		const run = await mesosSetup(lab, ['bundle', 'create', bundle, '-c', file, '--json']);
		expect(run.exitCode, complaints(run)).toBe(0);
		expect(await readdir(join(bundle, packages))).toEqual(
			expect.arrayContaining(['mesos-1.11.0-1.amzn2023.x86_64.rpm', 'docker-20.10.24-1.amzn2023.x86_64.rpm']),
		);
		expect(await on('master-1', 'ls /var/cache/mesos-setup/collect; command -v docker; true')).toBe('');
		const again = await mesosSetup(lab, ['bundle', 'create', bundle, '-c', file, '--json']);
		expect(said(again)).toMatch(/17 files.* 0 of them new/);
		const shown = await mesosSetup(lab, ['bundle', 'show', bundle, '--json']);
		expect(shown.exitCode, complaints(shown)).toBe(0);
	});

	test('packages of a signed repository, archives and images install from there', async () => {
		const run = await apply(published());
		expect(run.exitCode, complaints(run)).toBe(0);
		await verified();
		first = await configuration();
		expect(await on('slave-1', 'docker image inspect -f {{.RepoTags}} mesosphere/chronos:v3.0.2')).toContain('chronos');
		expect(await on('master-1', 'rpm -qi mesos | grep Signature')).toMatch(/RSA/);
	});
});

describe('an unsigned repository', () => {
	const sources = (more: object) => ({
		...published(),
		mesos: {
			...{kind: 'package', name: 'mesos', build: 'clusterd'},
			repo: {id: 'unsigned', baseurl: `http://${lab.mirror.address}:8089/`, ...more},
		},
	});
	beforeAll(async () => {
		await reset();
		const folder = join(lab.folder, 'unsigned');
		await mkdir(folder, {recursive: true});
		await cp(join(artifacts.web, 'mesos'), folder, {recursive: true});
		await rm(join(folder, 'repodata'), {recursive: true});
		const signed = (await readdir(folder)).map(name => join(folder, name));
		await execa('rpmsign', ['--delsign', ...signed]);
		await execa('createrepo_c', ['--quiet', folder]);
		const server = ['python3', '-m', 'http.server', '8089', '--bind', lab.mirror.address, '-d', folder];
		lab.exec(server, {cancelSignal: web.signal}).catch(() => {});
	});

	test('is refused unless told, before any host is touched', async () => {
		const run = await apply(sources({}));
		expect(run.exitCode).toBe(2);
		expect(errors(run).join()).toMatch(/sources.mesos.repo has no gpgkey/);
		expect(stepsOf(run, 'changed')).toEqual([]);
	});

	test('that claims to be signed is found out by the host', async () => {
		const run = await apply(sources({gpgkey: `http://${lab.mirror.address}/RPM-GPG-KEY-mesos`}), '--limit', 'slave-1');
		expect(run.exitCode).toBe(1);
		expect(errors(run).join()).toMatch(/slave-1 packages mesos .*(not signed|signature|GPG)/i);
		expect(await on('slave-1', 'rpm -q mesos')).toContain('not installed');
	});

	test('somebody answers for ends in the same configuration', async () => {
		const run = await apply(sources({unsigned: true}));
		expect(run.exitCode, complaints(run)).toBe(0);
		await verified();
		expect(await configuration()).toEqual(first);
	});
});

test('Mesos as an archive, ZooKeeper as one already: in place of the packages, same configuration but for its folders', async () => {
	const run = await apply({...published(), mesos: lab.mirror.otherMesos.archive});
	expect(run.exitCode, complaints(run)).toBe(0);
	await verified();
	const plain = (text: string | undefined) =>
		text
			?.split('\n')
			.filter(line => !/mesos-(master|agent)$|webui_dir|launcher_dir|mesos-(master|agent)\.service/.test(line));
	const now = await configuration();
	for (const host of Object.keys(first)) expect(plain(now[host]), host).toEqual(plain(first[host]));
});

test('Mesos as an image: a master runs from it; an agent would, on hosts that allow privileged containers', async () => {
	const master = await apply({...published(), mesos: lab.mirror.otherMesos.image}, '--limit', 'master-1');
	expect(master.exitCode, complaints(master)).toBe(0);
	expect(await on('master-1', 'docker inspect -f {{.Config.Image}} master.mesos-setup')).toContain(
		artifacts.images.mesos,
	);
	await verified();
	// The lab's hosts are containers themselves, in which the kernel refuses what an agent's container asks for.
	const privileged = 'docker run --rm --privileged --entrypoint /bin/true mesosphere/chronos:v3.0.2 2>&1; echo $?';
	expect(await on('slave-1', privileged)).toMatch(/not permitted[\s\S]*12[567]$/);
});

describe('a bundle, with every server stopped', () => {
	const sources = () => ({kind: 'bundle', path: './bundle'});
	beforeAll(async () => {
		await reset();
		for (const pid of [...lab.mirror.pids, ...servers.splice(0)]) process.kill(pid, 'SIGTERM');
		const gone =
			'until ! curl -s -o /dev/null --max-time 1 http://198.18.0.1/ && ! curl -s -o /dev/null --max-time 1 http://198.18.0.2/; do sleep 0.1; done';
		await lab.exec(['sh', '-c', gone], {timeout: 20_000});
	});

	test('installs a verified cluster with the same configuration; each file left this computer once', async () => {
		const run = await apply(sources());
		expect(run.exitCode, complaints(run)).toBe(0);
		await verified();
		expect(await configuration()).toEqual(first);
		const [, sent, copies] = /^(\d+) files .* (\d+) copies from host to host/.exec(said(run)) ?? [];
		expect(Number(sent)).toBe(
			(await readdir(bundle, {recursive: true})).filter(name => /\.(rpm|gz|tar)$/.test(name)).length,
		);
		expect(Number(copies)).toBeGreaterThan(10);
		expect(
			await on('slave-1', 'ls -A /var/cache/mesos-setup; ss -ltnH "sport >= :31900 and sport <= :32000"; true'),
		).toBe('');
		expect(await on('slave-1', 'docker image inspect -f {{.RepoTags}} mesosphere/chronos:v3.0.2')).toContain('v3.0.2');
	});

	test('sends nothing the second time', async () => {
		const run = await apply(sources());
		expect(run.events.at(-1)).toMatchObject({event: 'summary', changed: 0, failed: 0});
		expect(said(run)).toBe('');
	});

	test('mends what is lost, and goes on where a file was cut off', async () => {
		const [jq = ''] = (await readdir(join(bundle, packages))).filter(name => name.startsWith('docker-'));
		const {stdout} = await execa('sha256sum', [join(bundle, packages, jq)]);
		const part = `/var/cache/mesos-setup/bundle/${stdout.slice(0, 16)}-${jq}.part`;
		await lab.host('slave-1').exec('systemctl stop mesos-agent docker.socket docker; rpm -e --nodeps docker');
		await lab
			.host('slave-1')
			.exec(['sh', '-c', `mkdir -p -m 700 /var/cache/mesos-setup/bundle && head -c 41000000 >${part}`], {
				input: '',
			});
		await execa('sh', [
			'-c',
			`head -c 41000000 '${join(bundle, packages, jq)}' >'${join(lab.host('slave-1').folder, 'root', part)}'`,
		]);
		const run = await apply(sources());
		expect(run.exitCode, complaints(run)).toBe(0);
		expect(said(run)).toMatch(/^1 file \((\d+ kB|1 MB)\) sent/);
		await verified();
	});

	test('a file damaged here is refused by its checksum, not installed', async () => {
		const [jq = ''] = (await readdir(join(bundle, packages))).filter(name => name.startsWith('jq-'));
		const file = join(bundle, packages, jq);
		await execa('sh', ['-c', `printf X | dd of='${file}' bs=1 seek=100 conv=notrunc status=none`]);
		await lab.host('slave-1').exec('rpm -e --nodeps jq');
		const run = await apply(sources(), '--limit', 'slave-1');
		expect(run.exitCode).toBe(1);
		expect(errors(run).join()).toMatch(/jq-.* arrived with other content than its checksum says/);
		const shown = await mesosSetup(lab, ['bundle', 'show', bundle, '--json']);
		expect(shown.exitCode).toBe(1);
	});
});
