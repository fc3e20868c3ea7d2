import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {cp, mkdir, mkdtemp, readdir, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {debianArchive, type Log} from './debian.ts';
import {buildImagePackages, imageSpec} from './image-packages.ts';
import {withLock} from './lock.ts';
import {baseLibraries} from './mirror/base-libraries.ts';
import {cacheFolder} from './names.ts';
import type {LabPlatform} from './platforms.ts';
import {run} from './run.ts';

/** What an Amazon Linux 2023 image carries, as far as anything here looks at it. No Docker, no Java, no syslog daemon. */
const basePackages = [
	...['systemd', 'systemd-sysv', 'dbus', 'libpam-systemd', 'libnss-systemd', 'openssh-server', 'sudo', 'passwd'],
	...['dnf', 'rpm', 'python3', 'gnupg', 'ca-certificates', 'curl', 'chrony', 'iproute2', 'procps', 'hostname'],
	...['tar', 'gzip', 'bzip2', 'xz-utils', 'zstd', 'libcap2-bin', 'kmod', 'less', 'findutils', 'diffutils', 'tzdata'],
	...['openssl', 'util-linux', 'net-tools'],
];

/** What an image of Debian 12 for EC2 carries, likewise. No Docker, no Java, no syslog daemon, no log rotation. */
const debianPackages = [
	...['systemd', 'systemd-sysv', 'dbus', 'libpam-systemd', 'libnss-systemd', 'openssh-server', 'sudo', 'passwd'],
	...['apt', 'gpgv', 'python3', 'ca-certificates', 'curl', 'chrony', 'iproute2', 'procps', 'hostname', 'tar', 'gzip'],
	...['xz-utils', 'kmod', 'less', 'findutils', 'diffutils', 'tzdata', 'openssl', 'util-linux', 'init-system-helpers'],
];

type Base = LabPlatform['base'];

const recipes: Record<Base, {folder: string; packages: readonly string[]; image: () => string}> = {
	'amazon-linux-2023': {
		folder: join(import.meta.dirname, 'base'),
		packages: [...new Set([...basePackages, ...baseLibraries])],
		image: imageSpec,
	},
	'debian-12': {folder: join(import.meta.dirname, 'base-debian'), packages: debianPackages, image: () => ''},
};

/**
 * The root file system all hosts of all labs are stacked on, made once per recipe and never changed after.
 * @returns its folder
 */
export async function baseRoot(log: Log, base: Base = 'amazon-linux-2023'): Promise<string> {
	const finished = join(cacheFolder, `base-${await recipeHash(base)}`);
	if (existsSync(finished)) return finished;
	return withLock(
		join(cacheFolder, 'base.lock'),
		() => log("Waiting for another lab that builds the hosts' base."),
		async () => {
			if (existsSync(finished)) return finished;
			const started = Date.now();
			log("Building the hosts' base root file system (about a minute, kept for the next labs)");
			await removeHalfMade();
			const work = await mkdtemp(join(cacheFolder, 'making-base-'));
			await build(work, await debianArchive(), base);
			await rename(join(work, 'root'), finished);
			await rm(work, {recursive: true, force: true});
			log(`Base root file system built in ${Math.round((Date.now() - started) / 1000)} s`);
			return finished;
		},
	);
}

async function build(work: string, archive: string, base: Base): Promise<void> {
	const {folder, packages} = recipes[base];
	const root = join(work, 'root');
	const noise = ['doc', 'man', 'locale'].map(name => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
	const include = `--include=${packages.join(',')}`;
	// In namespaces that end with this process: a run that is killed leaves neither mounts nor a working apt behind.
	await run('unshare', [
		...['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
		...['mmdebstrap', '--quiet', '--mode=root', '--variant=minbase', include, ...noise, 'bookworm', root, archive],
	]);
	if (base === 'amazon-linux-2023') {
		await mkdir(join(root, 'image-packages'));
		await buildImagePackages(work, join(root, 'image-packages'));
	}
	await cp(join(folder, 'files'), root, {recursive: true, force: true});
	await cp(join(folder, 'configure.sh'), join(root, 'configure.sh'));
	await run('chroot', [root, 'env', '-i', 'PATH=/usr/sbin:/usr/bin', 'LC_ALL=C.UTF-8', 'sh', '/configure.sh']);
	await rm(join(root, 'configure.sh'));
}

async function removeHalfMade(): Promise<void> {
	for (const name of await readdir(cacheFolder))
		if (name.startsWith('making-base-')) await rm(join(cacheFolder, name), {recursive: true, force: true});
}

async function recipeHash(base: Base): Promise<string> {
	const {folder, packages, image} = recipes[base];
	const hash = createHash('sha256').update(JSON.stringify([packages, image()]));
	const sources = await readdir(folder, {recursive: true, withFileTypes: true});
	const files = sources.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
	for (const file of files.sort()) hash.update(file.slice(import.meta.dirname.length)).update(await readFile(file));
	return hash.digest('hex').slice(0, 12);
}
