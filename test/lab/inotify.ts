import {existsSync, readdirSync} from 'node:fs';
import {readFile, rm, writeFile} from 'node:fs/promises';
import {namespacePrefix} from './names.ts';

const setting = '/proc/sys/fs/inotify/max_user_instances';
const before = '/run/mesos-setup-lab.inotify';
/** systemd alone takes about seven on every host; the usual limit is 128 for the whole machine, all labs together. */
const perHost = 16;
const severalLabs = 1024;

/** Raises the machine's limit for several labs or this many hosts; the value found is kept for restoring it. */
export async function raiseInotifyLimit(hosts: number): Promise<void> {
	const current = Number(await readFile(setting, 'utf8'));
	const needed = Math.max(severalLabs, perHost * hosts);
	if (current >= needed) return;
	if (!existsSync(before)) await writeFile(before, `${current}\n`);
	await writeFile(setting, `${needed}\n`);
}

/** Puts the limit back once no lab runs any more. */
export async function restoreInotifyLimit(): Promise<void> {
	const labs = existsSync('/run/netns')
		? readdirSync('/run/netns').filter(name => name.startsWith(namespacePrefix))
		: [];
	if (labs.length > 0 || !existsSync(before)) return;
	await writeFile(setting, await readFile(before, 'utf8'));
	await rm(before);
}
