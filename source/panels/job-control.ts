/** What of a process Ctrl-Z is about. */
type Job = {
	platform: NodeJS.Platform;
	pid: number;
	kill(pid: number, signal: 'SIGTSTP' | 'SIGWINCH'): unknown;
	once(signal: 'SIGCONT' | 'SIGWINCH', listener: () => void): unknown;
	off(signal: 'SIGCONT', listener: () => void): unknown;
};

// Without a shell that controls jobs nothing stops, and nobody would send the signal to go on (ms).
const notStopped = 200;

/**
 * What Ctrl-Z does in raw mode, where it is a key: gives the terminal to the shell, stops the whole job as the terminal would
 * have done, and takes it back after `fg`. Undefined where there are no jobs.
 * @param suspend gives the terminal away while the callback lasts
 */
export function jobControl(
	job: Job,
	suspend: (callback: () => Promise<void>) => Promise<void>,
): (() => void) | undefined {
	if (job.platform === 'win32') return undefined;
	let stopped = false;
	const stop = () =>
		new Promise<void>(resolve => {
			const goOn = () => {
				clearTimeout(timer);
				job.off('SIGCONT', goOn);
				// A terminal tells only the job in front that its size has changed. What is drawn next is drawn for the new one.
				job.once('SIGWINCH', () => setImmediate(resolve));
				job.kill(job.pid, 'SIGWINCH');
			};
			job.once('SIGCONT', goOn);
			const timer = setTimeout(goOn, notStopped);
			// To the group, as the terminal does: npm and the shell it runs belong to the job too.
			job.kill(0, 'SIGTSTP');
		});
	return () => {
		if (stopped) return;
		stopped = true;
		void suspend(stop).finally(() => {
			stopped = false;
		});
	};
}
