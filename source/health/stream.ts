import type {Duplex} from 'node:stream';
import {SetupError} from '../cluster/setup-error.ts';
import type {Reach} from './reach.ts';

/** Milliseconds a whole question may take: opening the stream, asking and the complete answer. */
export const questionTimeout = 5_000;

/**
 * Opens a stream, lets `talk` hold one conversation on it and closes it whatever happens.
 * Rejects with an Error whose message is a reason fit for a sentence: `connection refused`, `no answer on port 5050 within 5 s`.
 */
export function overStream<T>(
	reach: Reach,
	hostName: string,
	port: number,
	talk: (stream: Duplex) => Promise<T>,
): Promise<T> {
	return new Promise((resolve, reject) => {
		let stream: Duplex | undefined;
		let over = false;
		const finish = (settle: () => void) => {
			if (over) return;
			over = true;
			clearTimeout(timer);
			settle();
			stream?.destroy();
		};
		const fail = (error: unknown) => finish(() => reject(error));
		const timer = setTimeout(
			() => fail(new Error(`no answer on port ${port} within ${questionTimeout / 1_000} s`)),
			questionTimeout,
		);
		reach(hostName, port)
			.then(async opened => {
				stream = opened;
				// Stays on after the end: a stream that is torn down late must not take the process with it.
				opened.on('error', fail);
				// The ssh channel may open after the time is up; nobody else would close it.
				if (over) {
					opened.destroy();
					return;
				}
				const answer = await talk(opened);
				finish(() => resolve(answer));
			})
			.catch(fail);
	});
}

/** Why a question had no answer, without the host's name, which the caller puts in front. */
export function reasonOf(error: unknown): string {
	if (error instanceof SetupError) return error.reason.replace(/\.$/, '');
	const text = error instanceof Error ? error.message || error.name : String(error);
	if (/ECONNREFUSED|connection refused/i.test(text)) return 'connection refused';
	if (/ECONNRESET|socket hang up|aborted/i.test(text)) return 'the connection was closed before an answer came';
	return text.replace(/^\(SSH\) /, '').replace(/[\s.:]+$/, '');
}

/** A reach whose streams end, and whose openings are refused, as soon as `signal` aborts. */
export function abortableReach(reach: Reach, signal: AbortSignal): Reach {
	return (hostName, port) =>
		new Promise((resolve, reject) => {
			signal.throwIfAborted();
			let stream: Duplex | undefined;
			const stop = () => {
				reject(signal.reason);
				stream?.destroy(new Error('stopped'));
			};
			const release = () => signal.removeEventListener('abort', stop);
			signal.addEventListener('abort', stop, {once: true});
			reach(hostName, port).then(
				opened => {
					stream = opened;
					if (signal.aborted) opened.destroy();
					opened.once('close', release);
					resolve(opened);
				},
				error => {
					release();
					reject(error);
				},
			);
		});
}
