import {createHash} from 'node:crypto';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {writeClusterFile} from './cluster-file.ts';
import {type Lab, up} from './lab.ts';
import {buildArtifacts} from './mirror/artifacts.ts';
import {startDetached} from './mirror/start-mirror.ts';
import {mirrorAddress} from './names.ts';
import {difference} from './outside.ts';
import {waitUntil} from './processes.ts';
import {complaints, mesosSetup, type ProductRun} from './product.ts';
import {run} from './run.ts';
import {Running} from './running.ts';
import {statesOf} from './state-of-hosts.ts';

// What hosts and networks do to an installation. One master and five slaves meet one fault after the other; another master
// and another slave are installed undisturbed, and at the end nobody can tell them apart.
let lab: Lab;
let file: string;
let undisturbed: Promise<ProductRun>;

const timeouts = {connect: '5s', step: '2m', gate: '1m'};
const faulty = `http://${mirrorAddress}:81`;
const quiet = () => {};

/** A cluster file with other fields; the file of the next run that ends well is `file`. */
const variant = (name: string, fields: Record<string, unknown>) =>
	writeClusterFile(lab, {path: join(lab.folder, `${name}.yaml`), masters: 1, slaves: 5, fields: {timeouts, ...fields}});

beforeAll(async () => {
	const names = ['master-1', 'master-2', ...[1, 2, 3, 4, 5, 6].map(n => `slave-${n}`)];
	lab = await up({name: 'test-faults', hosts: names, log: quiet});
	file = await variant('cluster', {});
	const hosts = ['master-2', 'slave-6'].map(name => {
		const {address} = lab.host(name);
		return {name, role: name.replace(/-\d/, ''), address, private_ip: address};
	});
	const other = await variant('undisturbed', {hosts});
	undisturbed = new Running(lab, ['apply', '-c', other, '--yes', '--json'], join(lab.folder, 'other-home')).ended;
	await startFaultyMirror();
});
afterAll(() => lab?.down());

/** Archives that are not what they should be, and everything once more below `/cut/`. */
async function startFaultyMirror(): Promise<void> {
	const folder = join(lab.folder, 'faulty');
	await mkdir(folder);
	const {web} = await buildArtifacts(quiet);
	await run('cp', ['-a', join(web, 'archives'), join(web, 'mesos'), folder]);
	const name = 'apache-zookeeper-3.8.0-bin.tar.gz';
	const whole = await readFile(join(folder, 'archives', name));
	await writeFile(join(folder, 'archives/truncated.tar.gz'), whole.subarray(0, whole.length / 2));
	await writeFile(join(folder, 'archives/page.tar.gz'), '<!DOCTYPE html>\n<html><body>Please log in</body></html>\n');
	await run('tar', [
		'-C',
		folder,
		'--transform',
		's|^|../../../../outside/|',
		'-P',
		'-czf',
		join(folder, 'archives/outside.tar.gz'),
		'archives/page.tar.gz',
	]);
	await startDetached(lab, 'faulty', [
		process.execPath,
		join(import.meta.dirname, 'faulty-server.ts'),
		folder,
		mirrorAddress,
		'81',
	]);
}

/** A cluster file whose ZooKeeper comes from the faulty mirror, with the checksum of what should be there. */
async function withArchive(path: string): Promise<string> {
	const zookeeper = lab.mirror.sources.zookeeper;
	if (zookeeper?.kind !== 'archive') throw new Error('ZooKeeper of the lab is an archive.');
	const outside =
		path.endsWith('outside.tar.gz') && (await readFile(join(lab.folder, 'faulty/archives/outside.tar.gz')));
	const sha512 = outside ? createHash('sha512').update(outside).digest('hex') : zookeeper.sha512;
	return variant('archive', {
		sources: {...lab.mirror.sources, zookeeper: {...zookeeper, sha512, url: `${faulty}/${path}`}},
	});
}

async function on(host: string, script: string): Promise<string> {
	const result = await lab.host(host).exec(script);
	if (result.failed) throw new Error(`${host}: ${script}\n${result.stdout}${result.stderr}`);
	return String(result.stdout);
}

/** Cause and fix of what went wrong on a host, as one text that must not be long. */
function errorOf(run: ProductRun, host: string): string {
	const errors = run.events.flatMap(event => (event.event === 'error' && event.host === host ? [event] : []));
	expect(errors, `errors of ${host}`).toHaveLength(1);
	const [error] = errors;
	expect(error?.fix).toMatch(/^[A-Z`].*\w.*/);
	return [error?.field, error?.cause, error?.fix].join(' ');
}

const failed = (run: ProductRun) => {
	const summary = run.events.at(-1);
	return summary?.event === 'summary' ? Object.keys(summary.hosts).filter(host => summary.hosts[host]?.failed) : [];
};

const apply = (path: string, ...more: string[]) => mesosSetup(lab, ['apply', '-c', path, '--yes', '--json', ...more]);

const older = `
sed -i 's/^198[.]18[.]0[.]11/127.0.1.1/' /etc/hosts
mkdir -p /etc/mesos-master /etc/mesos
echo 3 >/etc/mesos-master/quorum
echo /tmp/mesos >/etc/mesos-master/work_dir
echo x >/etc/mesos-master/roles
echo zk://old:2181/mesos >/etc/mesos/zk
printf '[Service]\\nExecStart=/bin/sleep 1000000\\nRestart=always\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/mesos-master.service
cp /etc/systemd/system/mesos-master.service /etc/systemd/system/mesos-slave.service
systemctl daemon-reload
systemctl enable --now mesos-master mesos-slave`;
const otherCluster = (role: string) => `
mkdir -p /etc/mesos-setup
echo '{"cluster":{"id":"11111111-2222-4333-8444-555555555555","name":"other"},"host":"x","role":"${role}"}' >/etc/mesos-setup/host.json`;
const sudoers = '/etc/sudoers.d/90-cloud-init-users';

test('who cannot be logged in to, or belongs to others, fails alone and by name', async () => {
	await on(
		'slave-1',
		'cd ~ec2-user/.ssh; mv authorized_keys kept; : >authorized_keys; chown ec2-user: authorized_keys',
	);
	await on('slave-2', `cp ${sudoers} /root/sudoers; echo 'ec2-user ALL=(ALL) ALL' >${sudoers}`);
	await lab.host('slave-3').kill();
	// Not a fault: sudo that wants a terminal, behind a shell that prints.
	await on('slave-4', `echo 'Defaults:ec2-user requiretty' >/etc/sudoers.d/91-tty`);
	await on('slave-4', 'cp -a ~ec2-user/.bashrc /root/bashrc');
	await on('slave-4', `printf 'echo Welcome\\nprintf "no newline \\\\033[31m"\\necho oops >&2\\n' >~ec2-user/.bashrc`);
	await on('slave-5', otherCluster('slave'));
	await on('master-1', older);
	const first = await apply(await withArchive('archives/page.tar.gz'));
	expect(first.exitCode).toBe(1);
	expect(failed(first), complaints(first)).toEqual(['master-1', 'slave-1', 'slave-2', 'slave-3', 'slave-5']);
	expect(errorOf(first, 'slave-1')).toMatch(/198.18.0.21:22 refuses user ec2-user with the key \S+key.pem.*ssh.user/);
	expect(errorOf(first, 'slave-2')).toMatch(/sudo on 198.18.0.22 wants a password of ec2-user.*NOPASSWD/);
	expect(errorOf(first, 'slave-3')).toMatch(/(198.18.0.23:22 does not answer|no way to 198.18.0.23).*Check/);
	expect(errorOf(first, 'slave-5')).toMatch(/belongs to the cluster "other".*not to "lab".*host.json.*reset/);
	expect(errorOf(first, 'master-1')).toMatch(
		/archive http.*page.tar.gz gives a web page of \d+ bytes instead of an archive/,
	);
	expect(first.events.at(-1)).toMatchObject({hosts: {'slave-4': {failed: 0, skipped: 0}}});
	// What was there before is as it was.
	expect(
		await on('slave-5', 'cat /etc/mesos-setup/host.json; ls /etc/mesos-setup /var/lib/mesos-setup 2>&1 || :'),
	).toMatch(/other.*\n.*mesos-setup': No such file.*\n.*\nhost.json$/);
});

describe('an artifact that is not what it should be is refused before anything of it is there', () => {
	test.each([
		['archives/truncated.tar.gz', /truncated.tar.gz gives \d+ bytes that are no whole archive: truncated.*checksum/],
		['archives/mesos-1.11.0.tar.gz', /is an archive, but not the expected one: expected checksum \w+, found/],
		['archives/outside.tar.gz', /holds an entry outside its own folder: \.\..*Nothing of it was unpacked/],
		['cut/archives/apache-zookeeper-3.8.0-bin.tar.gz', /was cut off three times, the last time after \d+ bytes/],
		['archives/gone.tar.gz', /404.*does not give out http\S+gone.tar.gz.*Check the address/],
	])('%s', async (path, message) => {
		const refused = await apply(await withArchive(path), '--limit', 'master-1');
		expect(refused.exitCode).toBe(1);
		expect(errorOf(refused, 'master-1')).toMatch(message);
		expect(await on('master-1', 'ls /opt/mesos-setup; ls -d /outside /opt/zookeeper 2>/dev/null || :')).toBe('');
	});
});

test('a wrong user is named, and so is what usually is the right one', async () => {
	const path = await variant('user', {ssh: {user: 'nobody', key: lab.keyFile}});
	const refused = await apply(path, '--limit', 'slave-4');
	expect(refused.exitCode).toBe(1);
	expect(errorOf(refused, 'slave-4')).toMatch(/198.18.0.24:22 refuses user nobody.*Amazon Linux: ec2-user/);
});

describe('in the middle of an installation', () => {
	test('lost, rebooted, full, locked out and with a port taken: each host ends for itself', async () => {
		await on('slave-1', 'cd ~ec2-user/.ssh; mv kept authorized_keys');
		await on('slave-2', `mv /root/sudoers ${sudoers}`);
		await lab.host('slave-3').boot();
		await on(
			'slave-5',
			'rm -r /etc/mesos-setup; mkdir -p /var/cache/dnf; mount -t tmpfs -o size=100k tmpfs /var/cache/dnf',
		);
		// A live process holds dnf's lock, as automatic updates do; it lets go after some seconds.
		await on(
			'slave-1',
			`systemd-run --unit=holder sh -c 'echo $$$$ >/var/cache/dnf/metadata_lock.pid; exec sleep 1000'`,
		);
		await on(
			'master-1',
			`systemd-run --unit=squatter perl -MIO::Socket::INET -e 'our $$s = IO::Socket::INET->new(LocalPort => 8080, Listen => 1, ReuseAddr => 1) or die; sleep 1000'`,
		);
		const second = new Running(lab, ['apply', '-c', file, '--yes', '--json']);
		await Promise.all([
			second.done('slave-2', 'names in /etc/hosts').then(() => lab.host('slave-2').freeze()),
			second.done('slave-3', 'group docker').then(async () => {
				await waitUntil(async () => (await on('slave-3', 'pgrep -c dnf || :')).trim() !== '0', 20_000, 'no dnf');
				await lab.host('slave-3').kill();
				await lab.host('slave-3').boot();
			}),
			second.done('slave-1', 'names in /etc/hosts').then(() => on('slave-1', 'sleep 4; systemctl stop holder')),
		]);
		const ended = await second.ended;
		lab.host('slave-2').thaw();
		await on('slave-5', 'umount /var/cache/dnf');
		await on('master-1', 'systemctl stop squatter');
		expect(ended.exitCode).toBe(1);
		expect(failed(ended), complaints(ended)).toEqual(['master-1', 'slave-2', 'slave-3', 'slave-5']);
		expect(errorOf(ended, 'slave-2')).toMatch(/connection was lost.*(no answer|not answered).*run again/);
		expect(errorOf(ended, 'slave-3')).toMatch(/connection was lost.*run again/);
		expect(errorOf(ended, 'slave-5')).toMatch(/packages.*the disk is full.*df -h/);
		expect(errorOf(ended, 'master-1')).toMatch(
			/service marathon.*a port the daemon needs is taken.*Address already in use.*ss -ltnp/,
		);
		expect(ended.events.at(-1)).toMatchObject({hosts: {'slave-1': {failed: 0, skipped: 0}}});
	});

	test('a lock of dnf that nobody gives back ends with the time of the step, and says who holds it', async () => {
		await on(
			'slave-5',
			`systemd-run --unit=holder sh -c 'echo $$$$ >/var/cache/dnf/metadata_lock.pid; exec sleep 1000'`,
		);
		const path = await variant('step', {timeouts: {...timeouts, step: '6s'}});
		const ended = await apply(path, '--limit', 'slave-5');
		await on('slave-5', 'systemctl stop holder');
		expect(ended.exitCode).toBe(1);
		expect(errorOf(ended, 'slave-5')).toMatch(/packages.*in use by another process.*\d+.*Wait until/);
	});

	test('a mirror that goes away during a download', async () => {
		const {mesos} = lab.mirror.sources;
		if (mesos?.kind !== 'package') throw new Error('Mesos of the lab is a package.');
		const repo = {...mesos.repo, baseurl: `${faulty}/cut/mesos/`};
		const path = await variant('repo', {sources: {...lab.mirror.sources, mesos: {...mesos, repo}}});
		const ended = await apply(path, '--limit', 'slave-5');
		expect(ended.exitCode).toBe(1);
		expect(errorOf(ended, 'slave-5')).toMatch(/packages mesos.*a download failed.*reaches the server/);
	});
});

test("the only master carries another cluster's host.json: nothing is touched anywhere", async () => {
	await on('master-1', 'cp -a /etc/mesos-setup /root/kept; rm -r /etc/mesos-setup');
	await on('master-1', otherCluster('master'));
	const refused = await apply(file);
	await on('master-1', 'rm -r /etc/mesos-setup; mv /root/kept /etc/mesos-setup');
	expect(refused.exitCode).toBe(1);
	expect(errorOf(refused, 'master-1')).toMatch(/belongs to the cluster "other".*reset/);
	expect(refused.events.filter(event => event.event === 'step')).toEqual([]);
});

test('after all of that the next run ends in the very state of an undisturbed one', async () => {
	const last = await apply(file);
	expect(last.exitCode, complaints(last)).toBe(0);
	const reference = await undisturbed;
	expect(reference.exitCode, complaints(reference)).toBe(0);
	await on('slave-4', 'rm /etc/sudoers.d/91-tty; cp -a /root/bashrc ~ec2-user/.bashrc');
	await on('master-1', `sed -i 's/^127[.]0[.]1[.]1/198.18.0.11/' /etc/hosts`);
	const states = await statesOf(lab);
	const differences = Object.entries(states).flatMap(([host, state]) =>
		difference(states[host.startsWith('master') ? 'master-2' : 'slave-6'] ?? '', state).map(line => `${host} ${line}`),
	);
	expect(differences).toEqual([]);
	const [plan, verify] = [
		await mesosSetup(lab, ['plan', '-c', file, '--check']),
		await mesosSetup(lab, ['verify', '-c', file, '--json']),
	];
	expect(plan.exitCode, plan.stdout).toBe(0);
	expect(verify.exitCode, complaints(verify)).toBe(0);
});
