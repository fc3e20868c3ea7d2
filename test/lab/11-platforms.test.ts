import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {writeClusterFile} from './cluster-file.ts';
import {applied} from './installed-lab.ts';
import {type Lab, up} from './lab.ts';
import {complaints, mesosSetup} from './product.ts';

let lab: Lab;
let file: string;

const on = async (host: string, script: string) => {
	const {stdout, stderr} = await lab.host(host).exec(script);
	return `${stdout}${stderr}`.trim();
};

/** A second run finds nothing to do, and plan agrees. */
async function changesNothing(...about: string[]): Promise<void> {
	const again = await mesosSetup(lab, ['apply', ...about, '--yes', '--json']);
	expect(again.exitCode, complaints(again)).toBe(0);
	expect(again.events.at(-1)).toMatchObject({event: 'summary', changed: 0, failed: 0});
	const plan = await mesosSetup(lab, ['plan', ...about, '--check']);
	expect(plan.exitCode, plan.stdout).toBe(0);
}

async function verifies(): Promise<void> {
	const verify = await mesosSetup(lab, ['verify', '-c', file, '--json']);
	expect(verify.exitCode, complaints(verify)).toBe(0);
}

// Debian as itself; the first slave is Debian's programs under the name of Ubuntu. The second one joins later.
describe('Debian 12, with a slave that calls itself Ubuntu 24.04', () => {
	const packages = "dpkg -l | awk '/^[a-z][a-z] /{print $1, $2}' | sort";
	const before = new Map<string, string>();

	/** Packages with their versions, and every file of the cluster under /etc, but for what tells one slave from another. */
	const contentOf = async (host: 'slave-1' | 'slave-2') => {
		const script = `
			dpkg-query -W
			cd /etc
			find mesos* zookeeper default systemd/system docker logrotate.d rsyslog.d security/limits.d -printf '%y %m %u:%g %l %p\\n' | sort
			grep -r '' mesos mesos-agent default systemd/system docker/daemon.json logrotate.d rsyslog.d security/limits.d | sort`;
		const own = new RegExp(`${host}|${lab.host(host).address}|syslog(?=:adm| adm)|root(?=:root| root)`, 'g');
		return (await on(host, script)).replaceAll(own, '…');
	};

	beforeAll(async () => {
		const hosts = ['master-1', 'slave-1', 'slave-2'];
		const platform = {'master-1': 'debian-12', 'slave-1': 'ubuntu-24.04', 'slave-2': 'debian-12'};
		lab = await up({name: 'test-platforms', hosts, platform, log: () => {}});
		file = await writeClusterFile(lab, {slaves: 1});
		for (const name of hosts) before.set(name, await on(name, packages));
	});
	afterAll(() => lab.down());

	test('the hosts are what they say, and bare', async () => {
		expect(await on('master-1', '. /etc/os-release; echo $ID $VERSION_ID; cat /etc/debian_version')).toMatch(
			/^debian 12\n12\./,
		);
		expect(await on('slave-1', '. /etc/os-release; echo $ID $VERSION_ID')).toBe('ubuntu 24.04');
		expect(await on('slave-2', 'command -v dnf rpm dockerd java rsyslogd logrotate; true')).toBe('');
	});

	test('doctor finds in the repositories of apt what will be installed', async () => {
		const doctor = await mesosSetup(lab, ['doctor', '-c', file, '--json']);
		expect(doctor.exitCode, complaints(doctor)).toBe(0);
		const found = doctor.events.flatMap(event =>
			event.event === 'check' && event.check === 'packages' ? [`${event.host}: ${event.detail}`] : [],
		);
		expect(found.sort().join('\n')).toMatch(/^master-1: \d\d to install, .*\nslave-1: \d\d to install, /);
		expect(await on('slave-2', 'ls /var/lib/apt/lists')).not.toContain('InRelease');
	});

	test('apply installs them from there', () => applied(lab, file));

	test('a second run changes nothing', () => changesNothing('-c', file));

	test('doctor has nothing to complain of, and names who holds the lock of the packages', async () => {
		const well = await mesosSetup(lab, ['doctor', '-c', file, '--json']);
		expect(well.exitCode, complaints(well)).toBe(0);
		const holder = lab
			.host('slave-1')
			.exec([
				'python3',
				'-c',
				'import fcntl,time; f=open("/var/lib/dpkg/lock-frontend","w"); fcntl.lockf(f,fcntl.LOCK_EX); print(1,flush=True); time.sleep(600)',
			]);
		await expect.poll(() => on('slave-1', 'grep -c POSIX /proc/locks')).not.toBe('0');
		const busy = await mesosSetup(lab, ['doctor', '-c', file, '--json', '--limit', 'slave-1']);
		await on('slave-1', 'pkill -f lock-frontend');
		await holder;
		expect(complaints(busy)).toMatch(/The package manager is in use by python3 \(pid \d+\)/);
	});

	test('with every server stopped, a new slave gets the same packages and files out of a bundle', async () => {
		file = await writeClusterFile(lab);
		const bundle = join(lab.folder, 'bundle');
		const made = await mesosSetup(lab, ['bundle', 'create', bundle, '-c', file, '--limit', 'slave-2', '--json']);
		expect(made.exitCode, complaints(made)).toBe(0);
		expect(await on('slave-2', `ls /var/cache/mesos-setup; ls /var/lib/apt/lists; ${packages}`)).toBe(
			`partial\n${before.get('slave-2')}`,
		);
		for (const pid of lab.mirror.pids) process.kill(pid, 'SIGTERM');
		const asked = `curl --silent --max-time 1 http://${lab.mirror.address}:81/; echo $?`;
		await expect.poll(() => on('slave-2', asked), {timeout: 20_000}).toBe('7');
		const fields = {sources: {kind: 'bundle', path: './bundle'}};
		const bundled = await writeClusterFile(lab, {path: join(lab.folder, 'bundled.yaml'), fields});
		await applied(lab, bundled, '--limit', 'slave-2');
		await changesNothing('-c', bundled, '--limit', 'slave-2');
		expect(await contentOf('slave-2')).toEqual(await contentOf('slave-1'));
	});

	test('verify proves it', verifies);

	test.each([
		['Mesos is the fork’s package', 'slave-2', 'dpkg-query -W aventer-mesos', /1\.11\.0-0\.9\.0/],
		[
			'its repository is trusted by its own key',
			'master-1',
			'cat /etc/apt/sources.list.d/aventer.sources',
			/Suites: bookworm\nComponents: main\nSigned-By: \/etc\/apt\/keyrings\/aventer\.asc$/,
		],
		['the suite is the host’s own', 'slave-1', 'cat /etc/apt/sources.list.d/aventer.sources', /Suites: noble\n/],
		['Docker is the distribution’s', 'slave-2', 'dpkg-query -W docker.io', /docker\.io/],
		['Java, on masters', 'master-1', 'java -version', /openjdk version "17\./],
		['no master was ever started on a slave', 'slave-2', 'journalctl -q -u mesos-master.service', /^$/],
		[
			'no agent with anything but its configuration',
			'slave-2',
			'journalctl -q -u mesos-agent -o cat',
			/^(?![\s\S]*wrapper)/,
		],
		['packages may start their daemons again', 'slave-2', 'ls /usr/sbin/policy-rc.d', /No such file/],
		[
			'time',
			'slave-2',
			'systemctl is-active chrony; cat /etc/timezone; readlink /etc/localtime',
			/^active\nEtc\/UTC\n.*Etc\/UTC$/,
		],
		['logs', 'slave-2', 'grep -c "mesos-agent" /var/log/mesos/mesos-agent.log', /^[1-9]/],
		['logs of Ubuntu’s rsyslog are its user’s', 'slave-1', 'stat -c %U:%G /var/log/mesos', /^syslog:adm$/],
		['rotation', 'slave-2', 'logrotate -f /etc/logrotate.d/mesos-setup && ls /var/log/mesos', /mesos-agent\.log\.1/],
		['the login user may use Docker', 'slave-2', 'id -nG admin', /\bdocker\b/],
	])('%s (%s)', async (_, host, script, answer) => {
		expect(await on(host, script)).toMatch(answer);
	});

	test('reset leaves the packages that were there before, and no others', async () => {
		const reset = await mesosSetup(lab, ['reset', '-c', file, '--yes', '--json']);
		expect(reset.exitCode, complaints(reset)).toBe(0);
		expect(before.get('master-1')).toMatch(/^ii apt$/m);
		for (const [name, list] of before) expect(await on(name, packages), name).toBe(list);
		expect(await on('slave-1', 'ls /etc/apt/sources.list.d /etc/apt/keyrings')).not.toContain('aventer');
	});
});

// The programs of the Amazon Linux 2023 hosts under other names; on the second they have a yum and no dnf.
describe('a master that calls itself Rocky 9 and a slave that calls itself Amazon Linux 2', () => {
	beforeAll(async () => {
		const platform = {'master-1': 'rocky-9', 'slave-1': 'amazon-linux-2'};
		lab = await up({name: 'test-platforms', hosts: Object.keys(platform), platform, log: () => {}});
		const sources = {
			...lab.mirror.sources,
			docker: {kind: 'package', name: 'docker'},
			java: {kind: 'package', name: 'java-17-amazon-corretto-headless'},
		};
		file = await writeClusterFile(lab, {fields: {sources}});
	});
	afterAll(() => lab.down());

	test('apply warns of the one that is out of support, installs both, and verify proves it', async () => {
		const apply = await mesosSetup(lab, ['apply', '-c', file, '--yes', '--json']);
		expect(apply.exitCode, complaints(apply)).toBe(0);
		const warned = apply.events.filter(event => event.event === 'check' && event.check === 'platform');
		// By the clock of the machine, which may be set to anything.
		const over = new Date().toISOString() > '2026-07-01';
		expect(warned).toMatchObject(over ? [{host: 'slave-1', status: 'warn'}] : []);
		await verifies();
	});

	test('a second run changes nothing', () => changesNothing('-c', file));
});
