import {spawnSync} from 'node:child_process';
import {linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import type {Sandbox} from './shells.ts';

/** A gzipped tar of files that hold their own names. */
export function tarball(host: Sandbox, names: string[], more: () => void = () => {}): Buffer {
	rmSync(host.path('tree'), {recursive: true, force: true});
	for (const name of names) {
		mkdirSync(dirname(host.path(`tree/${name}`)), {recursive: true});
		writeFileSync(host.path(`tree/${name}`), name);
	}
	more();
	return packed(host, readdirSync(host.path('tree')));
}

export function packed(host: Sandbox, names: string[], options: string[] = []): Buffer {
	const run = spawnSync('tar', ['-C', host.path('tree'), '-P', '-czf', '-', ...options, '--', ...names], {
		maxBuffer: 2 ** 24,
	});
	return run.stdout;
}

/** An archive with a folder and one file of any name. */
export function renamed(host: Sandbox, name: string, to: string): Buffer {
	tarball(host, ['a/one', name]);
	return packed(host, ['a', name], ['--transform', `s|^${name}$|${to}|`]);
}

export function linked(host: Sandbox, target: string, name = 'link'): Buffer {
	return tarball(host, ['a/one', 'a/b/two'], () => symlinkSync(target, host.path(`tree/a/${name}`)));
}

/** `up` is `a` itself, so `up/../../x` reads like a place below `a` and is one above it. */
export function throughLink(host: Sandbox): Buffer {
	return tarball(host, ['a/p/q/r/one'], () => {
		symlinkSync('../..', host.path('tree/a/p/q/up'));
		symlinkSync('p/q/up/../../x', host.path('tree/a/out'));
	});
}

export function special(host: Sandbox): Buffer {
	return tarball(host, ['a/one'], () => spawnSync('mkfifo', [host.path('tree/a/pipe')]));
}

export function hardLinked(host: Sandbox): Buffer {
	tarball(host, ['a/one'], () => linkSync(host.path('tree/a/one'), host.path('tree/a/two')));
	return packed(host, ['a/one', 'a/two'], ['--transform', 's|^a/one$|../../canary|RS']);
}
