import {chmod, cp, mkdir, readdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {DebianPackages} from './debian-packages.ts';

/** `apache` refuses the docker containerizer on cgroup v2 as Apache's releases do, `cgroup2` accepts it as clusterd does. */
export type MesosBuild = 'apache' | 'cgroup2';

/** The ZooKeeper client the stand-ins carry along, so that a host needs nothing but its own Python. */
export const standinDebs: readonly string[] = ['python3-kazoo', 'python3-six'];

/** Where the stand-ins' own files are; part of what identifies a set of artifacts. */
export const standinsFolder = join(import.meta.dirname, '..', '..', 'standins');

/** Lays Mesos out below a prefix as its own `make install` does: sbin, bin, libexec/mesos, share/mesos/webui. */
export async function layOutMesos(
	debs: DebianPackages,
	prefix: string,
	build: MesosBuild,
	work: string,
): Promise<void> {
	const library = join(prefix, 'libexec', 'mesos');
	await mkdir(join(prefix, 'sbin'), {recursive: true});
	await mkdir(join(prefix, 'bin'), {recursive: true});
	await copyPython(debs, ['mesos_standin'], join(library, 'standin'), work);
	await writeFile(join(library, 'standin', 'BUILD'), `${build}\n`);
	for (const program of ['mesos-master', 'mesos-agent']) {
		await cp(join(standinsFolder, 'bin', program), join(prefix, 'sbin', program));
		await chmod(join(prefix, 'sbin', program), 0o755);
	}
	await symlink('mesos-agent', join(prefix, 'sbin', 'mesos-slave'));
	await cp(join(standinsFolder, 'bin', 'mesos-init-wrapper'), join(prefix, 'bin', 'mesos-init-wrapper'));
	await chmod(join(prefix, 'bin', 'mesos-init-wrapper'), 0o755);
	await cp(join(standinsFolder, 'webui'), join(prefix, 'share', 'mesos', 'webui'), {recursive: true});
}

/** The units Mesos's packages bring along: they run the wrapper, which reads one file per flag. */
export async function layOutMesosUnits(root: string): Promise<void> {
	await cp(join(standinsFolder, 'units'), join(root, 'usr', 'lib', 'systemd', 'system'), {recursive: true});
}

/** Marathon or Chronos where their images have them: /marathon/bin/marathon, /chronos/bin/start.sh. */
export async function layOutFramework(
	debs: DebianPackages,
	root: string,
	name: 'marathon' | 'chronos',
	work: string,
): Promise<void> {
	const program = name === 'marathon' ? 'marathon' : 'start.sh';
	await copyPython(debs, ['mesos_standin', `${name}_standin`], join(root, name, 'standin'), work);
	await mkdir(join(root, name, 'bin'), {recursive: true});
	await cp(join(standinsFolder, 'bin', `${name}-${program}`), join(root, name, 'bin', program));
	await chmod(join(root, name, 'bin', program), 0o755);
}

async function copyPython(debs: DebianPackages, packages: string[], target: string, work: string): Promise<void> {
	const unpacked = join(work, 'kazoo');
	await debs.unpack(standinDebs, unpacked);
	const vendor = join(target, 'vendor');
	await mkdir(vendor, {recursive: true});
	const from = join(unpacked, 'usr/lib/python3/dist-packages');
	for (const name of await readdir(from)) {
		if (name === 'kazoo' || name === 'six.py') await cp(join(from, name), join(vendor, name), {recursive: true});
	}
	for (const name of packages) {
		await cp(join(standinsFolder, name), join(target, name), {
			recursive: true,
			filter: path => !path.includes('__pycache__'),
		});
	}
}
