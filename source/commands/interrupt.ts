/** The user, or the system, ended the run; exit code 130. */
export class Interrupted extends Error {
	constructor() {
		super('Interrupted.');
		this.name = 'Interrupted';
	}
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What of `process` listens to signals; a plain emitter in tests. */
type SignalSource = {
	on(signal: NodeJS.Signals, listener: () => void): unknown;
	off(signal: NodeJS.Signals, listener: () => void): unknown;
	exit(code: number): unknown;
};

/**
 * From now on the first SIGINT, SIGTERM or SIGHUP aborts `signal` and says how to go on, the second leaves at once with 130.
 * `interrupt` does the same where Ctrl-C is a key. `stop` gives the signals back to Node.
 */
export function watchInterrupts(
	source: SignalSource,
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
	for (const signal of signals) source.on(signal, listener);
	return {
		signal: controller.signal,
		interrupt: listener,
		stop: () => {
			for (const signal of signals) source.off(signal, listener);
		},
	};
}

/** What of a stream reports that nobody reads it any more. */
type ErrorSource = {on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown};

/** A reader that went away (`| head`), or a terminal that was closed, is no reason to break off work on hosts. */
export function ignoreClosedReaders(streams: readonly ErrorSource[]): void {
	for (const stream of streams) {
		stream.on('error', error => {
			if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
		});
	}
}
