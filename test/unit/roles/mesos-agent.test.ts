import {describe, expect, test} from 'vitest';
import type {HostFacts} from '../../../source/cluster/facts.ts';
import type {IdentifiedCluster} from '../../../source/cluster/model.ts';
import {cluster} from './cluster-fixture.ts';
import {hostOf, ofKind, serviceOf, stepsOf, textAt} from './look-up.ts';

function flagsOf(wanted: IdentifiedCluster, changes?: Partial<HostFacts>): Record<string, string> {
	const files = ofKind(stepsOf('mesos-agent', 'slave-1', wanted, changes), 'file');
	const flags = files.filter(({path}) => path.startsWith('/etc/mesos-agent/'));
	return Object.fromEntries(
		flags.map(({path, content}) => [path.slice('/etc/mesos-agent/'.length), content.toString()]),
	);
}

function withBuild(
	build: 'apache' | 'clusterd' | undefined,
	agent_flags: Record<string, string | boolean> = {},
): IdentifiedCluster {
	const wanted = cluster(1, 1);
	wanted.sources.mesos = {kind: 'package', name: 'mesos', build};
	wanted.mesos.agent_flags = agent_flags;
	return wanted;
}

test('an agent says who and where it is and what it offers', () => {
	expect(flagsOf(cluster(1, 1))).toMatchObject({
		ip: '10.0.1.101\n',
		advertise_ip: '10.0.1.101\n',
		hostname: 'slave-1\n',
		attributes: 'id:slave-1\n',
		resources: 'ports(*):[4000-5000, 7000-8000, 9000-10000, 20000-26000, 31000-32000]\n',
		executor_registration_timeout: '5mins\n',
	});
});

test('attributes keep every odd character; the host’s own come over the cluster’s', () => {
	const wanted = cluster(1, 1);
	wanted.mesos.attributes = {rack: 'r 1/a', 'os.name': `$(id) 'x' "y" \\n %h ü`, zone: 'eu'};
	hostOf(wanted, 'slave-1').mesos.attributes = {zone: 'us'};
	expect(flagsOf(wanted).attributes).toBe(`id:slave-1;rack:r 1/a;os.name:$(id) 'x' "y" \\n %h ü;zone:us\n`);
});

test('needs no gate and no turn: without a master it tries again', () => {
	const service = serviceOf(stepsOf('mesos-agent', 'slave-1', cluster(3, 3)), 'mesos-agent');
	expect(service).not.toHaveProperty('after');
	expect(service).not.toHaveProperty('token');
});

test('tasks outlive the agent', () => {
	expect(textAt(stepsOf('mesos-agent', 'slave-1', cluster(1, 1)), '/etc/systemd/system/mesos-agent.service')).toMatch(
		/^KillMode=process$/m,
	);
});

test('from an image its executors are containers too', () => {
	const wanted = cluster(1, 1);
	const digest = `sha256:${'e'.repeat(64)}`;
	wanted.sources.mesos = {kind: 'image', ref: 'own/clusterd:0.9.0', digest};
	expect(flagsOf(wanted).docker_mesos_image).toBe(`own/clusterd@${digest}\n`);
});

describe('how tasks are contained follows from the host’s cgroups and the build', () => {
	test('clusterd on v2: docker and mesos, by cgroup, without systemd’s v1 hierarchy', () => {
		expect(flagsOf(withBuild('clusterd'))).toMatchObject({
			containerizers: 'docker,mesos\n',
			launcher: 'linux\n',
			isolation: 'cgroups/cpu,cgroups/mem\n',
			'?no-systemd_enable_support': '',
		});
	});

	test('Apache on v1: the same, with systemd where it runs', () => {
		expect(flagsOf(withBuild('apache'), {cgroup: 'v1'})).toMatchObject({
			containerizers: 'docker,mesos\n',
			launcher: 'linux\n',
			'?systemd_enable_support': '',
		});
		expect(flagsOf(withBuild('apache'), {cgroup: 'v1', systemd: 0})).toHaveProperty('?no-systemd_enable_support');
	});

	test.each(['apache', undefined] as const)('build %s on v2 with Docker: refused, with cause and ways out', build => {
		const plan = () => stepsOf('mesos-agent', 'slave-1', withBuild(build));
		expect(plan).toThrow(/^slave-1: .*cgroup v2.*docker containerizer/);
		expect(plan).toThrow(/build: clusterd.*legacy_systemd_cgroup_controller=1.*containerizers: mesos/);
		expect(plan).toThrow(expect.objectContaining({exitCode: 1, host: 'slave-1'}));
	});

	test('Apache on v2 without Docker: plain processes', () => {
		expect(flagsOf(withBuild('apache', {containerizers: 'mesos'}))).toMatchObject({
			containerizers: 'mesos\n',
			launcher: 'posix\n',
			isolation: 'posix/cpu,posix/mem\n',
			'?no-systemd_enable_support': '',
		});
	});

	test('clusterd on v1, and any build on a hybrid layout: refused', () => {
		expect(() => stepsOf('mesos-agent', 'slave-1', withBuild('clusterd'), {cgroup: 'v1'})).toThrow(/needs cgroup v2/);
		for (const build of ['apache', 'clusterd'] as const) {
			expect(() => stepsOf('mesos-agent', 'slave-1', withBuild(build), {cgroup: 'hybrid'})).toThrow(
				/mixes cgroup v1 and v2/,
			);
		}
	});

	test('without cgroups: Docker refused, plain processes without it', () => {
		expect(() => stepsOf('mesos-agent', 'slave-1', withBuild('apache'), {cgroup: 'none'})).toThrow(
			/no cgroup file system/,
		);
		expect(flagsOf(withBuild('apache', {containerizers: 'mesos'}), {cgroup: 'none'})).toMatchObject({
			launcher: 'posix\n',
		});
	});

	test('what the user says of launcher and isolation wins', () => {
		const wanted = withBuild('clusterd', {
			isolation: 'cgroups/all,disk/du',
			launcher: 'linux',
			systemd_enable_support: true,
		});
		const flags = flagsOf(wanted);
		expect(flags).toMatchObject({isolation: 'cgroups/all,disk/du\n', '?systemd_enable_support': ''});
		expect(flags).not.toHaveProperty('?no-systemd_enable_support');
	});
});

test('images of the cluster file are on a slave before its agent runs, and on no master', () => {
	const digest = `sha256:${'e'.repeat(64)}`;
	const wanted = {...cluster(1, 1), images: ['nginx:1.27', `registry.example:5000/team/job:2@${digest}`]};
	const steps = stepsOf('mesos-agent', 'slave-1', wanted);
	expect(ofKind(steps, 'image')).toMatchObject([
		{ref: 'nginx:1.27', digest: undefined},
		{ref: 'registry.example:5000/team/job:2', digest},
	]);
	const agent = steps.findIndex(step => step.kind === 'service' && step.unit === 'mesos-agent');
	expect(steps.findLastIndex(step => step.kind === 'image')).toBeLessThan(agent);
	expect(ofKind(stepsOf('mesos-master', 'master-1', wanted), 'image')).toEqual([]);
});
