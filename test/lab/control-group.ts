import {existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {waitUntil} from './processes.ts';
import {controlGroups} from './refusal.ts';

/** A control group of the lab: what holds its processes together, however they were started or orphaned. */
export class ControlGroup {
	readonly folder: string;

	/** @param path below the root of the hierarchy, e.g. `mesoslab-12345678/master-1` */
	constructor(path: string) {
		const root = controlGroups();
		if (!root) throw new Error('No control groups version 2 are mounted.');
		this.folder = join(root, path);
	}

	create(): void {
		mkdirSync(this.folder, {recursive: true});
	}

	/** Whether any process lives in it or below. */
	get alive(): boolean {
		const events = join(this.folder, 'cgroup.events');
		return existsSync(events) && /^populated 1$/m.test(readFileSync(events, 'utf8'));
	}

	/** Processes directly in this group or one below it. */
	processes(below = ''): number[] {
		const file = join(this.folder, below, 'cgroup.procs');
		return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number) : [];
	}

	freeze(frozen: boolean): void {
		writeFileSync(join(this.folder, 'cgroup.freeze'), frozen ? '1' : '0');
	}

	/** SIGKILL to every process in it and below, waits for their end, and removes the group. */
	async kill(): Promise<void> {
		if (existsSync(this.folder)) {
			writeFileSync(join(this.folder, 'cgroup.kill'), '1');
			await waitUntil(() => !this.alive, 30_000, `Processes in ${this.folder} survive SIGKILL for 30 seconds.`);
		}
		this.remove();
	}

	/** systemd-nspawn makes a group of the same path in every hierarchy of version 1, where those exist. */
	private remove(): void {
		const path = this.folder.slice(`${controlGroups()}`.length);
		const mounts = readFileSync('/proc/self/mounts', 'utf8').matchAll(/^\S+ (\S+) cgroup2? /gm);
		for (const [, root] of mounts) removeTree(join(`${root}`, path));
	}
}

function removeTree(folder: string): void {
	if (!existsSync(folder)) return;
	for (const entry of readdirSync(folder, {withFileTypes: true}))
		if (entry.isDirectory()) removeTree(join(folder, entry.name));
	rmdirSync(folder);
}
