import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Lab, up} from './lab.ts';

let lab: Lab;
beforeAll(async () => {
	lab = await up({name: 'hosts', hosts: ['master-1', 'slave-1'], log: () => undefined});
});
afterAll(() => lab?.down());

const names = ['master-1', 'slave-1'];

async function output(host: string, script: string): Promise<string> {
	const {exitCode, stdout, stderr} = await lab.host(host).exec(script);
	if (exitCode !== 0) throw new Error(`${host}: ${script}\nended with ${exitCode}: ${stderr}`);
	return stdout;
}

/** ssh as a person would run it in the lab's network. */
async function ssh(host: string, user: string, command: string) {
	const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes', 'LogLevel=ERROR'];
	const address = lab.host(host).address;
	const argv = ['ssh', '-i', lab.keyFile, ...options.flatMap(option => ['-o', option]), `${user}@${address}`, command];
	return lab.exec(argv);
}

describe.each(names)('the bare host %s', host => {
	test('calls itself Amazon Linux 2023 and is fully up', async () => {
		const release = await output(host, '. /etc/os-release && echo "$ID $VERSION_ID $PLATFORM_ID $PRETTY_NAME"');
		expect(release).toBe('amzn 2023 platform:al2023 Amazon Linux 2023.12.20260831');
		expect(await output(host, 'systemctl is-system-running')).toBe('running');
	});

	test.each([
		'docker',
		'dockerd',
		'containerd',
		'java',
		'rsyslogd',
		'logrotate',
		'crond',
		'apt-get',
		'dpkg',
		'mesos-master',
	])('has no %s', async command => {
		const found = await lab.host(host).exec(`command -v ${command}`);
		expect(found).toMatchObject({failed: true, stdout: ''});
	});

	test('sees control groups version 2 only', async () => {
		expect(await output(host, 'stat -f -c %T /sys/fs/cgroup')).toBe('cgroup2fs');
	});

	test('lets ec2-user in with the key, and up with sudo', async () => {
		expect(await ssh(host, 'ec2-user', 'sudo -n id -un')).toMatchObject({exitCode: 0, stdout: 'root'});
	});

	test('lets nobody else in', async () => {
		expect((await ssh(host, 'root', 'true')).stderr).toContain('Permission denied (publickey)');
		const withoutKey = await lab.exec([
			...['ssh', '-F', 'none', '-o', 'IdentityFile=none', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no'],
			...['-o', 'UserKnownHostsFile=/dev/null', `ec2-user@${lab.host(host).address}`, 'true'],
		]);
		expect(withoutKey.stderr).toContain('Permission denied (publickey)');
	});

	test('has a working dnf with the repository of its release', async () => {
		expect(await output(host, 'python3 -c "import dnf" && dnf --version | head -1')).toMatch(/^4\./);
		expect(await output(host, 'dnf -q repoquery --qf "%{name}" docker')).toBe('docker');
		expect(await output(host, 'cat /etc/dnf/vars/releasever')).toBe('2023');
		expect(await output(host, 'rpm -q --whatprovides system-release')).toContain('amazon-linux-release-2023');
	});

	test('knows its own name, and no name server', async () => {
		expect(await output(host, 'getent hosts "$(hostname)" | cut -d" " -f1')).toBe(lab.host(host).address);
		expect(await output(host, 'cat /etc/resolv.conf')).toBe('');
	});

	test('keeps time as a service but cannot touch the clock of the machine', async () => {
		expect(await output(host, 'systemctl is-active chronyd')).toBe('active');
		expect(await output(host, 'tr "\\0" " " </proc/$(pidof -s chronyd)/cmdline')).toContain(' -x ');
		const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await output(host, 'cat /proc/1/status'))?.[1];
		const sysTime = 1n << 25n;
		expect(BigInt(`0x${bounding}`) & sysTime).toBe(0n);
	});

	test('finds no way out of the lab', async () => {
		expect(await output(host, 'ip route show default')).toBe('');
	});
});

test('every host has keys of its own', async () => {
	const keys = await Promise.all(names.map(name => output(name, 'cut -d" " -f1,2 /etc/ssh/ssh_host_*_key.pub')));
	const lines = keys.flatMap(text => text.split('\n'));
	expect(lines.map(line => line.split(' ')[0]).sort()).toEqual([
		...['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256', 'ssh-ed25519', 'ssh-ed25519'],
	]);
	expect(new Set(lines).size).toBe(4);
	const machineIds = await Promise.all(names.map(name => output(name, 'cat /etc/machine-id')));
	expect(new Set(machineIds).size).toBe(2);
});

test('hosts reach each other', async () => {
	const {address} = lab.host('slave-1');
	expect(await output('master-1', `bash -c 'read -r line </dev/tcp/${address}/22; echo "$line"'`)).toContain('SSH-2.0');
});
