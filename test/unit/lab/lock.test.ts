import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {withLock} from '../../lab/lock.ts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'lab-lock-'));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

describe.runIf(process.platform === 'linux')('the lock of a lab', () => {
	test('the second waits until the first is done, and says so', async () => {
		const file = join(folder, 'lock');
		const events: string[] = [];
		const waits = Promise.withResolvers<void>();
		const held = Promise.withResolvers<void>();
		const first = withLock(
			file,
			() => undefined,
			async () => {
				held.resolve();
				await waits.promise;
				events.push('first done');
			},
		);
		await held.promise;
		const second = withLock(file, waits.resolve, async () => {
			events.push('second');
		});
		await Promise.all([first, second]);
		expect(events).toEqual(['first done', 'second']);
	});

	test('a failure inside is passed on and frees the lock', async () => {
		const file = join(folder, 'lock');
		const failing = withLock(
			file,
			() => undefined,
			() => Promise.reject(new Error('inside')),
		);
		await expect(failing).rejects.toThrow('inside');
		await expect(
			withLock(
				file,
				() => undefined,
				async () => 'free',
			),
		).resolves.toBe('free');
	});

	test('a holder that is killed holds nothing any more', async () => {
		const file = join(folder, 'lock');
		const module = join(import.meta.dirname, '../../lab/lock.ts');
		const script = `import {withLock} from ${JSON.stringify(module)};
			await withLock(${JSON.stringify(file)}, () => {}, () => { console.log('held'); return new Promise(r => setTimeout(r, 60_000)); });`;
		const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		await once(holder.stdout, 'data');
		holder.kill('SIGKILL');
		await expect(
			withLock(
				file,
				() => undefined,
				async () => 'free',
			),
		).resolves.toBe('free');
	});
});
