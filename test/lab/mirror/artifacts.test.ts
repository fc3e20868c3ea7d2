import {createHash} from 'node:crypto';
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Artifacts, buildArtifacts} from './artifacts.ts';

let artifacts: Artifacts;
let database: string;

beforeAll(async () => {
	artifacts = await buildArtifacts(() => {});
	database = await mkdtemp(join(tmpdir(), 'rpm-keys-'));
});
afterAll(() => rm(database, {recursive: true, force: true}));

/** Says whether every package of a repository is signed by a key. */
async function signedBy(key: string, repository: string): Promise<boolean> {
	const folder = join(artifacts.web, repository);
	const dbpath = ['--dbpath', join(database, `${key}-${repository}`)];
	await execa('rpm', [...dbpath, '--initdb']);
	await execa('rpmkeys', [...dbpath, '--import', join(artifacts.web, key)]);
	const packages = (await readdir(folder)).filter(name => name.endsWith('.rpm')).map(name => join(folder, name));
	expect(packages.length).toBeGreaterThan(0);
	const {stdout, failed} = await execa('rpmkeys', [...dbpath, '--checksig', ...packages], {reject: false});
	return !failed && stdout.split('\n').every(line => line.endsWith('digests signatures OK'));
}

test('every package is signed by the key of its own publisher, and by no other', async () => {
	expect(await signedBy('RPM-GPG-KEY-amazon-linux-2023', 'amazonlinux')).toBe(true);
	expect(await signedBy('RPM-GPG-KEY-mesos', 'mesos')).toBe(true);
	expect(await signedBy('RPM-GPG-KEY-mesos', 'mesos-apache')).toBe(true);
	expect(await signedBy('RPM-GPG-KEY-amazon-linux-2023', 'mesos')).toBe(false);
});

test.each(['apache-zookeeper-3.8.0-bin.tar.gz', 'mesos-1.11.0.tar.gz'])('%s has its checksum beside it', async name => {
	const file = join(artifacts.web, 'archives', name);
	const sha512 = createHash('sha512')
		.update(await readFile(file))
		.digest('hex');
	expect(await readFile(`${file}.sha512`, 'utf8')).toBe(`${sha512}  ${name}\n`);
	expect(Object.values(artifacts.archives)).toContain(sha512);
});

test('another call finds what is built', async () => {
	const lines: string[] = [];
	expect(await buildArtifacts(line => lines.push(line))).toEqual(artifacts);
	expect(lines).toEqual([]);
});
