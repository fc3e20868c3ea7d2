/** The user, or the system, ended the run; exit code 130. */
export class Interrupted extends Error {
	constructor() {
		super('Interrupted.');
		this.name = 'Interrupted';
	}
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type SignalListener = (...args: unknown[]) => void;

/** What of `process` listens to signals; a plain emitter in tests. */
type SignalSource = {
	on(event: NodeJS.Signals | 'newListener', listener: SignalListener): unknown;
	off(event: NodeJS.Signals | 'newListener', listener: SignalListener): unknown;
	listeners(signal: NodeJS.Signals): unknown[];
};

/**
 * Keeps `listener` the only one of its signals. Libraries listen too, to tidy up, and then send the signal once more to end the
 * process: a second Ctrl-C that nobody has pressed.
 */
function listenAlone(source: SignalSource, listener: SignalListener): () => void {
	const refuse = (event: unknown, other: unknown) => {
		const signal = signals.find(one => one === event);
		if (signal && other !== listener) queueMicrotask(() => source.off(signal, other as SignalListener));
	};
	for (const signal of signals) {
		for (const other of source.listeners(signal)) source.off(signal, other as SignalListener);
		source.on(signal, listener);
	}
	source.on('newListener', refuse);
	return () => {
		source.off('newListener', refuse);
		for (const signal of signals) source.off(signal, listener);
	};
}

/**
 * From now on the first SIGINT, SIGTERM or SIGHUP aborts `signal` and says how to go on, the second leaves at once with 130.
 * `interrupt` does the same where Ctrl-C is a key. `stop` gives the signals back to Node.
 */
export function watchInterrupts(
	source: SignalSource & {exit(code: number): unknown},
	say: (text: string) => void,
): {signal: AbortSignal; interrupt(): void; stop(): void} {
	const controller = new AbortController();
	const listener = () => {
		if (controller.signal.aborted) {
			source.exit(130);
			return;
		}
		controller.abort(new Interrupted());
		say('Stopping: the steps in hand end first. Once more to leave at once. The same command goes on from here.');
	};
	return {signal: controller.signal, interrupt: listener, stop: listenAlone(source, listener)};
}

/** What of a stream reports that nobody reads it any more. */
type ErrorSource = {on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown};

/**
 * A reader that went away (`| head`), or a terminal that was closed, is no reason to break off work on hosts.
 * @param complain says what is wrong with `stdout`, which cannot
 */
export function ignoreClosedReaders(stdout: ErrorSource, stderr: ErrorSource, complain: (text: string) => void): void {
	for (const stream of [stdout, stderr]) {
		stream.on('error', error => {
			if (error.code === 'EPIPE' || error.code === 'EIO') return;
			if (stream === stdout) {
				complain(
					`Its output cannot be written: ${error.message}. Free some space where it goes, then run the same command again.`,
				);
			}
			throw error;
		});
	}
}
