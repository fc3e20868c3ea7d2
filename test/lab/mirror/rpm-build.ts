import {mkdir, readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';

/** What goes into one RPM, beside its files. */
export type RpmDescription = {
	name: string;
	version: string;
	summary: string;
	requires?: readonly string[];
	provides?: readonly string[];
	/** Files an upgrade must not overwrite. */
	config?: readonly string[];
	/** Lua, because an empty RPM database provides no /bin/sh for a shell scriptlet to require. */
	pre?: string;
	post?: string;
};

/**
 * Packs a folder as an RPM exactly as it is: no dependency scan, no stripping, fast compression.
 * @param root the package's files, seen from /
 * @param into folder for the finished .rpm
 */
export async function buildRpm(description: RpmDescription, root: string, into: string): Promise<void> {
	const work = `${root}.rpmbuild`;
	await mkdir(work, {recursive: true});
	await mkdir(into, {recursive: true});
	const specification = join(work, `${description.name}.spec`);
	await writeFile(specification, specText(description, await listFiles(root, description.config ?? [])));
	await execa('rpmbuild', [
		...['-bb', '--quiet', '--target', 'x86_64', '--buildroot', `${root}.buildroot`],
		...['--define', `_topdir ${work}`, '--define', `_rpmdir ${into}`, '--define', `lab_root ${root}`],
		...['--define', '_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm'],
		...['--define', '__os_install_post %{nil}', '--define', '_binary_payload w1.zstdio'],
		...['--define', '_build_id_links none', '--define', 'debug_package %{nil}'],
		specification,
	]);
}

/** Signs every RPM of a folder and writes the metadata dnf reads. */
export async function finishRepository(
	folder: string,
	sign: (files: readonly string[]) => Promise<void>,
): Promise<void> {
	const packages = (await readdir(folder)).filter(name => name.endsWith('.rpm'));
	await sign(packages.map(name => join(folder, name)));
	await execa('createrepo_c', ['--quiet', folder]);
}

function specText(description: RpmDescription, files: string): string {
	const lines = (tag: string, values: readonly string[] = []) => values.map(value => `${tag}: ${value}`);
	return [
		`Name: ${description.name}`,
		`Version: ${description.version}`,
		'Release: 1.amzn2023',
		`Summary: ${description.summary}`,
		'License: see the package of Debian it was repacked from',
		'AutoReqProv: no',
		...lines('Requires', description.requires),
		...lines('Provides', description.provides),
		'%description',
		description.summary,
		'%install',
		'mkdir -p %{buildroot}',
		'cp -a %{lab_root}/. %{buildroot}/',
		...(description.pre ? ['%pre -p <lua>', description.pre] : []),
		...(description.post ? ['%post -p <lua>', description.post] : []),
		'%files',
		files,
		'',
	].join('\n');
}

/** Directories everybody shares must not be owned by a package, or its removal would try to take them along. */
async function listFiles(root: string, config: readonly string[]): Promise<string> {
	const {stdout} = await execa('find', [root, '-mindepth', '1', '-printf', '%y /%P\n']);
	const lines: string[] = [];
	for (const line of stdout.split('\n').filter(Boolean)) {
		const path = line.slice(2);
		if (line.startsWith('d')) {
			if (!sharedDirectories.test(path)) lines.push(`%dir "${path}"`);
		} else lines.push(`${config.includes(path) ? '%config(noreplace) ' : ''}"${path}"`);
	}
	return lines.join('\n');
}

const sharedDirectories =
	/^\/(etc|etc\/(sysconfig|default|logrotate\.d|systemd|systemd\/system)|usr|usr\/(bin|sbin|lib|libexec|share|include)|usr\/lib\/(systemd|systemd\/system|udev|udev\/rules\.d|jvm|x86_64-linux-gnu)|usr\/share\/(man|doc|java|licenses)|var|var\/(lib|log|cache)|run|opt)$/;
