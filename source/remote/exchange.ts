import {SetupError} from '../cluster/setup-error.ts';
import {type Answer, parseAnswer, readOwner} from './frames.ts';
import type {Pipe} from './pipe.ts';
import type {Hello} from './start-runner.ts';

/** How long one frame may take. */
export type Limits = {
	/** Milliseconds for each look at the state; unset: no limit. */
	look?: number | undefined;
	/** Milliseconds from the start of an apply, whose time the host itself keeps, until the host is given up. */
	apply?: number;
};

/** What the controller knows of a frame's time when its answer comes. */
export type Timing = {ms: number; late: boolean; applied: number};

/** Frames out, answers in, in the same order, over the channel of a runner. */
export type Exchange = {
	/** Rejects with a SetupError: the one `read` returns, or what ended the connection. */
	request<T>(
		frame: (id: number) => string,
		limits: Limits,
		read: (words: string[], timing: Timing) => T | SetupError,
	): Promise<T>;
	/** A frame without an answer. */
	write(frame: string): void;
	waiting(): boolean;
	lost(): SetupError | undefined;
	lose(error: SetupError): void;
};

type Entry = {
	id: number;
	limits: Limits;
	late: boolean;
	applying: number | undefined;
	settle(words: string[], timing: Timing): void;
	reject(error: SetupError): void;
};

const killGrace = 20_000;

/**
 * `onLate`: the frame in hand is beyond its limit and must be ended on the host. `onLost` is called once, after all that
 * waited has been rejected.
 */
export function createExchange(parts: {
	host: string;
	nonce: string;
	pipe: Pipe;
	hello: Hello;
	tell(line: string): void;
	onLate(): void;
	onLost(): void;
}): Exchange {
	const pending: Entry[] = [];
	let nextId = 1;
	let since = 0;
	let lost: SetupError | undefined;
	let timer: NodeJS.Timeout | undefined;
	let outbox = '';

	function problem(cause: string, fix: string): SetupError {
		return new SetupError({cause, fix, host: parts.host, exitCode: 1});
	}

	function lose(error: SetupError): void {
		if (lost) return;
		lost = error;
		clearTimeout(timer);
		for (const entry of pending.splice(0)) entry.reject(error);
		parts.onLost();
	}

	function giveUpAfter(ms: number): void {
		clearTimeout(timer);
		timer = setTimeout(() => {
			lose(
				problem(
					'The host does not answer any more: a command hangs there and cannot be ended.',
					'Log in and look what hangs (ps, dmesg); the step in hand ends by itself or with a reboot.',
				),
			);
		}, ms);
	}

	function watchHead(): void {
		clearTimeout(timer);
		const head = pending[0];
		if (head?.limits.look === undefined) return;
		timer = setTimeout(() => {
			head.late = true;
			parts.onLate();
			giveUpAfter(killGrace);
		}, head.limits.look);
	}

	function hearNotice(head: Entry, [, what, blob]: string[]): void {
		if (what === 'applying') {
			head.applying = performance.now();
			giveUpAfter(head.limits.apply ?? 0);
		} else if (what === 'checking') watchHead();
		else {
			const {who, since: from} = readOwner(blob);
			parts.tell(`waiting for a step that an interrupted run of ${who} (since ${from}) left at work`);
		}
	}

	function hear(answer: Answer): void {
		const head = pending[0];
		if (head?.id !== answer.id) {
			lose(problem('The runner on the host answered out of turn.', 'Run again; if it stays, report it with the log.'));
			return;
		}
		if (answer.words[0] === '>') {
			hearNotice(head, answer.words);
			return;
		}
		pending.shift();
		const now = performance.now();
		const ms = now - since;
		since = now;
		watchHead();
		head.settle(answer.words, {ms, late: head.late, applied: head.applying === undefined ? 0 : now - head.applying});
	}

	// Frames of one moment go out as one write: each write costs packets, ciphers and system calls.
	function flush(): void {
		if (!lost) parts.pipe.stdin.write(outbox);
		outbox = '';
	}

	function write(frame: string): void {
		if (outbox === '') queueMicrotask(flush);
		outbox += frame;
	}

	parts.hello.follow(
		line => {
			const answer = parseAnswer(line, parts.nonce);
			if (answer && !lost) hear(answer);
		},
		() => lose(problem('The host sent a line without end.', 'Report it with the log.')),
	);

	return {
		request<T>(
			frame: (id: number) => string,
			limits: Limits,
			read: (words: string[], timing: Timing) => T | SetupError,
		) {
			if (lost) return Promise.reject(lost);
			const id = nextId;
			// Before it is queued: a text that cannot travel must leave nothing waiting.
			const line = frame(id);
			nextId += 1;
			const {promise, resolve, reject} = Promise.withResolvers<T>();
			// Nothing in here may close over the line, or it would be kept until its answer comes.
			function settle(words: string[], timing: Timing): void {
				const result = read(words, timing);
				if (result instanceof SetupError) reject(result);
				else resolve(result);
			}
			pending.push({id, limits, late: false, applying: undefined, settle, reject});
			if (pending.length === 1) {
				since = performance.now();
				watchHead();
			}
			write(line);
			return promise;
		},
		write,
		waiting: () => pending.length > 0,
		lost: () => lost,
		lose,
	};
}
