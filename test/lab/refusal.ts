import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, statfsSync} from 'node:fs';

const overlayMagic = 0x794c7630;

/** Why this machine cannot carry a lab, as one sentence; undefined when it can. */
export function labRefusal(): string | undefined {
	if (process.platform !== 'linux') return `The lab needs Linux; this computer runs ${process.platform}.`;
	if (process.getuid?.() !== 0) return 'The lab needs root: it boots hosts in containers of their own. Run it as root.';
	const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
	const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? 'an unknown system';
	if (!/^VERSION_CODENAME="?bookworm"?$/m.test(release) || !/^ID="?debian"?$/m.test(release))
		return `The lab builds its hosts from the packages of Debian 12 (bookworm); this machine runs ${system}.`;
	if (process.arch !== 'x64') return `The lab's packages are for x86_64; this machine is ${process.arch}.`;
	if (!controlGroups())
		return 'The lab needs control groups version 2, and no cgroup2 file system is mounted and writable.';
	if (!succeeds('sh', ['-c', 'grep -qw overlay /proc/filesystems || modprobe overlay']))
		return 'The lab stacks its hosts with overlayfs, which this kernel does not have.';
	if (statfsSync(import.meta.dirname).type === overlayMagic)
		return 'The lab cannot run from a checkout on an overlay file system: move it to a real disk.';
	if (!succeeds('unshare', ['--net', '--mount', 'true']))
		return 'The lab needs namespaces of its own, and this machine does not allow root to make them.';
	return undefined;
}

/** Where the version 2 hierarchy of control groups is mounted; it may stand beside version 1. */
export function controlGroups(): string | undefined {
	const line = readFileSync('/proc/self/mounts', 'utf8').match(/^\S+ (\S+) cgroup2 (\S+)/m);
	return line?.[2]?.split(',').includes('rw') ? line[1] : undefined;
}

function succeeds(file: string, args: string[]): boolean {
	try {
		execFileSync(file, args, {stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
}
