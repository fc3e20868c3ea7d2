import {setTimeout as delay} from 'node:timers/promises';

/**
 * Asks until the answer is `done`, at first every 100 ms, growing to every second. Resolves with the last answer when
 * `timeout` (ms) is over. Rejects with the signal's reason when it aborts, and when `ask` rejects.
 */
export async function poll<T>(
	ask: () => Promise<T>,
	{done, timeout, signal}: {done: (answer: T) => boolean; timeout: number; signal: AbortSignal},
): Promise<T> {
	const end = performance.now() + timeout;
	for (let pause = 100; ; pause = Math.min(pause * 1.5, 1_000)) {
		signal.throwIfAborted();
		const answer = await ask();
		const left = end - performance.now();
		if (done(answer) || left <= 0) return answer;
		await delay(Math.min(pause, left), undefined, {signal}).catch(() => signal.throwIfAborted());
	}
}
