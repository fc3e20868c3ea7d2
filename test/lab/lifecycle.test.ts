import {spawn} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {attach, down, type Lab, up} from './lab.ts';
import {labNames} from './names.ts';
import {processesInNetwork, waitUntil} from './processes.ts';
import {hasSnapshot, removeSnapshot} from './snapshot.ts';

const quiet = () => undefined;
const name = 'lifecycle';
const {folder, namespace} = labNames(name);
const options = {name, hosts: ['master-1', 'slave-1'], log: quiet};

/** Everything of the lab the machine still knows of. */
async function traces(): Promise<string[]> {
	const mounts = readFileSync('/proc/self/mounts', 'utf8')
		.split('\n')
		.filter(line => line.includes(`${folder}/`));
	const groups = (await execa('find', ['/sys/fs/cgroup', '-name', `${namespace}*`], {reject: false})).stdout;
	const machines = (
		await execa('find', ['/run/systemd/nspawn', '/run/netns', '-name', `${namespace}*`], {reject: false})
	).stdout;
	const processes = (await execa('ps', ['-eo', 'args', '--no-headers'])).stdout.split('\n');
	const carried = processes.filter(line => line.includes(`${folder}/`) || line.includes(`--machine=${namespace}`));
	return [...mounts, groups, machines, ...carried, existsSync(folder) ? folder : ''].filter(Boolean);
}

afterAll(() => down(name, quiet));

describe('a running lab', () => {
	let lab: Lab;
	beforeAll(async () => {
		await down(name, quiet);
		lab = await up(options);
	});

	test('a second up finds it as it is', async () => {
		const lines: string[] = [];
		const again = await up({...options, log: line => lines.push(line)});
		expect(lines).toEqual([`The lab ${name} is up already.`]);
		expect(again.hosts.map(host => host.pid)).toEqual(lab.hosts.map(host => host.pid));
	});

	test('a host whose power was cut keeps its disk and comes back', async () => {
		const host = lab.host('slave-1');
		await host.exec('echo kept >/root/marker && sync');
		await host.kill();
		expect({running: host.running, healthy: lab.healthy}).toEqual({running: false, healthy: false});
		await host.boot();
		expect((await host.exec('cat /root/marker')).stdout).toBe('kept');
		expect(lab.healthy).toBe(true);
	});

	test('a host can reboot by itself', async () => {
		const host = lab.host('slave-1');
		const bootId = async () => (await host.exec('cat /run/booted 2>/dev/null || echo fresh')).stdout;
		await host.exec('echo before >/run/booted');
		await host.exec(['systemctl', 'reboot']);
		const returned = async () => host.intact && (await host.answers()) && (await bootId()) === 'fresh';
		await waitUntil(returned, 60_000, 'slave-1 did not come back from its reboot within a minute.');
	});

	test('a frozen host does not answer until it is thawed', async () => {
		const host = lab.host('slave-1');
		host.freeze();
		expect(await host.answers()).toBe(false);
		host.thaw();
		expect(await host.answers()).toBe(true);
	});

	test('its network has no way out, and the machine no way in', async () => {
		expect((await lab.exec(['ip', 'route', 'show'])).stdout).toMatch(/^198\.18\.0\.0\/24 dev lab0 [^\n]*$/);
		const inside = (await lab.exec(['ip', '-o', 'link', 'show'])).stdout.split('\n').map(line => line.split(/:? /)[1]);
		expect(inside.map(device => device?.replace(/^vb-.*/, 'a host')).sort()).toEqual([
			'a host',
			'a host',
			'lab0',
			'lo',
		]);
		expect((await execa('ip', ['-o', 'addr', 'show'])).stdout).not.toContain('198.18.');
		expect((await execa('ip', ['route', 'show'])).stdout).not.toContain('198.18.');
	});

	test('a snapshot is a lab to start from, with disks and Docker folders', async () => {
		const snapshot = 'lifecycle-test';
		if (hasSnapshot(snapshot)) await removeSnapshot(snapshot);
		const host = lab.host('slave-1');
		await host.exec('echo layered >/root/layered; echo image >/var/lib/docker/image; rm -r /etc/sysconfig');
		await lab.snapshot(snapshot);
		const other = await up({name: 'lifecycle-from', from: snapshot, log: quiet});
		try {
			const look = 'cat /root/layered /var/lib/docker/image; test -e /etc/sysconfig || echo removed';
			expect((await other.host('slave-1').exec(look)).stdout).toBe('layered\nimage\nremoved');
			expect(other.namespace).not.toBe(lab.namespace);
			await expect(removeSnapshot(snapshot)).rejects.toThrow('in use by a running lab');
		} finally {
			await other.down();
			await lab.down();
			await removeSnapshot(snapshot);
		}
		expect(await traces()).toEqual([]);
	});
});

describe('a lab that was not taken down properly', () => {
	beforeEach(() => down(name, quiet));

	/** Starts `up` in a process of its own and kills that when the lab has come as far as `until` says. */
	async function killUpWhen(until: () => boolean): Promise<void> {
		const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), 'up', '--name', name], {
			stdio: 'ignore',
		});
		await waitUntil(until, 120_000, 'The lab did not come that far within two minutes.');
		child.kill('SIGKILL');
	}

	test.each<[string, () => boolean]>([
		['its folder exists', () => existsSync(join(folder, 'lab.json'))],
		['a disk is mounted', () => readFileSync('/proc/self/mounts', 'utf8').includes(`${folder}/hosts/`)],
		['something runs in its network', () => processesInNetwork(`/run/netns/${namespace}`).length > 0],
		['hosts boot', () => existsSync(join(folder, 'hosts/slave-3/console.log'))],
	])('goes without a trace when up was killed once %s', async (_, until) => {
		await killUpWhen(until);
		await down(name, quiet);
		expect(await traces()).toEqual([]);
	});

	test('comes up again when up was killed', async () => {
		await killUpWhen(() => existsSync(join(folder, 'hosts/slave-3/console.log')));
		const lines: string[] = [];
		const lab = await up({...options, log: line => lines.push(line)});
		expect(lines).toContain(`Removed the remains of an earlier lab ${name}.`);
		expect(lab.healthy).toBe(true);
	});

	test('goes without a trace when every systemd-nspawn and lab.json are gone', async () => {
		const lab = await up(options);
		for (const host of lab.hosts) process.kill(Number(host.pid), 'SIGKILL');
		await execa('rm', [join(folder, 'lab.json')]);
		expect(await attach(name)).toBeUndefined();
		await down(name, quiet);
		expect(await traces()).toEqual([]);
	});

	test('is up anew when its systemd-nspawns were killed', async () => {
		const before = await up(options);
		const firstPid = before.host('master-1').pid;
		process.kill(Number(before.host('slave-1').pid), 'SIGKILL');
		await waitUntil(() => before.host('slave-1').pid === undefined, 10_000, 'systemd-nspawn survives SIGKILL.');
		const after = await up(options);
		expect(after.healthy).toBe(true);
		expect(after.host('master-1').pid).not.toBe(firstPid);
	});

	test('other files beside the lab are left alone', async () => {
		await up(options);
		const beside = () => readdirSync(join(folder, '..')).filter(entry => entry !== name);
		const before = beside();
		await down(name, quiet);
		await down(name, quiet);
		if (before.length > 0) expect(beside()).toEqual(before);
	});
});
