import {once} from 'node:events';
import {execa} from 'execa';

/**
 * Runs `action` while no other process of this machine runs one under the same file.
 * The kernel holds the lock (flock), so it ends with its owner whatever way that goes.
 */
export async function withLock<T>(file: string, action: () => Promise<T>): Promise<T> {
	// The holder lives as long as its stdin, which closes with this process.
	const holder = execa('flock', [file, 'sh', '-c', 'echo locked; exec cat >/dev/null'], {buffer: false, reject: false});
	try {
		const refused = holder.then(() => {
			throw new Error(`The lock ${file} could not be taken.`);
		});
		await Promise.race([once(holder.stdout, 'data'), refused]);
		return await action();
	} finally {
		holder.stdin.end();
		await holder;
	}
}
