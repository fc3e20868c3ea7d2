import {readFile, rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import {type BundleFile, type Manifest, manifestSchema} from '../../cluster/bundle.ts';
import {version} from '../../cluster/package-file.ts';
import {specification} from '../../sources/bundle.ts';
import {sha256Of} from '../../sources/read-bundle.ts';
import {aptList} from '../../steps/repository.ts';
import type {System} from '../../steps/system.ts';
import {readReference} from '../doctor/wanted.ts';
import type {Listener} from '../events.ts';
import type {Wish} from './wish.ts';
import {downloadOn, fetchHere, runOn, runPython, workshop} from './workshop.ts';

export type Collection = {
	/** Absolute; may hold what an earlier attempt left. */
	folder: string;
	/** Name of the cluster it is made for. */
	cluster: string;
	wishes: readonly Wish[];
	listener: Listener;
	signal: AbortSignal;
};

const answers = z.union([
	z.object({spec: z.string(), files: z.array(z.string())}),
	z.object({file: z.string(), bytes: z.int(), sha256: z.string(), name: z.string(), version: z.string()}),
]);
const imageAnswer = z.object({bytes: z.int(), sha256: z.string(), id: z.string(), manifest: z.string()});

/** Names of files as hosts can have them. */
const plain = (name: string) => name.replaceAll(/[^\w.+~^-]/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'file';

const architectures: Record<string, string> = {x86_64: 'amd64', aarch64: 'arm64'};

/**
 * The name an image has on hosts: of a registry that cannot exist, so that nobody ever gives out another image under it.
 */
function nameOnHosts(ref: string, digest: string): string {
	const last = /([^/:]+)(?::[^/:]+)?$/.exec(ref)?.[1] ?? 'image';
	return `bundle.mesos-setup.invalid/${last}:${digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** A repository as apt is told of it where packages are collected, and the file of its key there. */
function forApt(step: Wish['repositories'][number], system: System) {
	const name = step.id.replaceAll(':', '_');
	const key = `${workshop}/keys/${name}.asc`;
	return {
		file: `${name}.sources`,
		list: aptList(step, system, key),
		gpgkey: step.unsigned ? undefined : step.gpgkey,
		key,
	};
}

class Collector {
	readonly #options: Collection;
	readonly #before: ReadonlyMap<string, BundleFile>;
	readonly files = new Map<string, BundleFile>();
	fetched = 0;

	constructor(options: Collection, before: readonly BundleFile[]) {
		this.#options = options;
		this.#before = new Map(before.map(file => [file.path, file]));
	}

	async set(wish: Wish): Promise<Manifest['sets'][number]> {
		const {platform, arch, sources, member} = wish;
		const packages = await this.#packages(wish);
		for (const archive of wish.archives) await this.#archive(wish, archive);
		for (const image of wish.images) await this.#image(wish, image);
		await runOn(member.session, `rm -rf ${workshop}`, 'Tidying up');
		return {platform, arch, sources, packages};
	}

	async #packages({platform, system, member, packages, repositories}: Wish): Promise<Record<string, string[]>> {
		this.#say(member.host.name, `looks up ${packages.length} packages and what they require`);
		const folder = `packages/${platform}/`;
		const have = [...this.#before.values()].filter(({path}) => path.startsWith(folder));
		const apt = system.packages === 'apt';
		const wish = {
			folder: workshop,
			names: packages.map(one => ({...one, spec: specification(one)})),
			repositories: repositories.map(one => (apt ? forApt(one, system) : one)),
			have: Object.fromEntries(have.map(({path, sha256}) => [path.slice(folder.length), sha256])),
		};
		const script = apt ? 'packages-apt' : 'packages-dnf';
		const printed = await runPython(member.session, script, wish, 'Its packages cannot be collected');
		const closures: Record<string, string[]> = {};
		for (const one of printed.map(line => answers.parse(line))) {
			if ('spec' in one) {
				closures[one.spec] = one.files.map(file => `${folder}${file}`);
				continue;
			}
			const {name, file, bytes, sha256} = one;
			const known = {path: `${folder}${file}`, sha256, bytes, package: {name, version: one.version}};
			await this.#bring(member, `${workshop}/files/${file}`, known);
		}
		return closures;
	}

	async #archive({member}: Wish, {url, checksum}: Wish['archives'][number]): Promise<void> {
		const path = `archives/${checksum.hex.slice(0, 12)}-${plain(new URL(url).pathname.split('/').at(-1) ?? '')}`;
		const before = this.#before.get(path);
		if (before) {
			this.files.set(path, {...before, url});
			return;
		}
		this.#say(member.host.name, `downloads ${url}`);
		const {file, sha256, bytes} = await downloadOn(member.session, {url, checksum}, `${url} cannot be had`);
		await this.#bring(member, file, {path, sha256, bytes, url});
	}

	async #image({member, arch}: Wish, {ref, digest}: Wish['images'][number]): Promise<void> {
		const {registry, repository, reference} = readReference(ref, digest);
		const file = plain(`${repository}-${reference.replace('sha256:', '').slice(0, 12)}-${arch}.tar`);
		const path = `images/${file}`;
		const before = this.#before.get(path);
		// A tag may be another image by now; a digest never is.
		if (before && digest) {
			this.files.set(path, before);
			return;
		}
		this.#say(member.host.name, `downloads the image ${ref}`);
		const name = digest ? nameOnHosts(ref, digest) : ref;
		const wish = {
			...{registry, repository, reference, file, folder: `${workshop}/image`},
			...{arch: architectures[arch] ?? arch, names: [...new Set([name, ref])]},
		};
		const [printed] = await runPython(member.session, 'image', wish, `The image ${ref} cannot be had`);
		const {bytes, sha256, id, manifest} = imageAnswer.parse(printed);
		const known = {path, sha256, bytes, image: {ref, id, manifest, name}};
		await this.#bring(member, `${workshop}/image/${file}`, known);
	}

	async #bring({host, session}: Wish['member'], remote: string, known: BundleFile): Promise<void> {
		const {folder, signal} = this.#options;
		signal.throwIfAborted();
		this.files.set(known.path, known);
		if (this.#before.get(known.path)?.sha256 === known.sha256) return;
		// An attempt that was cut off leaves no manifest, but files.
		if (await isWhole(folder, known)) return;
		this.#say(host.name, `hands over ${known.path}`);
		await fetchHere(session, remote, {...known, path: join(folder, known.path)}, signal);
		this.fetched++;
	}

	#say(host: string, line: string): void {
		this.#options.listener({event: 'note', text: `${host} ${line}`});
	}
}

/** Files of the bundle that is there already, as far as they are what its manifest says. */
async function filesBefore(folder: string): Promise<BundleFile[]> {
	const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => '{}');
	const parsed = manifestSchema.safeParse(JSON.parse(text));
	if (!parsed.success) return [];
	const files: BundleFile[] = [];
	for (const file of parsed.data.files) if (await isWhole(folder, file)) files.push(file);
	return files;
}

async function isWhole(folder: string, {path, sha256}: BundleFile): Promise<boolean> {
	return (await sha256Of(join(folder, path)).catch(() => undefined)) === sha256;
}

/**
 * Collects on one host of each platform what all of them need, brings it into the folder, and writes the manifest and, for
 * `sha256sum -c`, a list of checksums. Nothing is left on the hosts. Resolves with the manifest and how many files came now.
 */
export async function collect(options: Collection): Promise<{manifest: Manifest; fetched: number}> {
	const {folder, cluster, wishes} = options;
	const collector = new Collector(options, await filesBefore(folder));
	const sets: Manifest['sets'] = [];
	for (const wish of wishes) sets.push(await collector.set(wish));
	const files = [...collector.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
	const manifest: Manifest = {format: 1, version, created: new Date().toISOString(), cluster, sets, files};
	const write = async (name: string, text: string) => {
		await writeFile(join(folder, `${name}.part`), text);
		await rename(join(folder, `${name}.part`), join(folder, name));
	};
	await write('SHA256SUMS', files.map(({sha256, path}) => `${sha256}  ${path}\n`).join(''));
	await write('manifest.json', `${JSON.stringify(manifestSchema.parse(manifest), null, '\t')}\n`);
	return {manifest, fetched: collector.fetched};
}
