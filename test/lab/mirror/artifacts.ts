import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {join, relative} from 'node:path';
import {packArchive} from './archive.ts';
import {withLock} from './build-lock.ts';
import {type Authority, createAuthority} from './certificates.ts';
import {DebianPackages} from './debian-packages.ts';
import {imageDebs} from './image-build.ts';
import {pushAllImages} from './image-push.ts';
import {pruneArtifacts} from './prune-artifacts.ts';
import {buildRpm, finishRepository} from './rpm-build.ts';
import {amazonlinuxRecipes} from './rpm-recipes.ts';
import {createSigningKey} from './signing-key.ts';
import {layOutMesos, layOutMesosUnits, standinDebs, standinsFolder} from './standin-trees.ts';
import {buildZookeeperArchive, zookeeperDebs} from './zookeeper-archive.ts';

const cache = '/var/cache/mesos-setup-lab';

/** Everything the mirror serves, built once per machine and recipe. */
export type Artifacts = {
	/** Served over HTTP: repositories amazonlinux, mesos and mesos-apache, archives, keys. */
	web: string;
	/** Storage of the Docker registry. */
	registry: string;
	authority: Authority;
	/** SHA-512 of `web/archives/…`, lower-case hex. */
	archives: {zookeeper: string; mesos: string};
	/** Manifest digests. */
	images: {marathon: string; chronos: string; mesos: string};
};

/**
 * Builds the artifacts, or finds them where an earlier call with the same recipe left them.
 * @param log called with one line of progress at a time
 */
export async function buildArtifacts(log: (line: string) => void): Promise<Artifacts> {
	await mkdir(cache, {recursive: true});
	const folder = join(cache, `artifacts-${await recipeHash()}`);
	return withLock(`${folder}.lock`, async () => {
		const built = await readArtifacts(folder);
		if (built) return built;
		const started = Date.now();
		log('Building the mirror: packages, archives and images (about a minute, once)');
		const work = `${folder}.building`;
		await rm(work, {recursive: true, force: true});
		await build(work, folder, log);
		await rm(join(work, 'work'), {recursive: true});
		await rename(work, folder);
		await pruneArtifacts(cache, folder);
		log(`The mirror is built (${Math.round((Date.now() - started) / 1000)} s)`);
		const artifacts = await readArtifacts(folder);
		if (!artifacts) throw new Error(`The artifacts just built in ${folder} cannot be read.`);
		return artifacts;
	});
}

async function readArtifacts(folder: string): Promise<Artifacts | undefined> {
	try {
		return JSON.parse(await readFile(join(folder, 'artifacts.json'), 'utf8')) as Artifacts;
	} catch {
		return undefined;
	}
}

async function build(target: string, final: string, log: (line: string) => void): Promise<void> {
	const [web, work, downloads] = [join(target, 'web'), join(target, 'work'), join(target, 'work', 'debs')];
	await mkdir(web, {recursive: true});
	await mkdir(downloads, {recursive: true});
	const debs = new DebianPackages(downloads);
	log('Fetching Debian packages');
	await debs.download([
		...new Set([...amazonlinuxRecipes.flatMap(recipe => recipe.debs), ...zookeeperDebs, ...standinDebs, ...imageDebs]),
	]);
	log('Repacking RPMs');
	await buildAmazonlinux(debs, work, web);
	await buildMesosRepositories(debs, work, web);
	log('Packing archives');
	const zookeeper = await buildZookeeperArchive(debs, work, join(web, 'archives'));
	await layOutMesos(debs, join(work, 'mesos-archive', 'mesos-1.11.0'), 'cgroup2', work);
	const mesos = await packArchive(join(work, 'mesos-archive'), join(web, 'archives'), 'mesos-1.11.0.tar.gz');
	log('Assembling images');
	const images = await pushAllImages(debs, work, join(target, 'registry'));
	await createAuthority(target);
	const artifacts: Artifacts = {
		web: join(final, 'web'),
		registry: join(final, 'registry'),
		authority: {certificate: join(final, 'ca.crt'), key: join(final, 'ca.key')},
		archives: {zookeeper, mesos},
		images,
	};
	await writeFile(join(target, 'artifacts.json'), JSON.stringify(artifacts, null, '\t'));
}

async function buildAmazonlinux(debs: DebianPackages, work: string, web: string): Promise<void> {
	const into = join(web, 'amazonlinux');
	for (const recipe of amazonlinuxRecipes) {
		const root = join(work, `rpm-${recipe.name}`);
		await debs.unpack(recipe.debs, root);
		await recipe.shape(root);
		const {debs: sources, shape: _, ...description} = recipe;
		await buildRpm({...description, version: await debs.upstreamVersion(sources[0] ?? recipe.name)}, root, into);
	}
	await signRepositories(
		'Amazon Linux of the lab <amazonlinux@lab.invalid>',
		[into],
		join(web, 'RPM-GPG-KEY-amazon-linux-2023'),
	);
}

async function buildMesosRepositories(debs: DebianPackages, work: string, web: string): Promise<void> {
	const repositories: string[] = [];
	for (const [repository, build] of [
		['mesos', 'cgroup2'],
		['mesos-apache', 'apache'],
	] as const) {
		const root = join(work, `rpm-${repository}`);
		await layOutMesos(debs, join(root, 'usr'), build, work);
		await layOutMesosUnits(root);
		const summary = `Cluster manager (stand-in of the ${build} build)`;
		await buildRpm({name: 'mesos', version: '1.11.0', summary}, root, join(web, repository));
		repositories.push(join(web, repository));
	}
	await signRepositories('Mesos packager of the lab <mesos@lab.invalid>', repositories, join(web, 'RPM-GPG-KEY-mesos'));
}

async function signRepositories(owner: string, folders: readonly string[], keyFile: string): Promise<void> {
	const key = await createSigningKey(owner);
	try {
		for (const folder of folders) await finishRepository(folder, key.sign);
		await writeFile(keyFile, key.publicKey);
	} finally {
		await key.dispose();
	}
}

/** Changes whenever a file the artifacts are made from changes. */
async function recipeHash(): Promise<string> {
	const hash = createHash('sha256');
	for (const folder of [import.meta.dirname, standinsFolder]) {
		const entries = await readdir(folder, {recursive: true, withFileTypes: true});
		const files = entries
			.filter(entry => entry.isFile() && !/\.test\.ts$|\.pyc$/.test(entry.name))
			.map(entry => join(entry.parentPath, entry.name))
			.sort();
		for (const file of files) hash.update(`${relative(folder, file)}\0`).update(await readFile(file));
	}
	return hash.digest('hex').slice(0, 12);
}
