import {existsSync} from 'node:fs';
import {readFile, rm, writeFile} from 'node:fs/promises';
import {execa} from 'execa';
import {withLock} from './lock.ts';
import {mirrorPackages} from './mirror/mirror-packages.ts';
import {cacheFolder} from './names.ts';

export type Log = (line: string) => void;

/** What the lab needs of this machine's Debian. */
const hostPackages = ['mmdebstrap', 'systemd-container', 'openssh-client', 'iproute2', 'rpm', 'util-linux', 'gnupg'];

/**
 * Installs the Debian packages the lab needs and this machine does not have, after printing what will be installed.
 * No service of theirs is started, now or at the next boot.
 */
export async function installDebianPackages(log: Log): Promise<void> {
	const missing = () => absentPackages([...new Set([...hostPackages, ...mirrorPackages])]);
	if ((await missing()).length === 0 && !(await isOurPolicy())) return;
	const waiting = () => log('Waiting for another lab that installs packages.');
	await withLock(`${cacheFolder}/packages.lock`, waiting, async () =>
		withoutStartingServices(async () => install(await missing(), log)),
	);
}

async function install(packages: readonly string[], log: Log): Promise<void> {
	if (packages.length === 0) return;
	const options = ['-q', '-o', 'DPkg::Lock::Timeout=300', '--no-install-recommends'];
	await execa('apt-get', ['update', '-q']);
	const {stdout} = await execa('apt-get', ['install', '--simulate', ...options, ...packages]);
	log('The lab installs these Debian packages on this machine (they stay):');
	for (const [, name, old, version] of stdout.matchAll(/^Inst (\S+) (?:\[(\S+)\] )?\((\S+)/gm))
		log(`  ${name} ${version}${old ? ` (now ${old})` : ''}`);
	await execa('apt-get', ['install', '-y', ...options, ...packages], {env: {DEBIAN_FRONTEND: 'noninteractive'}});
	await disableServices(packages);
}

async function absentPackages(names: readonly string[]): Promise<string[]> {
	const {stdout} = await execa('dpkg', ['--get-selections', ...names], {reject: false});
	const installed = new Set(stdout.split('\n').map(line => /^([^:\s]+)\S*\s+(install|hold)$/.exec(line)?.[1]));
	return names.filter(name => !installed.has(name));
}

const policyFile = '/usr/sbin/policy-rc.d';
const policy = '#!/bin/sh\n# Put here by the lab of mesos-setup while it installs packages.\nexit 101\n';

/** A killed run may have left it behind. */
async function isOurPolicy(): Promise<boolean> {
	return existsSync(policyFile) && (await readFile(policyFile, 'utf8')) === policy;
}

/** Debian's packages ask a policy program before they start a service. One that is there already is the machine's own. */
async function withoutStartingServices(work: () => Promise<unknown>): Promise<void> {
	if (existsSync(policyFile) && !(await isOurPolicy())) {
		await work();
		return;
	}
	await writeFile(policyFile, policy, {mode: 0o755});
	try {
		await work();
	} finally {
		await rm(policyFile, {force: true});
	}
}

async function disableServices(packages: readonly string[]): Promise<void> {
	const {stdout} = await execa('dpkg-query', ['-L', ...packages]);
	const units = [...stdout.matchAll(/^(?:\/usr)?\/lib\/systemd\/system\/([^/@]+\.(?:service|timer|socket))$/gm)];
	for (const unit of units) await execa('systemctl', ['disable', '--quiet', `${unit[1]}`], {reject: false});
}

/** The archive this machine's own apt takes Debian 12 from, for the hosts' base. */
export async function debianArchive(): Promise<string> {
	const {stdout} = await execa('apt-get', [
		'indextargets',
		'--format',
		'$(REPO_URI) $(RELEASE) $(COMPONENT)',
		'Identifier: Packages',
	]);
	const line = stdout.split('\n').find(target => / (bookworm|stable|oldstable) main$/.test(target));
	if (!line) throw new Error("This machine's apt knows no Debian 12 (bookworm) archive: see /etc/apt/sources.list.");
	return line.slice(0, line.indexOf(' '));
}
