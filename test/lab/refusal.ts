import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, statfsSync} from 'node:fs';

const overlayMagic = 0x794c7630;

/** What can be known about a machine without trying anything. */
export type Machine = {platform: string; arch: string; uid: number | undefined; osRelease: string};

function thisMachine(): Machine {
	const file = '/etc/os-release';
	const osRelease = existsSync(file) ? readFileSync(file, 'utf8') : '';
	return {platform: process.platform, arch: process.arch, uid: process.getuid?.(), osRelease};
}

/** Why this machine cannot carry a lab, as one sentence; undefined when it can. */
export function labRefusal(machine: Machine = thisMachine()): string | undefined {
	const {platform, arch, uid, osRelease} = machine;
	if (platform !== 'linux') return `The lab needs Linux; this computer runs ${platform}.`;
	if (uid !== 0) return 'The lab needs root: it boots hosts in containers of their own. Run it as root.';
	const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(osRelease)?.[1] ?? 'an unknown system';
	if (!/^VERSION_CODENAME="?bookworm"?$/m.test(osRelease) || !/^ID="?debian"?$/m.test(osRelease))
		return `The lab builds its hosts from the packages of Debian 12 (bookworm); this machine runs ${system}.`;
	if (arch !== 'x64') return `The lab's packages are for x86_64; this machine is ${arch}.`;
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
