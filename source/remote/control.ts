import {type Pipe, readLines} from './pipe.ts';
import {rawMarker} from './runner-text.ts';

/** The second channel of a runner: words that must not queue behind its frames. */
export type Control = {
	/** Resolves when the host has done it; rejects when the channel is gone. */
	say(word: 'beat' | 'stop' | 'kill'): Promise<void>;
	end(): void;
};

/** Sends `line` to a shell waiting at the bootstrap; resolves when the control script answers. */
export function startControl(pipe: Pipe, start: {line: string; nonce: string; raw: boolean}): Promise<Control> {
	return new Promise((resolve, reject) => {
		const waiting: {word: string; resolve: () => void; reject: (error: Error) => void}[] = [];
		let gone: Error | undefined;
		function lose(): void {
			gone = new Error('The control channel is gone.');
			for (const one of waiting.splice(0)) one.reject(gone);
			reject(gone);
		}
		const control: Control = {
			say(word) {
				if (gone) return Promise.reject(gone);
				return new Promise((done, failed) => {
					waiting.push({word, resolve: done, reject: failed});
					pipe.stdin.write(`${word}\n`);
				});
			},
			end: () => pipe.stdin.end(),
		};
		readLines(
			pipe.stdout,
			line => {
				if (start.raw && line.endsWith(rawMarker)) pipe.stdin.write(start.line);
				else if (line.endsWith(`${start.nonce} control`)) resolve(control);
				else if (line.startsWith(`${start.nonce} done `)) waiting.shift()?.resolve();
			},
			lose,
		);
		pipe.stderr.resume();
		void pipe.closed.then(lose);
		if (!start.raw) pipe.stdin.write(start.line);
	});
}
