import {cp, mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {aptRepositories} from './apt/apt-repository.ts';
import {startApt} from './apt/start-apt.ts';
import {baseRoot} from './base-root.ts';
import {installDebianPackages, type Log} from './debian.ts';
import {removeLab} from './down.ts';
import {type Ec2Endpoint, startEc2} from './ec2/start-ec2.ts';
import {type ExecOptions, type ExecResult, LabHost} from './host.ts';
import {createKey, type HostFile, writeHostFiles, writeIdentity} from './host-files.ts';
import {raiseInotifyLimit} from './inotify.ts';
import {withLock} from './lock.ts';
import type {Artifacts} from './mirror/artifacts.ts';
import {buildArtifacts} from './mirror/artifacts.ts';
import {type Mirror, startMirror} from './mirror/start-mirror.ts';
import {hostAddresses, type LabNames, labNames, mirrorAddress} from './names.ts';
import {createNetwork, insideNetwork} from './network.ts';
import {mountOverlay} from './overlay.ts';
import {becomePlatform, type HostPlatforms, hostPlatforms} from './platforms.ts';
import {isAlive} from './processes.ts';
import {labRefusal} from './refusal.ts';
import {copyTree, layers, readSnapshot, type Snapshot, snapshotHost, snapshotKey, takeSnapshot} from './snapshot.ts';
import {type LabState, readState, writeState} from './state.ts';

export const defaultHosts: readonly string[] = ['master-1', 'master-2', 'master-3', 'slave-1', 'slave-2', 'slave-3'];

export type LabOptions = {
	name: string;
	/** Default: three masters, three slaves. With `from`, the snapshot's hosts. */
	hosts?: readonly string[];
	log: Log;
	/** Name of a snapshot to start from instead of bare hosts. */
	from?: string;
	/** What the hosts are (platforms.ts), or what each of them is; all on one base. Default: Amazon Linux 2023. */
	platform?: string | Record<string, string>;
};

/** A running lab. */
export class Lab {
	readonly folder: string;
	readonly namespace: string;
	readonly keyFile: string;
	readonly hosts: readonly LabHost[];
	readonly #names: LabNames;
	readonly #state: LabState;

	constructor(names: LabNames, state: LabState) {
		this.folder = state.folder;
		this.namespace = state.namespace;
		this.keyFile = state.key;
		this.#names = names;
		this.#state = state;
		this.hosts = state.hosts.map(host => new LabHost(state, host));
	}

	/** Where the mirror answers and what a cluster file's `sources` should say to use it. */
	get mirror(): NonNullable<LabState['mirror']> {
		if (!this.#state.mirror) throw new Error(`The lab ${this.#state.name} has no mirror yet.`);
		return this.#state.mirror;
	}

	/** Where the EC2 API answers that describes the hosts. */
	get ec2(): Ec2Endpoint {
		if (!this.#state.ec2) throw new Error(`The lab ${this.#state.name} has no EC2 endpoint yet.`);
		return this.#state.ec2;
	}

	/** Who logs in to the hosts. */
	get user(): string {
		return this.#state.user;
	}

	/** Everything runs that was started; a host that was switched off makes a lab unhealthy. */
	get healthy(): boolean {
		const servers = [...(this.#state.mirror?.pids ?? [0]), this.#state.ec2?.pid ?? 0];
		return this.#state.ready && this.hosts.every(host => host.intact) && servers.every(isAlive);
	}

	/** @throws when the lab has no such host */
	host(name: string): LabHost {
		const host = this.hosts.find(candidate => candidate.name === name);
		if (host) return host;
		throw new Error(`The lab has no host ${name}; it has ${this.hosts.map(known => known.name).join(', ')}.`);
	}

	/** Runs a command of this machine inside the lab's network. */
	async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
		const [file = '', ...args] = insideNetwork(this.namespace, argv);
		return execa(file, args, {...options, reject: false}) as Promise<ExecResult>;
	}

	/** Shuts the hosts down and keeps their disks under a name; they stay down until booted again. */
	async snapshot(name: string): Promise<void> {
		await Promise.all(this.hosts.map(host => host.stop()));
		await takeSnapshot(name, this.#state, this.hosts);
		this.#state.snapshots.unshift(name);
		await writeState(this.#names, this.#state);
	}

	async down(): Promise<void> {
		await down(this.#state.name, () => undefined);
	}
}

/**
 * Brings a lab up, or finds it up. Remains of one that was killed are removed first.
 * @throws a sentence when this machine cannot carry a lab
 */
export async function up({name, hosts = defaultHosts, log, from, platform}: LabOptions): Promise<Lab> {
	const refusal = labRefusal();
	if (refusal) throw new Error(refusal);
	const names = labNames(name);
	return withLock(
		names.lockFile,
		() => log(`Waiting for another command at work on the lab ${name}.`),
		async () => {
			const running = await attachTo(names);
			if (running?.healthy) {
				log(`The lab ${name} is up already.`);
				return running;
			}
			if (await removeLab(names)) log(`Removed the remains of an earlier lab ${name}.`);
			await installDebianPackages(log);
			const platforms = hostPlatforms(hosts, platform);
			const [base, artifacts] = await Promise.all([baseRoot(log, platforms.base), buildArtifacts(log)]);
			const snapshot = from === undefined ? undefined : await readSnapshot(from);
			const state = await makeHosts(names, hosts, base, platforms, snapshot);
			await raiseInotifyLimit(state.hosts.length);
			const {hostFiles, ...mirror} = await startMirrors(names, base, platforms, artifacts, log);
			state.mirror = {address: mirrorAddress, ...mirror};
			state.ec2 = await startEc2({...names, address: mirrorAddress});
			await writeState(names, state);
			return bootAll(names, state, hostFiles, log);
		},
	);
}

/** The lab of that name if it is there, whatever its health. */
export async function attach(name: string): Promise<Lab | undefined> {
	return attachTo(labNames(name));
}

/** Removes every trace of the lab; snapshots, the cache and installed Debian packages stay. */
export async function down(name: string, log: Log): Promise<void> {
	const names = labNames(name);
	const waiting = () => log(`Waiting for another command at work on the lab ${name}.`);
	const found = await withLock(names.lockFile, waiting, () => removeLab(names));
	log(found ? `The lab ${name} is gone.` : `There is no lab ${name}.`);
}

async function attachTo(names: LabNames): Promise<Lab | undefined> {
	const state = await readState(names);
	return state && new Lab(names, state);
}

/** What stands for the internet, with Debian's repositories where the hosts are Debian's. */
async function startMirrors(
	{folder, namespace}: LabNames,
	base: string,
	{suites}: HostPlatforms,
	artifacts: Artifacts,
	log: Log,
): Promise<Mirror> {
	const where = {folder, namespace, address: mirrorAddress};
	const mirror = await startMirror({...where, artifacts, log});
	if (suites.length === 0) return mirror;
	const repositories = await aptRepositories(base, log);
	const [suite = ''] = suites;
	const apt = await startApt({...where, repositories, suite});
	return {
		pids: [...mirror.pids, apt.pid],
		hostFiles: [...mirror.hostFiles.filter(({path}) => path.startsWith('/etc/docker')), ...apt.hostFiles],
		sources: {...mirror.sources, mesos: apt.mesos},
		otherMesos: mirror.otherMesos,
	};
}

/** Network and disks of all hosts, nothing started yet. */
async function makeHosts(
	names: LabNames,
	hosts: readonly string[],
	base: string,
	platforms: HostPlatforms,
	from?: Snapshot,
): Promise<LabState> {
	await mkdir(names.folder, {recursive: true});
	const wanted = from?.hosts ?? [...hostAddresses(hosts)].map(([name, address]) => ({name, address}));
	const state: LabState = {
		name: names.name,
		folder: names.folder,
		namespace: names.namespace,
		key: names.keyFile,
		ready: false,
		base: from?.base ?? base,
		snapshots: from?.snapshots ?? [],
		user: platforms.user,
		hosts: wanted.map(host => ({...host, machine: `${names.namespace}-${host.name}`})),
	};
	await writeState(names, state);
	await createNetwork(names.namespace);
	const publicKey = await takeKey(names, state.snapshots[0]);
	await Promise.all(
		state.hosts.map(async host => {
			const folder = join(names.folder, 'hosts', host.name);
			await mountOverlay(folder, layers(state, host.name));
			if (state.snapshots[0])
				await copyTree(snapshotHost(state.snapshots[0], host.name, 'docker'), join(folder, 'docker'));
			else {
				await writeIdentity(join(folder, 'root'), host.address, publicKey, state.user);
				await becomePlatform(join(folder, 'root'), platforms.of(host.name));
			}
		}),
	);
	return state;
}

async function takeKey(names: LabNames, snapshot: string | undefined): Promise<string> {
	if (!snapshot) return createKey(names.keyFile);
	await cp(snapshotKey(snapshot), names.keyFile);
	await cp(`${snapshotKey(snapshot)}.pub`, `${names.keyFile}.pub`);
	return readFile(`${names.keyFile}.pub`, 'utf8');
}

async function bootAll(names: LabNames, state: LabState, files: readonly HostFile[], log: Log): Promise<Lab> {
	const lab = new Lab(names, state);
	const started = Date.now();
	await Promise.all(
		lab.hosts.map(async host => {
			await writeHostFiles(join(host.folder, 'root'), files);
			await host.boot();
		}),
	);
	state.hosts = state.hosts.map(host => ({...host, pid: lab.host(host.name).pid}));
	state.ready = true;
	await writeState(names, state);
	log(`${state.hosts.length} hosts answer after ${((Date.now() - started) / 1000).toFixed(1)} s`);
	return lab;
}
