import {describe, expect, test} from 'vitest';
import {judgeRoles} from '../../../source/pipeline/doctor/judge-roles.ts';
import {sourceOf} from '../../../source/sources/resolve.ts';
import {cluster, facts, host} from '../roles/cluster-fixture.ts';

const digest = `sha256:${'e'.repeat(64)}`;
const arm = facts({arch: 'aarch64'});

describe('an Arm host', () => {
	test('is refused what the catalog knows to be built for x86_64 only, whoever names it', () => {
		const marathon = {kind: 'image', ref: 'mesosphere/marathon:v1.11.24', digest} as const;
		expect(() => sourceOf({sources: {marathon}}, arm, 'marathon')).toThrow(
			expect.objectContaining({
				exitCode: 1,
				field: 'sources.marathon',
				reason: 'The host is aarch64, and the image mesosphere/marathon:v1.11.24 is built for x86_64 only.',
				fix: 'Use x86_64 instances, or name a build for aarch64 in the cluster file.',
			}),
		);
		expect(() => sourceOf({sources: {}}, arm, 'chronos')).toThrow('is built for x86_64 only');
		expect(sourceOf({sources: {marathon}}, facts(), 'marathon')).toMatchObject({kind: 'image'});
	});

	test('gets what is built for both, or needs no building', () => {
		expect(sourceOf({sources: {}}, arm, 'docker')).toMatchObject({kind: 'package', name: 'docker'});
		const os = {id: 'debian', version_id: '12', pretty_name: ''};
		expect(sourceOf({sources: {}}, facts({os, arch: 'aarch64'}), 'mesos')).toMatchObject({name: 'aventer-mesos'});
	});

	test.each([
		['https://a/mesos-1.11.0-x86_64.tar.gz', false],
		['https://a/amd64/mesos.tar.gz', false],
		['https://a/mesos-1.11.0-aarch64.tar.gz', true],
		['https://a/mesos_arm64.tar.gz', true],
		['https://a/mesos-x86_64-and-aarch64.tar.gz', true],
		['https://a/mesos-1.11.0.tar.gz', true],
	])('%s: %s', (url, fits) => {
		const sources = {mesos: {kind: 'archive', url, sha512: 'a'.repeat(128)} as const};
		const resolve = () => sourceOf({sources}, arm, 'mesos');
		if (fits) expect(resolve()).toMatchObject({kind: 'archive'});
		else expect(resolve).toThrow('is built for x86_64 only');
	});

	test('the address of a repository tells, too', () => {
		const repo = {id: 'a', baseurl: 'https://a/el9/x86_64/', gpgkey: 'https://a/KEY'};
		const sources = {mesos: {kind: 'package', name: 'mesos', repo} as const};
		expect(() => sourceOf({sources}, arm, 'mesos')).toThrow('the package mesos of https://a/el9/x86_64/ is built for');
	});
});

test('doctor says of which component it is, once', () => {
	const {checks} = judgeRoles(host('master-1', 'master', '10.0.1.11'), cluster(1, 1), arm);
	expect(checks.filter(({status}) => status === 'failed').map(({check}) => check)).toEqual([
		'source marathon',
		'source chronos',
	]);
});
