import {readFileSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {waitUntil} from './processes.ts';
import {run} from './run.ts';

/**
 * Mounts `folder/root`: what is written goes to `folder/upper`, the rest comes from the layers, topmost first.
 */
export async function mountOverlay(folder: string, layers: readonly string[]): Promise<void> {
	for (const name of ['upper', 'work', 'root', 'docker']) await mkdir(join(folder, name), {recursive: true});
	const options = [
		`lowerdir=${layers.join(':')}`,
		`upperdir=${join(folder, 'upper')}`,
		`workdir=${join(folder, 'work')}`,
	];
	await run('mount', ['-t', 'overlay', 'mesos-setup-lab', '-o', options.join(','), join(folder, 'root')]);
}

/** Unmounts everything at or below the folder, deepest first. */
export async function unmountBelow(folder: string): Promise<void> {
	const attempt = async () => {
		for (const point of mountsBelow(folder).reverse()) await execa('umount', [point], {reject: false});
		return mountsBelow(folder).length === 0;
	};
	// The kernel lets go of a killed host's mounts a moment after its last process.
	await waitUntil(attempt, 30_000, `Something keeps the mounts below ${folder} busy; see: fuser -vm ${folder}`);
}

function mountsBelow(folder: string): string[] {
	const points = readFileSync('/proc/self/mountinfo', 'utf8')
		.split('\n')
		.map(line =>
			(line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
		);
	return points.filter(point => point === folder || point.startsWith(`${folder}/`));
}

/** Whether any mounted overlay stands on this folder. */
export function isLayerInUse(folder: string): boolean {
	return readFileSync('/proc/self/mounts', 'utf8').includes(`${folder}/`);
}
