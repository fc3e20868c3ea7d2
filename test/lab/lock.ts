import {spawn} from 'node:child_process';
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';

/**
 * Holds an exclusive lock while `work` runs. The kernel releases it however this process ends.
 * @param waiting called once when somebody else holds the lock
 */
export async function withLock<T>(file: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
	await mkdir(dirname(file), {recursive: true});
	// Node has no flock. The helper holds the lock until its stdin closes, which also happens when we are killed.
	const holder = spawn('flock', ['--no-fork', file, 'sh', '-c', 'echo held; exec cat'], {
		stdio: ['pipe', 'pipe', 'inherit'],
		detached: true,
	});
	const ended = new Promise<void>(resolve => holder.once('close', () => resolve()));
	const late = setTimeout(waiting, 1000);
	try {
		await new Promise<void>((resolve, reject) => {
			holder.stdout.once('data', () => resolve());
			holder.once('error', reject);
			holder.once('exit', code => reject(new Error(`The lock ${file} could not be taken (flock ended with ${code}).`)));
		});
		clearTimeout(late);
		return await work();
	} finally {
		clearTimeout(late);
		holder.stdin.end();
		await ended;
	}
}
