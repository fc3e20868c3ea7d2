import {expect, test} from 'vitest';
import {rolesOf} from '../../../roles/roles-of.ts';
import {cluster} from './cluster-fixture.ts';
import {hostOf, ofKind, serviceOf, stepsOf, textAt} from './look-up.ts';

const wanted = cluster(3, 3);
const digest = `sha256:${'d'.repeat(64)}`;

test('roles in their order; a framework that is off has none', () => {
	const names = (name: string, frameworks = wanted.frameworks) =>
		rolesOf(hostOf(wanted, name), {frameworks}).map(role => role.name);
	expect(names('master-1')).toEqual(['common', 'docker', 'zookeeper', 'mesos-master', 'marathon', 'chronos']);
	expect(names('slave-1')).toEqual(['common', 'docker', 'mesos-agent']);
	expect(names('master-1', {marathon: false, chronos: true})).toEqual([
		'common',
		'docker',
		'zookeeper',
		'mesos-master',
		'chronos',
	]);
});

test('Marathon’s environment, in words that systemd and docker read alike', () => {
	const text = textAt(stepsOf('marathon', 'master-2', wanted), '/etc/default/marathon') ?? '';
	const values = Object.fromEntries(
		text
			.trim()
			.split('\n')
			.map(line => line.split(/=(.*)/, 2)),
	);
	expect(values).toMatchObject({
		MARATHON_MASTER: 'zk://10.0.1.11:2181,10.0.1.12:2181,10.0.1.13:2181/mesos',
		MARATHON_ZK: 'zk://10.0.1.11:2181,10.0.1.12:2181,10.0.1.13:2181/marathon',
		MARATHON_HOSTNAME: 'master-2',
		MARATHON_HTTP_PORT: '8080',
		MARATHON_MESOS_USER: 'root',
		LIBPROCESS_IP: '10.0.1.12',
	});
	expect(text).not.toMatch(/["'\\#;]|[ \t]$/m);
});

test('Chronos is told its ports as its image takes them, and the port not twice', () => {
	const steps = stepsOf('chronos', 'master-2', wanted);
	expect(textAt(steps, '/etc/default/chronos')).toMatch(/^PORT0=8081\nPORT1=8091\nLIBPROCESS_IP=10\.0\.1\.12$/m);
	const unit = textAt(steps, '/etc/systemd/system/chronos.service');
	expect(unit).toMatch(
		/--master \$\{CHRONOS_MASTER\} --zk_hosts \$\{CHRONOS_ZK_HOSTS\} --hostname \$\{CHRONOS_HOSTNAME\}$/m,
	);
	expect(unit).not.toContain('--http_port');
	expect(unit).toMatch(/^EnvironmentFile=\/etc\/default\/chronos$/m);
});

test.each(['marathon', 'chronos'] as const)(
	'%s runs in a pinned container on the host’s network, behind the leader, in turn',
	name => {
		const steps = stepsOf(name, 'master-1', wanted);
		expect(ofKind(steps, 'image')).toMatchObject([{ref: expect.stringContaining(name), digest}]);
		const unit = textAt(steps, `/etc/systemd/system/${name}.service`);
		expect(unit).toContain(`\nExecStartPre=-/bin/sh -c 'exec /usr/bin/docker rm --force ${name}.mesos-setup `);
		expect(unit).toMatch(
			new RegExp(
				`^ExecStart=/usr/bin/docker run --rm --pull=never --name ${name}.mesos-setup --net=host --env-file /etc/default/${name} mesosphere/${name}@${digest}`,
				'm',
			),
		);
		expect(serviceOf(steps, name)).toMatchObject({after: 'mesos-leader', token: name});
	},
);

test.each(['marathon', 'chronos'] as const)('%s from a package is refused, with the reason', name => {
	const changed = cluster(1, 1);
	changed.sources[name] = {kind: 'package', name};
	expect(() => stepsOf(name, 'master-1', changed)).toThrow(
		new RegExp(`^sources\\.${name}: .*only run from an image.*libmesos`),
	);
});
