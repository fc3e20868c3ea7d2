import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';

/** Debian packages fetched once per build and unpacked wherever a recipe wants them. */
export class DebianPackages {
	readonly #folder: string;

	/** @param folder where the .deb files are kept; must exist. */
	constructor(folder: string) {
		this.#folder = folder;
	}

	/**
	 * Downloads what apt of this machine knows under these names.
	 * @throws when apt cannot find or fetch one of them
	 */
	async download(names: readonly string[]): Promise<void> {
		// The sandbox user cannot write into a root-only folder, and apt would warn for every file.
		await execa('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', ...names], {cwd: this.#folder});
	}

	/** Unpacks the named packages over each other into `root`, without running any of their scripts. */
	async unpack(names: readonly string[], root: string): Promise<void> {
		await mkdir(root, {recursive: true});
		for (const name of names) await execa('dpkg-deb', ['-x', await this.#file(name), root]);
	}

	/** The upstream part of a package's version, fit for an RPM: `20.10.24` of `20.10.24+dfsg1-1+deb12u1`. */
	async upstreamVersion(name: string): Promise<string> {
		const {stdout} = await execa('dpkg-deb', ['-f', await this.#file(name), 'Version']);
		const version = /^(?:\d+:)?(\d[0-9.]*\d|\d)/.exec(stdout)?.[1];
		if (!version) throw new Error(`The Debian package ${name} has a version this recipe cannot read: ${stdout}`);
		return version;
	}

	async #file(name: string): Promise<string> {
		const file = (await readdir(this.#folder)).find(entry => entry.startsWith(`${name}_`) && entry.endsWith('.deb'));
		if (!file) throw new Error(`The Debian package ${name} was not downloaded before it was needed.`);
		return join(this.#folder, file);
	}
}
