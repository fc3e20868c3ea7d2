import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {rolesOf} from '../../../roles/roles-of.ts';
import {type Manifest, manifestSchema} from '../../../source/cluster/bundle.ts';
import {parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import {formatCluster} from '../../../source/cluster/format-cluster.ts';
import {damagedFiles, readBundle, readBundles, sha256Of} from '../../../source/sources/read-bundle.ts';
import {artifactsOf} from '../../../source/steps/artifact.ts';
import {cluster, facts} from '../roles/cluster-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-bundle-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const digest = `sha256:${'d'.repeat(64)}`;
const names = [
	...['curl', 'tar', 'nmap-ncat', 'jq', 'unzip', 'wget', 'htop', 'telnet', 'chrony', 'rsyslog', 'logrotate'],
	...['docker', 'mesos', 'java-17-amazon-corretto-headless'],
];

async function makeBundle(name: string, change: (manifest: Manifest) => void = () => {}): Promise<string> {
	const path = join(folder, name);
	for (const part of ['packages/amazon-linux-2023', 'archives', 'images'])
		mkdirSync(join(path, part), {recursive: true});
	const put = async (file: string) => {
		writeFileSync(join(path, file), file);
		return {path: file, bytes: file.length, sha256: await sha256Of(join(path, file))};
	};
	const url = 'https://mirror.example/apache-zookeeper-3.9.3-bin.tar.gz';
	const image = (ref: string) => ({
		ref,
		id: digest,
		manifest: digest,
		name: 'bundle.mesos-setup.invalid/x:dddddddddddd',
	});
	const manifest: Manifest = {
		format: 1,
		version: '0.1.0',
		created: '2026-11-23T12:00:00.000Z',
		cluster: 'prod',
		sets: [
			{
				platform: 'amazon-linux-2023',
				arch: 'x86_64',
				sources: {
					docker: {kind: 'package', name: 'docker'},
					java: {kind: 'package', name: 'java-17-amazon-corretto-headless'},
					zookeeper: {kind: 'archive', url, checksum: {algorithm: 'sha512', hex: 'a'.repeat(128)}},
					mesos: {kind: 'package', name: 'mesos', build: 'clusterd'},
					marathon: {kind: 'image', ref: 'mesosphere/marathon:v1.11.24', digest},
					chronos: {kind: 'image', ref: 'mesosphere/chronos:v3.0.2', digest},
				},
				packages: Object.fromEntries(
					names.map(one => [
						one,
						one === 'curl' ? [] : [`packages/amazon-linux-2023/${one}.rpm`, 'packages/amazon-linux-2023/common.rpm'],
					]),
				),
			},
		],
		files: [
			...(await Promise.all([...names.slice(1), 'common'].map(one => put(`packages/amazon-linux-2023/${one}.rpm`)))),
			{...(await put('archives/zookeeper.tar.gz')), url},
			{...(await put('images/marathon.tar')), image: image('mesosphere/marathon:v1.11.24')},
			{...(await put('images/chronos.tar')), image: image('mesosphere/chronos:v3.0.2')},
		],
	};
	change(manifest);
	writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
	return path;
}

const yaml = (sources: string) =>
	`name: prod\nhosts: [{name: master-1, role: master, address: 10.0.1.11, private_ip: 10.0.1.11}]\nsources: ${sources}\n`;

describe('in the cluster file', () => {
	test('for all components, or for one, and written back as it was', () => {
		const all = parseClusterFile(yaml('{kind: bundle, path: ./prod-bundle}'));
		expect(all.sources).toEqual({kind: 'bundle', path: './prod-bundle'});
		expect(parseClusterFile(formatCluster(all)).sources).toEqual(all.sources);
		const one = parseClusterFile(yaml('{mesos: {kind: bundle, path: b}}'));
		expect(one.sources.mesos).toEqual({kind: 'bundle', path: 'b'});
	});

	test.each([
		['{kind: bundle}', /sources: needs kind and path together/],
		['{path: x}', /sources: needs kind and path together/],
		[
			'{kind: archive, path: x}',
			/sources.kind: is the text `archive`, which is not one of its values .*Use one of: bundle/,
		],
		['{mesos: {kind: bundle}}', /sources.mesos.path: is missing/],
	])('%s is refused', (sources, words) => {
		expect(() => parseClusterFile(yaml(sources))).toThrow(words);
	});
});

describe('on a host', () => {
	test('every package, archive and image has its file; no repository is asked and no registry', async () => {
		const path = await makeBundle('whole');
		const sources = {kind: 'bundle', path} as const;
		const whole = {...cluster(1, 1), sources, bundles: await readBundles({sources})};
		for (const host of whole.hosts) {
			const steps = rolesOf(host, whole).flatMap(role => role.steps(host, whole, facts()));
			const fetching = steps.filter(({kind}) => ['package', 'archive', 'image'].includes(kind));
			expect(fetching.length).toBeGreaterThan(2);
			for (const step of fetching) expect(artifactsOf(step).length, step.title).toBeGreaterThan(0);
			expect(steps.some(({kind}) => kind === 'repository')).toBe(false);
		}
	});

	test('one component alone: its package has a transaction of its own', async () => {
		const path = await makeBundle('one');
		const base = cluster(1, 1);
		const sources = {...base.sources, java: {kind: 'bundle', path} as const};
		const mixed = {...base, sources, bundles: await readBundles({sources})};
		const [host] = mixed.hosts;
		if (!host) throw new Error('no host');
		const steps = rolesOf(host, mixed).flatMap(role => role.steps(host, mixed, facts()));
		const own = steps.filter(step => artifactsOf(step).length > 0);
		expect(own.map(({title}) => title)).toEqual(['packages java-17-amazon-corretto-headless']);
	});

	test('what it lacks is named: a platform, a component, a package', async () => {
		const path = await makeBundle('poor', ({sets}) => {
			for (const set of sets) {
				delete set.sources.mesos;
				delete set.packages.docker;
			}
		});
		const sources = {kind: 'bundle', path} as const;
		const poor = {...cluster(1, 1), sources, bundles: await readBundles({sources})};
		const slave = poor.hosts[1];
		if (!slave) throw new Error('no slave');
		const made = (role: string, given = facts()) =>
			rolesOf(slave, poor)
				.find(({name}) => name === role)
				?.steps(slave, poor, given);
		expect(() => made('mesos-agent')).toThrow(/has no mesos/);
		expect(() => made('docker')).toThrow(/has no package docker/);
		expect(() => made('common', facts({arch: 'aarch64'}))).toThrow(/has no software for Amazon Linux 2023 on aarch64/);
	});
});

describe('as a folder', () => {
	test.each([
		['nothing at all', 'nothing-there', /does not exist/],
		['a file', 'file', /is a file; a bundle is a folder/],
		['no manifest', 'empty', /has no manifest.json: it is no bundle/],
		['a file cut short', 'short', /is not whole: packages\/amazon-linux-2023\/jq.rpm has 3 bytes/],
		['a file gone', 'gone', /is not whole: packages\/amazon-linux-2023\/jq.rpm is missing/],
		['of a newer tool', 'newer', /made by a newer mesos-setup/],
	])('%s', async (_, name, words) => {
		if (name !== 'nothing-there' && name !== 'file') await makeBundle(name);
		if (name === 'file') writeFileSync(join(folder, name), '');
		if (name === 'empty') rmSync(join(folder, name, 'manifest.json'));
		if (name === 'short') writeFileSync(join(folder, name, 'packages/amazon-linux-2023/jq.rpm'), 'abc');
		if (name === 'gone') rmSync(join(folder, name, 'packages/amazon-linux-2023/jq.rpm'));
		if (name === 'newer') writeFileSync(join(folder, name, 'manifest.json'), '{"format": 2}');
		await expect(readBundle(join(folder, name))).rejects.toThrow(words);
	});

	test('paths start from the folder of the cluster file', async () => {
		await makeBundle('relative');
		expect((await readBundle('./relative', folder)).folder).toBe(join(folder, 'relative'));
	});

	test('damage of the same length is found by the checksum', async () => {
		const path = await makeBundle('damaged');
		writeFileSync(join(path, 'packages/amazon-linux-2023/jq.rpm'), 'packages/amazon-linux-2023/jQ.rpm');
		expect((await damagedFiles(await readBundle(path))).map(file => file.path)).toEqual([
			'packages/amazon-linux-2023/jq.rpm',
		]);
	});

	test('no path of a manifest leads out of its folder', () => {
		for (const path of ['packages/../../etc/passwd', 'packages/../passwd', 'archives/x/passwd']) {
			expect(manifestSchema.shape.files.safeParse([{path, sha256: 'a'.repeat(64), bytes: 1}]).success).toBe(false);
		}
	});
});
