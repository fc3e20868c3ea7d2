import {spawn} from 'node:child_process';
import {mkdir, open, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {execa} from 'execa';
import type {Component, MesosBuild, Source} from '../../../source/cluster/model.ts';
import type {Artifacts} from './artifacts.ts';
import {issueCertificate} from './certificates.ts';
import {writeRegistryConfiguration} from './registry.ts';

const registryPort = 5000;

export type MirrorOptions = {
	/** The lab's own folder: certificates and logs go here. */
	folder: string;
	/** Name of the lab's network namespace, as `ip netns` knows it. */
	namespace: string;
	/** IPv4 address inside the namespace that stands for the internet. */
	address: string;
	artifacts: Artifacts;
	log: (line: string) => void;
};

export type Mirror = {
	/** Process ids of the two servers, to be killed by whoever takes the lab down. */
	pids: number[];
	/** What a host must hold to know and trust the mirror, as an Amazon Linux image knows its own repository. */
	hostFiles: {path: string; content: string; mode?: number}[];
	/** The cluster file's `sources`; docker and java are left to the platform. */
	sources: Partial<Record<Component, Source>>;
	/** Other ways to the same Mesos, for tests that want one. */
	otherMesos: {apachePackage: Source; archive: Source; image: Source};
};

/** Starts the mirror's servers as detached processes in the lab's network namespace and waits until they answer. */
export async function startMirror(options: MirrorOptions): Promise<Mirror> {
	const {artifacts, address} = options;
	const folder = join(options.folder, 'mirror');
	await mkdir(folder, {recursive: true});
	const tls = await issueCertificate(artifacts.authority, address, folder);
	const configuration = join(folder, 'registry.yml');
	const registry = `${address}:${registryPort}`;
	await writeRegistryConfiguration(configuration, {
		storage: artifacts.registry,
		address: registry,
		tls,
		readonly: true,
	});
	const server = join(import.meta.dirname, 'static-server.ts');
	const pids = [
		await startDetached(options, 'http', [process.execPath, server, artifacts.web, address, '80']),
		await startDetached(options, 'registry', ['docker-registry', 'serve', configuration]),
	];
	await answered(options, 'http', [`http://${address}/RPM-GPG-KEY-mesos`]);
	await answered(options, 'registry', ['--cacert', artifacts.authority.certificate, `https://${registry}/v2/`]);
	options.log(`The mirror answers on ${address}`);
	return {pids, hostFiles: await hostFiles(artifacts, address), ...sources(artifacts, address)};
}

type Where = Pick<MirrorOptions, 'folder' | 'namespace'>;

/** Starts a server of the lab in its network, with a log of its own beside the mirror's. @returns its process id */
export async function startDetached(options: Where, name: string, command: string[]): Promise<number> {
	const logFile = await open(join(options.folder, 'mirror', `${name}.log`), 'a');
	const child = spawn('nsenter', [`--net=/run/netns/${options.namespace}`, '--', ...command], {
		detached: true,
		stdio: ['ignore', logFile.fd, logFile.fd],
	});
	try {
		await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
	} finally {
		await logFile.close();
	}
	child.unref();
	// nsenter replaces itself by the command, so the id stays the server's.
	if (child.pid === undefined) throw new Error(`The lab's ${name} server has no process id.`);
	return child.pid;
}

/** Waits until curl, called with these arguments, is happy. @throws with the end of the server's log after 20 s */
export async function answered(options: Where, name: string, curl: string[]): Promise<void> {
	const deadline = Date.now() + 20_000;
	while (Date.now() < deadline) {
		const probe = ['--fail', '--silent', '--output', '/dev/null', '--max-time', '2', ...curl];
		const {failed} = await execa('nsenter', [`--net=/run/netns/${options.namespace}`, '--', 'curl', ...probe], {
			reject: false,
		});
		if (!failed) return;
		await pause(100);
	}
	const tail = (await readFile(join(options.folder, 'mirror', `${name}.log`), 'utf8')).slice(-1000);
	throw new Error(`The lab's ${name} server did not answer within 20 s. The end of its log:\n${tail}`);
}

async function hostFiles(artifacts: Artifacts, address: string): Promise<Mirror['hostFiles']> {
	const key = '/etc/pki/rpm-gpg/RPM-GPG-KEY-amazon-linux-2023';
	const repository = `[amazonlinux]
name=Amazon Linux 2023 repository
baseurl=http://${address}/amazonlinux/
enabled=1
gpgcheck=1
repo_gpgcheck=0
gpgkey=file://${key}
`;
	return [
		{path: '/etc/yum.repos.d/amazonlinux.repo', content: repository},
		{path: key, content: await readFile(join(artifacts.web, 'RPM-GPG-KEY-amazon-linux-2023'), 'utf8')},
		{
			path: `/etc/docker/certs.d/${address}:${registryPort}/ca.crt`,
			content: await readFile(artifacts.authority.certificate, 'utf8'),
		},
	];
}

function sources(artifacts: Artifacts, address: string): Pick<Mirror, 'sources' | 'otherMesos'> {
	const gpgkey = `http://${address}/RPM-GPG-KEY-mesos`;
	const repository = (id: string, path: string, build: MesosBuild): Source => ({
		kind: 'package',
		build,
		name: 'mesos',
		version: '1.11.0',
		repo: {id, baseurl: `http://${address}/${path}/`, gpgkey},
	});
	const image = (name: string, tag: string, digest: string): Source => ({
		kind: 'image',
		ref: `${address}:${registryPort}/${name}:${tag}`,
		digest,
	});
	const archive = (file: string, version: string, sha512: string): Source => ({
		kind: 'archive',
		url: `http://${address}/archives/${file}`,
		sha512,
		version,
	});
	return {
		sources: {
			zookeeper: archive('apache-zookeeper-3.8.0-bin.tar.gz', '3.8.0', artifacts.archives.zookeeper),
			mesos: repository('mesos', 'mesos', 'clusterd'),
			marathon: image('mesosphere/marathon', 'v1.11.24', artifacts.images.marathon),
			chronos: image('mesosphere/chronos', 'v3.0.2', artifacts.images.chronos),
		},
		otherMesos: {
			apachePackage: repository('mesos-apache', 'mesos-apache', 'apache'),
			archive: {...archive('mesos-1.11.0.tar.gz', '1.11.0', artifacts.archives.mesos), build: 'clusterd'},
			image: {...image('mesos/mesos', '1.11.0', artifacts.images.mesos), build: 'clusterd'},
		},
	};
}
