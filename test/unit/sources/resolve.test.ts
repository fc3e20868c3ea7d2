import {describe, expect, test} from 'vitest';
import type {Component, Source} from '../../../source/cluster/model.ts';
import {mesosBuildOf, sourceOf} from '../../../source/sources/resolve.ts';
import {facts} from '../roles/cluster-fixture.ts';

const resolve = (component: Component, source?: Source) =>
	sourceOf({sources: source ? {[component]: source} : {}}, facts(), component);

test('docker and java come from the platform without a word in the cluster file', () => {
	expect(resolve('docker')).toMatchObject({kind: 'package', name: 'docker'});
	expect(resolve('java')).toMatchObject({kind: 'package', name: 'java-17-amazon-corretto-headless'});
});

test('what the cluster file says wins', () => {
	expect(resolve('java', {kind: 'package', name: 'java-21-amazon-corretto-headless'})).toMatchObject({
		name: 'java-21-amazon-corretto-headless',
	});
});

test('Mesos is the user’s choice: the error names the field and what can be written there', () => {
	expect(() => resolve('mesos')).toThrow(
		/^sources\.mesos: Nothing installs mesos on Amazon Linux 2023 by default.*openeuler\/mesos/,
	);
	expect(() => resolve('mesos')).toThrow(expect.objectContaining({exitCode: 2, field: 'sources.mesos'}));
});

describe('nothing is installed unverified', () => {
	test.each(['zookeeper', 'marathon', 'chronos'] as const)(
		'%s: the catalog’s choice has no checksum yet, so it is asked for',
		component => {
			expect(() => resolve(component)).toThrow(
				new RegExp(`^sources\\.${component}: .*nothing is installed unverified.*into the cluster file`),
			);
			expect(() => resolve(component)).toThrow(expect.objectContaining({exitCode: 2}));
		},
	);

	test('an archive and an image of the user’s own need theirs too', () => {
		const url = 'https://mirror.example/zookeeper.tar.gz';
		expect(() => resolve('zookeeper', {kind: 'archive', url})).toThrow(/without a checksum/);
		expect(resolve('zookeeper', {kind: 'archive', url, sha256: 'a'.repeat(64)})).toMatchObject({
			checksum: {algorithm: 'sha256'},
		});
		expect(resolve('zookeeper', {kind: 'archive', url, sha256: 'a'.repeat(64), sha512: 'b'.repeat(128)})).toMatchObject(
			{
				checksum: {algorithm: 'sha512'},
			},
		);
		expect(() => resolve('marathon', {kind: 'image', ref: 'own/marathon:1'})).toThrow(/without a digest/);
	});

	test('a digest in the reference counts', () => {
		const digest = `sha256:${'a'.repeat(64)}`;
		expect(resolve('marathon', {kind: 'image', ref: `own/marathon:1@${digest}`})).toMatchObject({
			ref: 'own/marathon:1',
			digest,
		});
	});

	test('a repository needs its key, or the word that it has none', () => {
		const repo = {id: 'own', baseurl: 'https://mirror.example/'};
		expect(() => resolve('mesos', {kind: 'package', name: 'mesos', repo})).toThrow(
			/^sources\.mesos\.repo: .*no gpgkey/,
		);
		expect(resolve('mesos', {kind: 'package', name: 'mesos', repo: {...repo, unsigned: true}})).toMatchObject({
			name: 'mesos',
		});
	});
});

test('which build it is: as said, by an unmistakable name, else the one that can do less', () => {
	expect(mesosBuildOf({kind: 'package', name: 'mesos', build: 'clusterd'})).toBe('clusterd');
	expect(mesosBuildOf({kind: 'package', name: 'clusterd'})).toBe('clusterd');
	expect(mesosBuildOf({kind: 'package', name: 'clusterd', build: 'apache'})).toBe('apache');
	expect(mesosBuildOf({kind: 'package', name: 'mesos'})).toBe('apache');
});
