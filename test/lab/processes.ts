import {readdirSync, readFileSync, readlinkSync, statSync} from 'node:fs';

/** Processes whose network is the namespace at `file`, e.g. /run/netns/NAME. */
export function processesInNetwork(file: string): number[] {
	const inode = statSync(file, {throwIfNoEntry: false})?.ino;
	return allProcesses().filter(
		pid => inode !== undefined && attempt(() => readlinkSync(`/proc/${pid}/ns/net`)) === `net:[${inode}]`,
	);
}

/** This process and everything above it, which a teardown run from inside a lab must not kill. */
export function ownAncestors(): Set<number> {
	const ancestors = new Set<number>();
	for (let pid = process.pid; pid > 0 && !ancestors.has(pid); pid = parentOf(pid)) ancestors.add(pid);
	return ancestors;
}

export function isAlive(pid: number): boolean {
	const state = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]);
	return state !== undefined && state !== 'Z' && state !== 'X';
}

export function kill(pid: number): void {
	attempt(() => process.kill(pid, 'SIGKILL'));
}

/** Waits until `done` says so. @throws with `otherwise` after `milliseconds` */
export async function waitUntil(
	done: () => boolean | Promise<boolean>,
	milliseconds: number,
	otherwise: string,
): Promise<void> {
	const deadline = Date.now() + milliseconds;
	while (!(await done())) {
		if (Date.now() > deadline) throw new Error(otherwise);
		await new Promise(resolve => setTimeout(resolve, 100));
	}
}

function parentOf(pid: number): number {
	const fields = attempt(() =>
		readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' '),
	);
	return Number(fields?.[1] ?? 0);
}

function allProcesses(): number[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.map(Number);
}

/** Processes come and go between being listed and being looked at. */
function attempt<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}
