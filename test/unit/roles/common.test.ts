import {describe, expect, test} from 'vitest';
import {notesOf} from '../../../roles/roles-of.ts';
import {cluster, facts} from './cluster-fixture.ts';
import {hostOf, ofKind, serviceOf, stepsOf, textAt} from './look-up.ts';

const wanted = cluster(3, 3);
const onMaster = stepsOf('common', 'master-2', wanted);
const onSlave = stepsOf('common', 'slave-1', wanted);

test('who the host is comes before everything else', () => {
	const [first, second] = onMaster;
	expect(first).toMatchObject({kind: 'directory', path: '/etc/mesos-setup'});
	expect(second).toMatchObject({kind: 'file', path: '/etc/mesos-setup/host.json'});
});

test('host.json names cluster, host, role and id; the table of all hosts is on masters only', () => {
	expect(JSON.parse(textAt(onMaster, '/etc/mesos-setup/host.json') ?? '')).toEqual({
		cluster: {id: wanted.record.id, name: 'prod'},
		host: 'master-2',
		role: 'master',
		zookeeper_id: 2,
		version: expect.stringMatching(/^\d+\.\d+\.\d+/),
	});
	expect(JSON.parse(textAt(onMaster, '/etc/mesos-setup/cluster.json') ?? '')).toEqual(wanted.record);
	expect(JSON.parse(textAt(onSlave, '/etc/mesos-setup/host.json') ?? '')).not.toHaveProperty('zookeeper_id');
	expect(textAt(onSlave, '/etc/mesos-setup/cluster.json')).toBeUndefined();
});

test('the helper every unit calls is there, executable, before the first service', () => {
	const helper = onSlave.findIndex(
		step => step.kind === 'file' && step.path === '/usr/local/lib/mesos-setup/configuration',
	);
	expect(onSlave[helper]).toMatchObject({mode: '755'});
	expect(helper).toBeLessThan(onSlave.findIndex(step => step.kind === 'service'));
});

test('all packages in one transaction, before the services they bring; commands that exist are left alone', () => {
	expect(ofKind(onSlave, 'package')).toHaveLength(1);
	const names = ofKind(onSlave, 'package')[0]?.names ?? [];
	expect(names).toContainEqual({name: 'curl', unless: 'curl'});
	expect(names.map(({name}) => name)).toEqual(expect.arrayContaining(['chrony', 'rsyslog', 'logrotate', 'nmap-ncat']));
	const position = onSlave.findIndex(({kind}) => kind === 'package');
	expect(position).toBeLessThan(onSlave.findIndex(({kind}) => kind === 'service'));
});

test('clock, time zone, log rotation', () => {
	expect(ofKind(onSlave, 'symlink')).toContainEqual(
		expect.objectContaining({path: '/etc/localtime', target: expect.stringMatching(/zoneinfo\/UTC$/)}),
	);
	for (const unit of ['chronyd', 'rsyslog', 'logrotate.timer']) expect(serviceOf(onSlave, unit)).toBeDefined();
	const rotation = textAt(onMaster, '/etc/logrotate.d/mesos-setup');
	expect(rotation).toMatch(/^\/var\/log\/zookeeper\/\*\.log \/var\/log\/mesos\/\*\.log .*\{$/m);
	for (const line of ['daily', 'rotate 7', 'compress']) expect(rotation).toMatch(new RegExp(`^\\s*${line}$`, 'm'));
});

test('a log folder for each daemon, none for a framework that is off', () => {
	const without = {...wanted, frameworks: {marathon: true, chronos: false}};
	const folders = ofKind(stepsOf('common', 'master-1', without), 'directory').map(({path}) => path);
	expect(folders.filter(path => path.startsWith('/var/log'))).toEqual([
		'/var/log/zookeeper',
		'/var/log/mesos',
		'/var/log/marathon',
	]);
	expect(textAt(stepsOf('common', 'master-1', without), '/etc/rsyslog.d/10-mesos-setup.conf')).not.toContain('chronos');
});

test('SELinux: made permissive where it is on, not mentioned where it is not', () => {
	const title = 'SELinux permissive';
	const titles = (selinux: 'enforcing' | 'permissive' | 'disabled' | 'absent') =>
		stepsOf('common', 'slave-1', wanted, {selinux}).map(step => step.title);
	expect(titles('enforcing')).toContain(title);
	expect(titles('permissive')).toContain(title);
	expect(titles('disabled')).not.toContain(title);
	expect(titles('absent')).not.toContain(title);
});

describe('a host firewall', () => {
	test('that is off gets no rules and no note', () => {
		expect(JSON.stringify(onSlave)).not.toContain('firewall-cmd');
		expect(notesOf(hostOf(wanted, 'slave-1'), wanted, facts())).toEqual([]);
	});

	test('firewalld: the cluster’s ports for the members’ addresses, nothing for anybody else', () => {
		const master = stepsOf('common', 'master-1', wanted, {firewall: 'firewalld'});
		const slave = stepsOf('common', 'slave-1', wanted, {firewall: 'firewalld'});
		const ports = (steps: typeof master) =>
			[...(textAt(steps, '/etc/firewalld/services/mesos-setup.xml') ?? '').matchAll(/port="([\d-]+)"/g)].map(
				([, port]) => port,
			);
		expect(ports(master)).toEqual(['2181', '2888', '3888', '5050', '8080', '8090', '8081', '8091']);
		expect(ports(slave)).toEqual(['5051', '4000-5000', '7000-8000', '9000-10000', '20000-26000', '31000-32000']);
		const entries = textAt(slave, '/etc/firewalld/ipsets/mesos-setup.xml')?.match(/(?<=<entry>)[\d.]+/g);
		expect(entries?.toSorted()).toEqual(wanted.hosts.map(({private_ip}) => private_ip).toSorted());
		const rules = ofKind(slave, 'command')
			.map(({apply}) => apply)
			.join('\n');
		expect(rules).toMatch(
			/--add-rich-rule='rule family="ipv4" source ipset="mesos-setup" service name="mesos-setup" accept'/,
		);
		expect(rules).not.toMatch(/--add-(port|service|source)/);
	});

	test.each(['nftables', 'iptables'] as const)(
		'%s: its owner’s rules stay as they are, and the note says what to let in',
		firewall => {
			expect(stepsOf('common', 'slave-1', wanted, {firewall})).toEqual(onSlave);
			const [note] = notesOf(hostOf(wanted, 'slave-1'), wanted, facts({firewall}));
			expect(note).toMatch(new RegExp(`^slave-1: .*${firewall}.*5051.*31000-32000.*10\\.0\\.1\\.11`));
		},
	);
});

test('a host of another system is refused by its name in the cluster', () => {
	const os = {id: 'ubuntu', version_id: '18.04', pretty_name: 'Ubuntu 18.04.6 LTS'};
	expect(() => stepsOf('common', 'slave-1', wanted, {os})).toThrow(
		/^slave-1: .*Ubuntu 18\.04\.6 LTS.*Amazon Linux 2023/,
	);
});
