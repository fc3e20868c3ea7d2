import {chmod, cp, mkdir, readlink, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {containerdService, dockerService, dockerSocket, dockerSysconfig} from './docker-files.ts';
import {logrotateConf, rsyslogConf} from './log-files.ts';
import type {RpmDescription} from './rpm-build.ts';

/** An RPM repacked from Debian packages under the name Amazon Linux 2023 gives it. */
export type RpmRecipe = Omit<RpmDescription, 'version'> & {
	/** Debian packages whose files it is made of; the version is the first one's. */
	debs: readonly string[];
	/** Moves files to where Amazon Linux has them. */
	shape: (root: string) => Promise<void>;
};

/** What the lab's `amazonlinux` repository offers. */
export const amazonlinuxRecipes: readonly RpmRecipe[] = [
	{
		name: 'docker',
		summary: 'Automates deployment of containerized applications',
		debs: ['docker.io', 'tini'],
		requires: ['containerd', 'runc', 'iptables'],
		config: ['/etc/sysconfig/docker'],
		// As upstream's package: the group exists before docker.socket first names it.
		pre: 'rpm.execute("/usr/sbin/groupadd", "--system", "--force", "docker")',
		async shape(root) {
			await keepOnly(root, ['usr/bin/docker', 'usr/sbin/dockerd', 'usr/sbin/docker-proxy', 'usr/bin/tini-static']);
			for (const name of ['dockerd', 'docker-proxy'])
				await rename(join(root, 'usr/sbin', name), join(root, 'usr/bin', name));
			await rename(join(root, 'usr/bin/tini-static'), join(root, 'usr/bin/docker-init'));
			await put(root, 'usr/lib/systemd/system/docker.service', dockerService);
			await put(root, 'usr/lib/systemd/system/docker.socket', dockerSocket);
			await put(root, 'etc/sysconfig/docker', dockerSysconfig);
		},
	},
	{
		name: 'containerd',
		summary: 'An industry-standard container runtime',
		debs: ['containerd'],
		requires: ['runc'],
		async shape(root) {
			await keepOnly(root, ['usr/bin']);
			await put(root, 'usr/lib/systemd/system/containerd.service', containerdService);
		},
	},
	{
		name: 'runc',
		summary: 'CLI for running Open Containers',
		debs: ['runc'],
		shape: root => keepOnly(root, ['usr/sbin', 'usr/bin']),
	},
	{
		name: 'iptables-nft',
		summary: 'nftables compatibility for iptables, arptables and ebtables',
		debs: ['iptables'],
		provides: ['iptables'],
		async shape(root) {
			await keepOnly(root, ['usr/sbin', 'usr/bin', 'usr/lib/x86_64-linux-gnu']);
			for (const family of ['iptables', 'ip6tables'])
				for (const tool of ['', '-save', '-restore'])
					await symlink('xtables-nft-multi', join(root, 'usr/sbin', family + tool));
		},
	},
	{
		name: 'java-17-amazon-corretto-headless',
		summary: 'Amazon Corretto headless runtime environment 17 (OpenJDK of Debian in the lab)',
		debs: ['openjdk-17-jre-headless'],
		provides: ['java-headless', 'java-17-headless', 'jre-headless'],
		async shape(root) {
			await keepOnly(root, ['usr/lib/jvm/java-17-openjdk-amd64', 'etc/java-17-openjdk']);
			const home = join(root, 'usr/lib/jvm/java-17-amazon-corretto.x86_64');
			await rename(join(root, 'usr/lib/jvm/java-17-openjdk-amd64'), home);
			await embedConfiguration(root, home);
			for (const file of ['docs', 'man', 'lib/security/cacerts', 'src.zip'])
				await rm(join(home, file), {recursive: true, force: true});
			await mkdir(join(root, 'usr/bin'), {recursive: true});
			for (const tool of ['java', 'keytool'])
				await symlink(`/usr/lib/jvm/java-17-amazon-corretto.x86_64/bin/${tool}`, join(root, 'usr/bin', tool));
		},
	},
	{
		name: 'rsyslog',
		summary: 'Enhanced system logging and kernel message trapping daemon',
		debs: ['rsyslog'],
		requires: ['logrotate'],
		config: ['/etc/rsyslog.conf', '/etc/logrotate.d/rsyslog'],
		post: preset('rsyslog.service'),
		async shape(root) {
			await keepOnly(root, ['usr/sbin/rsyslogd', 'usr/lib/x86_64-linux-gnu/rsyslog', 'lib/systemd/system']);
			await mkdir(join(root, 'var/lib/rsyslog'), {recursive: true});
			await mkdir(join(root, 'etc/rsyslog.d'), {recursive: true});
			await put(root, 'etc/rsyslog.conf', rsyslogConf);
			await put(
				root,
				'etc/logrotate.d/rsyslog',
				'/var/log/messages {\n\tmissingok\n\tsharedscripts\n\tpostrotate\n\t\t/usr/bin/systemctl kill -s HUP rsyslog.service >/dev/null 2>&1 || true\n\tendscript\n}\n',
			);
		},
	},
	{
		name: 'logrotate',
		summary: 'Rotates, compresses, removes and mails system log files',
		debs: ['logrotate'],
		config: ['/etc/logrotate.conf'],
		post: preset('logrotate.timer'),
		async shape(root) {
			await keepOnly(root, ['usr/sbin', 'lib/systemd/system']);
			await mkdir(join(root, 'etc/logrotate.d'), {recursive: true});
			await mkdir(join(root, 'var/lib/logrotate'), {recursive: true});
			await put(root, 'etc/logrotate.conf', logrotateConf);
		},
	},
	tool('jq', 'jq', 'Command-line JSON processor', ['usr/bin/jq']),
	tool('unzip', 'unzip', 'A utility for unpacking zip files', ['usr/bin']),
	tool('wget', 'wget', 'A utility for retrieving files using the HTTP or FTP protocols', [
		'usr/bin/wget',
		'etc/wgetrc',
	]),
	tool('htop', 'htop', 'Interactive process viewer', ['usr/bin/htop']),
	{
		...tool('nmap-ncat', 'ncat', "Nmap's Netcat replacement", ['usr/bin/ncat']),
		provides: ['nc'],
		async shape(root) {
			await keepOnly(root, ['usr/bin/ncat']);
			await symlink('ncat', join(root, 'usr/bin/nc'));
		},
	},
	{
		...tool('telnet', 'inetutils-telnet', 'The client program for the Telnet remote login protocol', []),
		async shape(root) {
			await keepOnly(root, ['usr/bin/inetutils-telnet']);
			await rename(join(root, 'usr/bin/inetutils-telnet'), join(root, 'usr/bin/telnet'));
		},
	},
];

function tool(name: string, deb: string, summary: string, paths: readonly string[]): RpmRecipe {
	return {name, summary, debs: [deb], shape: root => keepOnly(root, paths)};
}

/** Fedora's presets enable these; a host without preset files enables what it is asked to preset. Starts nothing. */
function preset(unit: string): string {
	return `rpm.execute("/usr/bin/systemctl", "preset", "${unit}")`;
}

async function put(root: string, path: string, content: string, mode = 0o644): Promise<void> {
	const file = join(root, path);
	await mkdir(join(file, '..'), {recursive: true});
	await writeFile(file, content);
	await chmod(file, mode);
}

/** Leaves only the given files and folders of a package, with /lib merged into /usr/lib as on both systems. */
async function keepOnly(root: string, paths: readonly string[]): Promise<void> {
	const all = `${root}.all`;
	await rename(root, all);
	for (const path of paths) {
		const target = join(root, path.replace(/^lib\//, 'usr/lib/'));
		await mkdir(join(target, '..'), {recursive: true});
		await cp(join(all, path), target, {recursive: true, verbatimSymlinks: true, preserveTimestamps: true});
	}
	await rm(all, {recursive: true});
}

/** Debian keeps a JRE's configuration in /etc behind links; Corretto keeps it in the JRE. */
async function embedConfiguration(root: string, home: string): Promise<void> {
	const {stdout} = await execa('find', [home, '-type', 'l', '-lname', '/etc/java-17-openjdk/*']);
	for (const link of stdout.split('\n').filter(Boolean)) {
		const target = join(root, await readlink(link));
		await rm(link);
		await cp(target, link, {recursive: true});
	}
	await rm(join(root, 'etc'), {recursive: true});
}
