import {chmod, mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';

/** What goes into one .deb, beside its files. */
export type DebDescription = {
	name: string;
	version: string;
	summary: string;
	depends: readonly string[];
	/** Units the package enables and starts when it is installed, as Debian's packages do. */
	starts: readonly string[];
};

/**
 * Packs a folder as a .deb exactly as it is.
 * @param root the package's files, seen from /
 * @param into folder for the finished .deb
 */
export async function buildDeb(description: DebDescription, root: string, into: string): Promise<void> {
	const {name, version, summary, depends, starts} = description;
	const control = join(root, 'DEBIAN');
	await mkdir(control, {recursive: true});
	await mkdir(into, {recursive: true});
	const fields = {
		Package: name,
		Version: version,
		Architecture: 'amd64',
		Maintainer: 'the lab <mesos@lab.invalid>',
		Depends: depends.join(', '),
		Description: summary,
	};
	const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}\n`);
	await writeFile(join(control, 'control'), lines.join(''));
	const script = (body: readonly string[]) => `#!/bin/sh\nset -e\n${body.join('\n')}\n`;
	const start = starts.flatMap(unit => [
		`deb-systemd-helper enable ${unit} > /dev/null || :`,
		`deb-systemd-invoke start ${unit} || :`,
	]);
	const stop = starts.map(unit => `[ "$1" != remove ] || deb-systemd-invoke stop ${unit} || :`);
	const gone = starts.map(unit => `[ "$1" != purge ] || deb-systemd-helper purge ${unit}`);
	for (const [file, body] of [
		['postinst', ['[ "$1" = configure ] || exit 0', 'systemctl daemon-reload || :', ...start]],
		['prerm', stop],
		['postrm', gone],
	] as const) {
		await writeFile(join(control, file), script(body));
		await chmod(join(control, file), 0o755);
	}
	await execa('dpkg-deb', [
		'--root-owner-group',
		'-Zgzip',
		'-z1',
		'--build',
		root,
		join(into, `${name}_${version}_amd64.deb`),
	]);
}
