import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import type {Log} from '../debian.ts';
import {withLock} from '../lock.ts';
import {DebianPackages} from '../mirror/debian-packages.ts';
import {createSigningKey} from '../mirror/signing-key.ts';
import {layOutMesos, layOutMesosUnits, standinDebs, standinsFolder} from '../mirror/standin-trees.ts';
import {cacheFolder} from '../names.ts';
import {buildDeb} from './deb-build.ts';

/** What the hosts may want of Debian's archive; what these need besides is found out. */
const wanted = [
	...['docker.io', 'openjdk-17-jre-headless', 'rsyslog', 'logrotate', 'chrony', 'curl', 'jq', 'unzip', 'wget', 'htop'],
	...['netcat-openbsd', 'inetutils-telnet'],
];

/** Releases whose hosts find the packages under their own name. */
export const suites = ['bookworm', 'jammy', 'noble'] as const;

/**
 * Two repositories for hosts on `base`: `debian`, and `mesos` with the stand-in as the maintained fork packages it. Built once for
 * a base and a recipe; each is signed, its key lies beside it as NAME.asc.
 * @returns their folder
 */
export async function aptRepositories(base: string, log: Log): Promise<string> {
	const finished = join(cacheFolder, `apt-${await recipeHash(base)}`);
	const waiting = () => log('Waiting for another lab that builds the repositories of apt.');
	return withLock(join(cacheFolder, 'apt.lock'), waiting, async () => {
		if (existsSync(finished)) return finished;
		log('Building the repositories of apt (some 150 MB from this machine’s own, once)');
		const work = await mkdtemp(join(cacheFolder, 'making-apt-'));
		try {
			await downloadFor(base, join(work, 'target', 'debian', 'pool'));
			await packMesos(work, join(work, 'target', 'mesos', 'pool'));
			for (const name of ['debian', 'mesos']) await finish(join(work, 'target'), name);
			await rename(join(work, 'target'), finished);
		} finally {
			await rm(work, {recursive: true, force: true});
		}
		return finished;
	});
}

/** With the base's own state apt fetches exactly what a host would lack. */
async function downloadFor(base: string, into: string): Promise<void> {
	await mkdir(join(into, 'partial'), {recursive: true});
	const settings = {
		'Dir::State::status': join(base, 'var/lib/dpkg/status'),
		'Dir::State::extended_states': '/dev/null',
		'Dir::Cache::archives': into,
		'APT::Sandbox::User': 'root',
		'Debug::NoLocking': 'true',
	};
	const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
	await execa('apt-get', ['install', '-q', '-y', '--download-only', '--no-install-recommends', ...options, ...wanted]);
	await rm(join(into, 'partial'), {recursive: true});
	await rm(join(into, 'lock'), {force: true});
}

async function packMesos(work: string, into: string): Promise<void> {
	const downloads = join(work, 'debs');
	await mkdir(downloads);
	const debs = new DebianPackages(downloads);
	await debs.download(standinDebs);
	const root = join(work, 'aventer-mesos');
	await layOutMesos(debs, join(root, 'usr'), 'cgroup2', work);
	await layOutMesosUnits(root);
	const starts = ['mesos-master.service', 'mesos-agent.service'];
	const summary = 'Cluster manager (stand-in of the maintained fork)';
	await buildDeb({name: 'aventer-mesos', version: '1.11.0-0.9.0', summary, depends: ['python3'], starts}, root, into);
}

/** Lists and signature; all suites hold the same. */
async function finish(target: string, name: string): Promise<void> {
	const root = join(target, name);
	const packages = await packageList(root);
	const key = await createSigningKey(`${name} packager of the lab <${name}@lab.invalid>`);
	try {
		await writeFile(join(target, `${name}.asc`), key.publicKey);
		for (const suite of suites) {
			const folder = join(root, 'dists', suite);
			await mkdir(join(folder, 'main/binary-amd64'), {recursive: true});
			await writeFile(join(folder, 'main/binary-amd64/Packages'), packages);
			const fields = [
				`Origin: ${name} of the lab`,
				`Codename: ${suite}`,
				`Date: ${new Date().toUTCString()}`,
				'Architectures: amd64',
				'Components: main',
				'SHA256:',
				` ${sha256(packages)} ${Buffer.byteLength(packages)} main/binary-amd64/Packages`,
			];
			await key.clearsign(`${fields.join('\n')}\n`, join(folder, 'InRelease'));
		}
	} finally {
		await key.dispose();
	}
}

async function packageList(root: string): Promise<string> {
	const entries: string[] = [];
	for (const name of (await readdir(join(root, 'pool'))).sort()) {
		const file = join(root, 'pool', name);
		const {stdout} = await execa('dpkg-deb', ['-f', file]);
		const content = await readFile(file);
		entries.push(`${stdout}\nFilename: pool/${name}\nSize: ${content.length}\nSHA256: ${sha256(content)}\n`);
	}
	return entries.join('\n');
}

function sha256(content: string | Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}

async function recipeHash(base: string): Promise<string> {
	const hash = createHash('sha256').update(JSON.stringify([base, wanted, suites]));
	for (const folder of [import.meta.dirname, standinsFolder]) {
		const entries = await readdir(folder, {recursive: true, withFileTypes: true});
		const files = entries.filter(entry => entry.isFile() && !/\.test\.ts$|\.pyc$/.test(entry.name));
		for (const file of files.map(entry => join(entry.parentPath, entry.name)).sort()) hash.update(await readFile(file));
	}
	return hash.digest('hex').slice(0, 12);
}
