import {createHash} from 'node:crypto';
import {cp, mkdir, readFile, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {execa} from 'execa';
import type {DebianPackages} from './debian-packages.ts';
import {layOutFramework, layOutMesos} from './standin-trees.ts';

/** A gzipped tar as a registry stores it. */
export type Layer = {content: Buffer; digest: string; diffId: string};

export type Image = {
	repository: string;
	tag: string;
	layers: Layer[];
	/** Docker's image configuration. */
	config: Record<string, unknown>;
};

/** A Python without its batteries, and a shell: what the images' stand-ins run on. */
export const imageDebs: readonly string[] = [
	'busybox-static',
	'libc6',
	'libcrypt1',
	'libexpat1',
	'libffi8',
	'libpython3.11-minimal',
	'libpython3.11-stdlib',
	'libssl3',
	'libuuid1',
	'python3.11-minimal',
	'zlib1g',
];

/** Assembles the images by hand; no Docker daemon takes part. */
export async function buildImages(debs: DebianPackages, work: string): Promise<Image[]> {
	const base = await packLayer(await baseTree(debs, join(work, 'image-base')));
	const images: Image[] = [];
	for (const [name, tag, entrypoint] of [
		['marathon', 'v1.11.24', '/marathon/bin/marathon'],
		['chronos', 'v3.0.2', '/chronos/bin/start.sh'],
	] as const) {
		const root = join(work, `image-${name}`);
		await layOutFramework(debs, root, name, work);
		const user = name === 'marathon' ? 'nobody' : '';
		images.push(
			image(`mesosphere/${name}`, tag, [base, await packLayer(root)], {Entrypoint: [entrypoint], User: user}),
		);
	}
	const root = join(work, 'image-mesos');
	await layOutMesos(debs, join(root, 'usr'), 'cgroup2', work);
	// The docker containerizer runs this program against the host's socket.
	await debs.unpack(['docker.io'], join(work, 'image-docker'));
	await cp(join(work, 'image-docker/usr/bin/docker'), join(root, 'usr/bin/docker'));
	images.push(image('mesos/mesos', '1.11.0', [base, await packLayer(root)], {Cmd: ['/bin/sh']}));
	return images;
}

async function baseTree(debs: DebianPackages, root: string): Promise<string> {
	await debs.unpack(imageDebs, `${root}.all`);
	await mkdir(root, {recursive: true});
	for (const folder of [
		'usr/bin',
		'usr/lib',
		'usr/sbin',
		'usr/lib64',
		'etc',
		'tmp',
		'root',
		'var/tmp',
		'proc',
		'sys',
		'dev',
	])
		await mkdir(join(root, folder), {recursive: true});
	// Debian's packages still split / and /usr; the image has them merged, so that both spellings work.
	for (const folder of ['bin', 'lib', 'sbin', 'lib64']) {
		await symlink(`usr/${folder}`, join(root, folder));
		await copyOver(join(`${root}.all`, folder), join(root, 'usr', folder));
		await copyOver(join(`${root}.all`, 'usr', folder), join(root, 'usr', folder));
	}
	await execa('rm', [
		'-rf',
		...['x86_64-linux-gnu/gconv', 'x86_64-linux-gnu/perl'].map(path => join(root, 'usr/lib', path)),
	]);
	await symlink('python3.11', join(root, 'usr/bin/python3'));
	for (const applet of ['sh', 'sleep', 'cat', 'echo', 'true', 'env', 'ls', 'ps', 'kill', 'wget', 'ip'])
		await symlink('busybox', join(root, 'usr/bin', applet));
	await writeFile(
		join(root, 'etc/passwd'),
		'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/sh\n',
	);
	await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
	await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
	return root;
}

async function copyOver(from: string, to: string): Promise<void> {
	await cp(from, to, {recursive: true, verbatimSymlinks: true}).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw error;
	});
}

async function packLayer(root: string): Promise<Layer> {
	const file = `${root}.tar.gz`;
	const steady = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
	await execa('tar', ['-C', root, ...steady, '-I', 'gzip -n -1', '-cf', file, '.']);
	const content = await readFile(file);
	return {content, digest: sha256(content), diffId: sha256(gunzipSync(content))};
}

function image(repository: string, tag: string, layers: Layer[], run: Record<string, unknown>): Image {
	const created = '1970-01-01T00:00:00Z';
	const config = {Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'PYTHONDONTWRITEBYTECODE=1'], ...run};
	return {
		repository,
		tag,
		layers,
		config: {
			...{architecture: 'amd64', os: 'linux', created, config},
			rootfs: {type: 'layers', diff_ids: layers.map(layer => layer.diffId)},
			history: layers.map(() => ({created, created_by: 'lab'})),
		},
	};
}

/** Content address as registries write it. */
export function sha256(content: Buffer | string): string {
	return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
