import {describe, expect, test} from 'vitest';
import {resetOf} from '../../../roles/reset.ts';
import {rolesOf} from '../../../roles/roles-of.ts';
import type {HostFacts} from '../../../source/cluster/facts.ts';
import {platformOf, platforms} from '../../../source/sources/platform.ts';
import {compile} from '../../../source/steps/compile.ts';
import {Sandbox, shells} from '../steps/shells.ts';
import {cluster, facts} from './cluster-fixture.ts';
import {allSteps, hostOf, ofKind, serviceOf, stepsOf, textAt} from './look-up.ts';

const whole = cluster(1, 1);

/** What a fresh instance of each tells of itself; of those that ended, from public transcripts. */
const known: Record<string, Partial<HostFacts>> = {
	'amazon-linux-2023': {},
	'debian-12': {
		os: {id: 'debian', version_id: '12', pretty_name: 'Debian GNU/Linux 12 (bookworm)'},
		selinux: 'absent',
		units: {chrony: 'active'},
	},
	'ubuntu-22.04': {
		os: {id: 'ubuntu', version_id: '22.04', pretty_name: 'Ubuntu 22.04.5 LTS'},
		systemd: 249,
		selinux: 'absent',
		units: {'systemd-timesyncd': 'active', rsyslog: 'active'},
	},
	'ubuntu-24.04': {
		os: {id: 'ubuntu', version_id: '24.04', pretty_name: 'Ubuntu 24.04.3 LTS'},
		systemd: 255,
		selinux: 'absent',
		units: {chrony: 'active', rsyslog: 'active'},
	},
	'rocky-9': {
		os: {id: 'rocky', version_id: '9.6', pretty_name: 'Rocky Linux 9.6 (Blue Onyx)'},
		selinux: 'enforcing',
		firewall: 'firewalld',
		units: {chronyd: 'active', rsyslog: 'active', firewalld: 'active'},
	},
	'almalinux-9': {
		os: {id: 'almalinux', version_id: '9.6', pretty_name: 'AlmaLinux 9.6 (Sage Margay)'},
		selinux: 'enforcing',
		units: {chronyd: 'active', rsyslog: 'active'},
	},
	'amazon-linux-2': {
		os: {id: 'amzn', version_id: '2', pretty_name: 'Amazon Linux 2'},
		kernel: '5.10.0',
		systemd: 219,
		cgroup: 'v1',
		selinux: 'disabled',
		units: {chronyd: 'active', rsyslog: 'active'},
	},
	'amazon-linux-2018': {
		os: {id: 'amzn', version_id: '2018.03', pretty_name: 'Amazon Linux AMI 2018.03'},
		kernel: '4.14.336',
		systemd: 0,
		cgroup: 'v1',
		selinux: 'disabled',
		units: {ntpd: 'active', rsyslog: 'active'},
	},
};
/** cgroup v1 is for the builds of Apache. */
const clusterFor = (id: string) =>
	known[id]?.cgroup === 'v1'
		? {...whole, sources: {...whole.sources, mesos: {kind: 'package', name: 'mesos', build: 'apache'} as const}}
		: whole;
const steps = (id: string, name: string) => allSteps(name, clusterFor(id), known[id]);

test('there are facts of every platform', () => {
	expect(Object.keys(known).sort()).toEqual(platforms.map(({id}) => id).sort());
	for (const [id, changes] of Object.entries(known)) expect(platformOf(facts(changes)).id).toBe(id);
});

describe.each(Object.keys(known))('%s', id => {
	const {system} = platformOf(facts(known[id]));

	test('every step of every role and of a reset compiles to text that every shell reads', () => {
		const host = (name: string) => hostOf(clusterFor(id), name);
		const texts = ['master-1', 'slave-1'].flatMap(name => {
			const roles = [...rolesOf(host(name), whole), ...resetOf(host(name), whole)];
			return roles.flatMap(role =>
				role.steps(host(name), clusterFor(id), facts(known[id])).flatMap(step => {
					const {check, apply, show, state} = compile(step, {timeout: 600_000, system});
					return [check, apply, show ?? '', state ?? ''];
				}),
			);
		});
		const other = system.services === 'systemd' ? /\bchkconfig\b/ : /\bsystemctl\b/;
		const strange = system.packages === 'apt' ? /\b(rpm|dnf|yum) -/ : /\b(apt-get|dpkg)\b/;
		for (const text of texts) {
			expect(text).not.toMatch(other);
			expect(text).not.toMatch(strange);
		}
		const sandbox = new Sandbox();
		for (const shell of shells) {
			const all = texts.map((text, index) => `f${index}() {\n${text || ':'}\n}`).join('\n');
			expect(sandbox.apply([...shell, '-n'], all)).toMatchObject({status: 0, stderr: ''});
		}
	});

	test('brings its own Docker, time service and log daemon', () => {
		const names = ofKind(steps(id, 'slave-1'), 'package').flatMap(step => step.names.map(({name}) => name));
		expect(names.filter(name => /^docker(\.io|-ce)?$/.test(name))).toHaveLength(1);
		const time = Object.keys(known[id]?.units ?? {chronyd: ''}).find(name => /chron|time|ntp/.test(name)) ?? 'chronyd';
		expect(serviceOf(steps(id, 'slave-1'), time)).toBeDefined();
		expect(serviceOf(steps(id, 'slave-1'), 'rsyslog')?.configuration).toBeDefined();
	});
});

test('a time service that is there is kept, and nothing that would displace it installed', () => {
	const [packages] = ofKind(stepsOf('common', 'slave-1', whole, known['ubuntu-22.04']), 'package');
	const names = packages?.names.map(({name}) => name);
	expect(names).toContain('systemd-timesyncd');
	expect(names).not.toContain('chrony');
});

test('Ubuntu’s rsyslog writes as its own user, who owns the folders', () => {
	const folders = ofKind(steps('ubuntu-24.04', 'slave-1'), 'directory').filter(({path}) =>
		path.startsWith('/var/log/'),
	);
	expect(folders).toMatchObject([{path: '/var/log/mesos', owner: 'syslog', group: 'adm'}]);
});

test('ufw that is on is its owner’s: a note, no rules', () => {
	const changes = {...known['ubuntu-22.04'], firewall: 'ufw'} as const;
	expect(JSON.stringify(stepsOf('common', 'slave-1', whole, changes))).not.toContain('firewall-cmd');
});

describe('systemd 219', () => {
	const own = ['zookeeper', 'mesos-master', 'marathon', 'chronos'].map(
		name => textAt(steps('amazon-linux-2', 'master-1'), `/etc/systemd/system/${name}.service`) ?? '',
	);

	test('is told in its own words what runs as root, and without a limit of restarts', () => {
		for (const text of own) {
			expect(text).toMatch(/^PermissionsStartOnly=true$/m);
			expect(text).not.toMatch(/^Exec\w+=\+/m);
			expect(text).toMatch(/\[Service\][\s\S]*^StartLimitInterval=0$/m);
			expect(text).not.toContain('StartLimitIntervalSec');
		}
	});
});

describe('init scripts', () => {
	const master = steps('amazon-linux-2018', 'master-1');

	test('stand where units would', () => {
		expect(JSON.stringify(master)).not.toContain('/etc/systemd');
		for (const name of ['zookeeper', 'mesos-master', 'marathon', 'chronos']) {
			expect(textAt(master, `/etc/init.d/${name}`)).toContain('# chkconfig: 345');
			expect(serviceOf(master, name)?.configuration).toMatch(/^[0-9a-f]{64}$/);
		}
		expect(textAt(master, '/etc/cron.daily/mesos-setup-image-prune')).toContain('docker image prune');
		expect(textAt(master, '/etc/logrotate.d/mesos-setup')).toContain('kill -HUP $(cat /var/run/syslogd.pid)');
		expect(textAt(master, '/etc/rsyslog.d/10-mesos-setup.conf')).toContain(
			':programname, isequal, "mesos-master" /var/log/mesos/mesos-master.log\n& ~\n',
		);
	});
});
