import {cleanText} from './clean-text.ts';
import {type Pipe, readLines} from './pipe.ts';
import {rawMarker} from './runner-text.ts';

/** Why a shell did not become a runner. */
export type StartTrouble =
	| 'password'
	| 'tty'
	| 'sudo-missing'
	| 'sudo-denied'
	| 'sudo-broken'
	| 'other-user'
	| 'expired'
	| 'tool-missing'
	| 'folder'
	| 'silent'
	| 'closed'
	| 'channel';

export class StartError extends Error {
	readonly trouble: StartTrouble;
	/** The last of what the host printed instead. */
	readonly said: string;

	constructor(trouble: StartTrouble, said: string) {
		super(`${trouble}: ${said}`);
		this.trouble = trouble;
		this.said = said;
	}
}

/** sudo and shells in their own words, as far as they are known; the rest is told as it came. */
const words: [RegExp, StartTrouble][] = [
	[/must have a tty|no tty present|requiretty/i, 'tty'],
	[/(a|is) password (is )?required|password is required|a terminal is required/i, 'password'],
	[/not in the sudoers|may not run sudo|is not allowed to execute|not allowed to run sudo/i, 'sudo-denied'],
	[/sudo: (command )?not found|sudo: No such file|not found: sudo|unknown command:? sudo/i, 'sudo-missing'],
	[/Please login as the user "?[^"\s]+"? rather than/i, 'other-user'],
	[/(password|account) (has|is|have)( been)? expired|Password change required|account validation failure/i, 'expired'],
	[/base64: (command )?not found|base64: inaccessible/i, 'tool-missing'],
	// In another language, or about its own files.
	[/^(\/\S+\/)?sudo: /m, 'sudo-broken'],
];

const noiseLimit = 4096;

export type Hello = {
	/** The runner's folder on the host. */
	directory: string;
	/** Takes over the lines that follow; called once. */
	follow(onLine: (line: string) => void, onOverflow: () => void): void;
};

/**
 * Sends `line` to a shell waiting at the bootstrap and waits for the word that carries the nonce. All before it is
 * login noise, of which the last 4 KiB are kept to tell why no runner came. Rejects with a StartError.
 */
export function startRunner(pipe: Pipe, start: {line: string; nonce: string; raw: boolean; timeout: number}) {
	return new Promise<Hello>((resolve, reject) => {
		let noise = '';
		let state: 'waiting' | 'up' | 'failed' = 'waiting';
		let onLine: (line: string) => void = hear;
		let onOverflow = () => fail('closed');
		const early: string[] = [];

		function fail(trouble: StartTrouble): void {
			if (state !== 'waiting') return;
			state = 'failed';
			clearTimeout(timer);
			pipe.destroy();
			reject(new StartError(trouble, cleanText(noise).trim()));
		}

		function listen(text: string): void {
			noise = `${noise}${text}\n`.slice(-noiseLimit);
		}

		function hear(line: string): void {
			if (start.raw && line.endsWith(rawMarker)) {
				pipe.stdin.write(start.line);
				return;
			}
			const at = line.indexOf(`${start.nonce} `);
			if (at === -1) {
				listen(line);
				return;
			}
			const [, word, ...rest] = line.slice(at).split(' ');
			if (word === 'broken') {
				noise = rest.join(' ');
				fail(rest[0] === 'missing' ? 'tool-missing' : 'folder');
				return;
			}
			state = 'up';
			clearTimeout(timer);
			onLine = later => early.push(later);
			resolve({
				directory: rest[1] ?? '',
				follow(next, overflow) {
					onLine = next;
					onOverflow = overflow;
					for (const missed of early) next(missed);
				},
			});
		}

		const timer = setTimeout(() => fail('silent'), start.timeout);
		const unfinished = readLines(
			pipe.stdout,
			line => onLine(line),
			() => onOverflow(),
		);
		const complaints = (chunk: Buffer) => state === 'waiting' && listen(chunk.toString('utf8'));
		pipe.stderr.on('data', complaints);
		void pipe.closed.then(code => {
			if (state !== 'waiting') return;
			listen(unfinished());
			const known = words.find(([pattern]) => pattern.test(noise))?.[1];
			fail(known ?? (code === undefined ? 'channel' : 'closed'));
		});
		if (!start.raw) pipe.stdin.write(start.line);
	});
}
