import {describe, expect, test} from 'vitest';
import type {RollingService} from '../../../source/steps/step.ts';
import {cluster, clusterOf, host} from './cluster-fixture.ts';
import {allSteps, everyStep, ofKind, serviceOf, stepsOf, textAt} from './look-up.ts';

const sizes: [masters: number, slaves: number][] = [
	[1, 1],
	[3, 3],
	[5, 1],
];

describe('what the playbook this tool replaces got wrong cannot happen here', () => {
	test.each(sizes)(
		'defect 1, daemons told of a name service nobody installs: only masters’ own addresses (%i + %i)',
		(masters, slaves) => {
			const wanted = cluster(masters, slaves);
			const servers = Array.from({length: masters}, (_, index) => `10.0.1.${11 + index}:2181`).join(',');
			for (const {name, role} of wanted.hosts) {
				const steps = allSteps(name, wanted);
				expect(textAt(steps, '/etc/mesos/zk')).toBe(`zk://${servers}/mesos\n`);
				if (role === 'slave') continue;
				expect(textAt(steps, '/etc/default/marathon')).toContain(`MARATHON_ZK=zk://${servers}/marathon\n`);
				expect(textAt(steps, '/etc/default/chronos')).toContain(`CHRONOS_ZK_HOSTS=${servers}\n`);
			}
			expect(JSON.stringify(everyStep(wanted))).not.toMatch(/consul|weave/i);
		},
	);

	test.each([
		[1, '1\n'],
		[2, '2\n'],
		[3, '2\n'],
		[5, '3\n'],
		[7, '4\n'],
	])('defect 2, a quorum of two whatever the number: %i masters', (masters, quorum) => {
		const wanted = cluster(masters, 1);
		for (const {name} of wanted.hosts.slice(0, masters)) {
			expect(textAt(stepsOf('mesos-master', name, wanted), '/etc/mesos-master/quorum')).toBe(quorum);
		}
	});

	test('defect 2, one cluster name for everybody: the name is the cluster file’s', () => {
		const wanted = {...cluster(1, 1), name: 'blue'};
		expect(textAt(stepsOf('mesos-master', 'master-1', wanted), '/etc/mesos-master/cluster')).toBe('blue\n');
	});

	test('defect 3, ZooKeeper’s data initialised again: nothing below its folder is written, removed or run but the id file', () => {
		const steps = stepsOf('zookeeper', 'master-1', cluster(3, 3));
		const touching = steps.filter(step => JSON.stringify(step).includes('/var/lib/zookeeper'));
		expect(touching.filter(({kind}) => kind === 'command' || kind === 'absent')).toEqual([]);
		expect(JSON.stringify(steps)).not.toMatch(/initiali[sz]e|--force/);
		const paths = ofKind(steps, 'file').map(({path}) => path);
		expect(paths.filter(path => path.startsWith('/var/lib/zookeeper'))).toEqual(['/var/lib/zookeeper/myid']);
		const folder = ofKind(steps, 'directory').find(({path}) => path === '/var/lib/zookeeper');
		expect(folder).toBeDefined();
		expect(folder?.only).toBeUndefined();
	});

	test('defect 4, ids by one order and servers by another: master10 and master2 are who the list says', () => {
		const hosts = [
			host('master2', 'master', '10.0.1.2'),
			host('master10', 'master', '10.0.1.10'),
			host('master1', 'master', '10.0.1.1'),
		];
		const ids = {master2: 7, master10: 2, master1: 10};
		const lists = hosts.map(({name, private_ip}) => {
			const steps = stepsOf('zookeeper', name, clusterOf(hosts, ids));
			const own = textAt(steps, '/var/lib/zookeeper/myid')?.trim();
			expect(own).toBe(String(ids[name as keyof typeof ids]));
			const servers = textAt(steps, '/etc/zookeeper/conf/zoo.cfg')?.match(/^server.*$/gm);
			expect(servers).toContain(`server.${own}=${private_ip}:2888:3888`);
			return servers;
		});
		expect(lists[0]).toEqual([
			'server.2=10.0.1.10:2888:3888',
			'server.7=10.0.1.2:2888:3888',
			'server.10=10.0.1.1:2888:3888',
		]);
		expect(lists[1]).toEqual(lists[0]);
		expect(lists[2]).toEqual(lists[0]);
	});

	test('defect 5, a new slave renumbers the others: their attributes stay as they were', () => {
		const [old, newcomer] = [host('slave-b', 'slave', '10.0.1.102'), host('slave-a', 'slave', '10.0.1.101')];
		const master = host('master-1', 'master', '10.0.1.11');
		const before = stepsOf('mesos-agent', 'slave-b', clusterOf([master, old]));
		const after = stepsOf('mesos-agent', 'slave-b', clusterOf([newcomer, master, old]));
		expect(textAt(before, '/etc/mesos-agent/attributes')).toBe('id:slave-b\n');
		expect(after).toEqual(before);
	});

	test.each(sizes)(
		'defect 6, success without a running cluster: every daemon must be up with its configuration (%i + %i)',
		(masters, slaves) => {
			const wanted = cluster(masters, slaves);
			for (const {name, role} of wanted.hosts) {
				const steps = allSteps(name, wanted);
				const daemons = role === 'master' ? ['zookeeper', 'mesos-master', 'marathon', 'chronos'] : ['mesos-agent'];
				for (const unit of [...daemons, 'docker', 'rsyslog']) {
					expect(serviceOf(steps, unit)?.configuration).toMatch(/^[0-9a-f]{64}$/);
				}
				for (const unit of daemons) {
					expect(textAt(steps, `/etc/systemd/system/${unit}.service`)).not.toMatch(/^ExecStart=-/m);
				}
				for (const {apply} of ofKind(steps, 'command')) expect(apply).not.toMatch(/\|\| *(true|:)/);
			}
		},
	);

	test('defect 7, a changed file and an old process: every file a daemon reads counts, and is written before it starts', () => {
		const wanted = cluster(3, 3);
		const roles = [
			['zookeeper', 'master-1'],
			['mesos-master', 'master-1'],
			['marathon', 'master-1'],
			['chronos', 'master-1'],
			['mesos-agent', 'slave-1'],
			['docker', 'slave-1'],
		] as const;
		for (const [role, name] of roles) {
			const steps = stepsOf(role, name, wanted);
			const service = steps.findIndex(step => step.kind === 'service' && step.unit === role);
			const unit = ofKind(steps, 'file').find(
				({path}) => /\/system\/[^/]*(\.service|\.d\/mesos-setup\.conf)$/.test(path) && path.includes(role),
			);
			const watched =
				/^ExecStartPre=\+\S+\/configuration (.*)$/m.exec(unit?.content.toString() ?? '')?.[1]?.split(' ') ?? [];
			expect(watched[0]).toBe(role);
			for (const [index, step] of steps.entries()) {
				if (step.kind !== 'file' || step.path.includes('image-prune')) continue;
				expect(index).toBeLessThan(service);
				expect(
					watched.some(path => step.path === path || step.path.startsWith(`${path}/`)),
					`${role} watches ${step.path}`,
				).toBe(true);
			}
		}
	});

	test('defect 7, another flag, the old process: it is another configuration', () => {
		const [before, after] = [cluster(1, 1), cluster(1, 1)];
		after.mesos.master_flags = {zk_session_timeout: '20secs'};
		const service = (wanted: typeof before) => serviceOf(stepsOf('mesos-master', 'master-1', wanted), 'mesos-master');
		expect(service(after)?.configuration).not.toBe(service(before)?.configuration);
	});

	test('defect 8, /etc/hosts overwritten: only a block of it is ours', () => {
		const steps = stepsOf('common', 'slave-1', cluster(1, 1));
		expect(textAt(steps, '/etc/hosts')).toBeUndefined();
		expect(ofKind(steps, 'block')).toMatchObject([
			{path: '/etc/hosts', marker: 'mesos-setup', lines: ['10.0.1.11 master-1', '10.0.1.101 slave-1']},
		]);
	});

	test('defect 9, everything upgraded on every run: packages are named, and nothing asks for the latest', () => {
		const steps = everyStep(cluster(3, 3));
		for (const {names} of ofKind(steps, 'package')) {
			for (const {name, version} of names) {
				expect(name).not.toMatch(/[*?]|^-/);
				expect(version).not.toBe('latest');
			}
		}
		for (const {check, apply} of ofKind(steps, 'command'))
			expect(`${check}\n${apply}`).not.toMatch(/\b(dnf|yum|rpm)\b/);
	});

	test('defect 10, binaries without a checksum: an archive and an image always carry theirs', () => {
		const steps = everyStep(cluster(3, 3));
		expect(ofKind(steps, 'archive').length).toBeGreaterThan(0);
		for (const {checksum} of ofKind(steps, 'archive')) expect(checksum.hex).toMatch(/^([0-9a-f]{64}|[0-9a-f]{128})$/);
		expect(ofKind(steps, 'image').length).toBeGreaterThan(0);
		for (const {digest} of ofKind(steps, 'image')) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
		for (const unit of ['marathon', 'chronos']) {
			expect(textAt(steps, `/etc/systemd/system/${unit}.service`)).toMatch(/ --pull=never .*@sha256:[0-9a-f]{64}\b/);
		}
		expect(JSON.stringify(ofKind(steps, 'command'))).not.toMatch(/curl|wget|https?:/);
	});

	test.each(sizes)(
		'defect 11, a daemon’s lines in a second file: each route ends with its own stop (%i + %i)',
		(masters, slaves) => {
			const wanted = cluster(masters, slaves);
			const expected = {master: ['zookeeper', 'mesos-master', 'marathon', 'chronos'], slave: ['mesos-agent']};
			for (const {name, role} of wanted.hosts) {
				const fragment = textAt(stepsOf('common', name, wanted), '/etc/rsyslog.d/10-mesos-setup.conf') ?? '';
				const routes = [...fragment.matchAll(/^if \$programname == "([^"]*)" then \{\n(.*?)\n\}$/gms)];
				expect(routes.map(([, daemon]) => daemon)).toEqual(expected[role]);
				for (const [, daemon, body] of routes) {
					expect(body).toMatch(new RegExp(`file="/var/log/\\w+/${daemon}\\.log"`));
					expect(body?.trim()).toMatch(/\n\s*stop$/);
				}
			}
		},
	);

	test('defect 12, exited containers removed under Mesos: the timer prunes images only, containers are left to the agent', () => {
		const steps = allSteps('slave-1', cluster(1, 1));
		const prune = textAt(steps, '/etc/systemd/system/mesos-setup-image-prune.service');
		expect(prune).toMatch(/^ExecStart=\/usr\/bin\/docker image prune --force --filter until=168h$/m);
		expect(JSON.stringify(ofKind(steps, 'file').filter(({path}) => /systemd|cron/.test(path)))).not.toMatch(
			/docker (rm|container|system|rmi)|--all/,
		);
		expect(textAt(steps, '/etc/mesos-agent/docker_remove_delay')).toBe('6hrs\n');
	});

	test('defect 16, all masters restarted at once: every service that has members takes its turn', () => {
		const steps = allSteps('master-1', cluster(3, 3));
		const rolling: RollingService[] = ['zookeeper', 'mesos-master', 'marathon', 'chronos'];
		for (const unit of rolling) expect(serviceOf(steps, unit)?.token).toBe(unit);
	});

	test('defect 17, state in /tmp: no daemon keeps anything there', () => {
		const wanted = cluster(1, 1);
		expect(textAt(stepsOf('mesos-master', 'master-1', wanted), '/etc/mesos-master/work_dir')).toBe('/var/lib/mesos\n');
		const agent = stepsOf('mesos-agent', 'slave-1', wanted);
		for (const flag of ['work_dir', 'fetcher_cache_dir', 'docker_store_dir']) {
			expect(textAt(agent, `/etc/mesos-agent/${flag}`)).toMatch(/^\/var\/lib\/mesos/);
		}
	});

	test('defect 18, the login user’s primary group changed: docker is a further group, and only that', () => {
		const [user] = ofKind(stepsOf('docker', 'slave-1', cluster(1, 1)), 'user');
		expect(user).toMatchObject({name: 'ec2-user', groups: ['docker']});
		expect(user?.group).toBeUndefined();
	});

	test('defect 19, slaves on the masters’ port: agents listen on 5051, masters on 5050', () => {
		const wanted = cluster(1, 1);
		expect(textAt(stepsOf('mesos-agent', 'slave-1', wanted), '/etc/mesos-agent/port')).toBe('5051\n');
		expect(textAt(stepsOf('mesos-master', 'master-1', wanted), '/etc/mesos-master/port')).toBe('5050\n');
	});

	test.each(sizes)(
		'defect 20, one Chronos pinned to one slave: Marathon and Chronos on every master (%i + %i)',
		(masters, slaves) => {
			const wanted = cluster(masters, slaves);
			for (const {name, role} of wanted.hosts) {
				for (const framework of ['marathon', 'chronos'] as const) {
					expect(stepsOf(framework, name, wanted).length > 0).toBe(role === 'master');
				}
			}
		},
	);
});
