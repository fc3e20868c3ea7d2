import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {run} from './run.ts';

/**
 * What the image's RPM database says is installed. The files come from Debian; these packages are empty and only
 * make `rpm -q chrony` or `dnf install curl` answer as they do on an image.
 */
const imagePackages: Record<string, string[]> = {
	'amazon-linux-release': ['system-release', 'system-release(releasever) = 2023'],
	bash: ['/bin/sh', '/usr/bin/sh', '/bin/bash', '/usr/bin/bash'],
	'ca-certificates': [],
	chrony: [],
	coreutils: ['/usr/bin/env'],
	'curl-minimal': ['/usr/bin/curl'],
	dnf: ['yum'],
	findutils: [],
	'glibc-minimal-langpack': ['glibc'],
	'gnupg2-minimal': [],
	gzip: [],
	hostname: [],
	iproute: [],
	kmod: [],
	less: [],
	'openssh-server': [],
	openssl: [],
	'procps-ng': [],
	python3: ['/usr/bin/python3'],
	rpm: [],
	'shadow-utils': ['/usr/sbin/useradd', '/usr/sbin/groupadd'],
	sudo: [],
	systemd: ['systemd-units'],
	tar: [],
	tzdata: [],
	'util-linux': [],
	which: [],
	xz: [],
	zstd: [],
};

/** @param work a folder to build in  @param into where the .rpm files go */
export async function buildImagePackages(work: string, into: string): Promise<void> {
	const topdir = join(work, 'rpmbuild');
	await mkdir(topdir, {recursive: true});
	const spec = join(topdir, 'image.spec');
	await writeFile(spec, imageSpec());
	await run('rpmbuild', [
		...['-bb', '--quiet', '--target', 'x86_64', '--define', `_topdir ${topdir}`, '--define', `_rpmdir ${into}`],
		...['--define', '_rpmfilename %%{NAME}.rpm', '--define', '__os_install_post %{nil}'],
		spec,
	]);
}

/** The recipe of them all, for rpmbuild. */
export function imageSpec(): string {
	const header = (name: string, provides: string[]) => [
		`Summary: ${name} as part of the image`,
		...provides.map(value => `Provides: ${value}`),
	];
	const conflicts: Record<string, string> = {'curl-minimal': 'Conflicts: curl', 'gnupg2-minimal': 'Conflicts: gnupg2'};
	return [
		'Name: mesos-lab-image',
		'Version: 2023.12.20260831',
		'Release: 1.amzn2023',
		'Summary: What an image carries',
		'License: none',
		'%description',
		'Empty.',
		...Object.entries(imagePackages).flatMap(([name, provides]) => [
			`%package -n ${name}`,
			...header(name, provides),
			...(conflicts[name] ? [conflicts[name]] : []),
			'AutoReqProv: no',
			`%description -n ${name}`,
			'Empty: the files of the lab come from elsewhere.',
			`%files -n ${name}`,
		]),
		'',
	].join('\n');
}
