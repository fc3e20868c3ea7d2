import type {Duplex} from 'node:stream';
import {SetupError} from '../cluster/setup-error.ts';
import {lineFeed} from './clean-text.ts';
import type {Control} from './control.ts';
import {createExchange, type Timing} from './exchange.ts';
import {askFrame, claimFrame, readOwner, readReply, readVerdict, stepFrame} from './frames.ts';
import type {Pipe} from './pipe.ts';
import {HostBusy, type Outcome, type Session} from './session.ts';
import type {Hello} from './start-runner.ts';

export type SessionParts = {
	host: string;
	fingerprint: string;
	nonce: string;
	pipe: Pipe;
	hello: Hello;
	openControl(): Promise<Control>;
	forward(address: string, port: number): Promise<Duplex>;
	openChannel(script: string): Promise<Pipe>;
	/** Why the connection below is gone, as the end of a sentence. */
	whyLost(): string;
	/** Ends the connection below; never rejects, may be called twice. */
	disconnect(): Promise<void>;
};

const askLimit = 120_000;
const beatEvery = 10_000;
const closeGrace = 3000;

/** A Session over a runner that has said hello. */
export function runnerSession(parts: SessionParts): Session {
	const {host, pipe} = parts;
	const listeners: ((line: string) => void)[] = [];
	let closing = false;
	let locked = false;
	let beating: NodeJS.Timeout | undefined;
	let control: Promise<Control> | undefined;

	function problem(cause: string, fix: string): SetupError {
		return new SetupError({cause, fix, host, exitCode: 1});
	}

	function connectionLost(): SetupError {
		return problem(
			`The connection was lost: ${parts.whyLost()}.`,
			'Check the host and the network and run again: what was done is found done, a step in hand ends by itself.',
		);
	}

	function tell(line: string): void {
		for (const listener of listeners) listener(line);
	}

	const exchange = createExchange({
		...parts,
		tell,
		onLate() {
			openControl()
				.then(channel => channel.say('kill'))
				.catch(() => {});
		},
		onLost() {
			clearInterval(beating);
			if (!closing) void parts.disconnect();
		},
	});

	function openControl(): Promise<Control> {
		control ??= parts.openControl().catch((error: unknown) => {
			const why = error instanceof Error ? error.message : String(error);
			const failure = problem(
				`A second channel to the host could not be opened: ${why}.`,
				'Check MaxSessions in its sshd_config (2 at least).',
			);
			if (!closing) exchange.lose(failure);
			throw failure;
		});
		return control;
	}

	async function beat(): Promise<void> {
		const channel = await openControl();
		await channel.say('beat').catch(() => {
			if (!closing) exchange.lose(connectionLost());
		});
	}

	async function command(word: 'stop' | 'kill'): Promise<void> {
		const lost = exchange.lost();
		if (lost) throw lost;
		const channel = await openControl();
		await channel.say(word).catch(() => {
			throw exchange.lost() ?? connectionLost();
		});
	}

	function strange(words: string[]): SetupError {
		return problem(`The runner on the host answered ${JSON.stringify(words[0] ?? '')}.`, 'Report it with the log.');
	}

	function readAnswer(words: string[], {late}: Timing): string | SetupError {
		if (words[0] !== 'answer') return strange(words);
		const {code, bytes, output, complaint} = readReply(words);
		if (late) return problem(`A question took longer than ${askLimit / 1000} s.`, 'Look what hangs on the host.');
		if (code !== 0) {
			if (complaint !== '') {
				return problem(`A question ended with code ${code}: ${complaint.slice(-500)}.`, 'Look at the host by hand.');
			}
			return problem(
				`A question ended with code ${code} and without a word, mostly because /run, where answers are written, is full.`,
				'Free some space there ("df -h /run" on the host shows it), then run again.',
			);
		}
		return bytes > 1_048_576 ? problem('An answer is longer than 1 MiB.', 'Look at the host by hand.') : output;
	}

	function readClaim(words: string[]): undefined | SetupError {
		if (words[0] === 'locked') return undefined;
		if (words[0] === 'skipped') return problem('Stopped while waiting for the lock.', 'Run again.');
		if (words[0] !== 'busy') {
			return problem('The lock /run/mesos-setup.lock cannot be taken.', 'Look at that file on the host.');
		}
		const holder = readOwner(words[1]);
		return new HostBusy({
			host,
			cause: `${holder.who} is at work on this host since ${holder.since} (run ${holder.run}).`,
			fix: 'Wait until that run is finished or stop it; the lock of a dead run is free 60 s after its last sign of life.',
			exitCode: 1,
		});
	}

	// Made here and not where the step is at hand: what waits for an answer must not keep the texts of its step alive.
	function outcomeReader(timeout: number) {
		return (words: string[], {ms, late, applied}: Timing): Outcome | SetupError => {
			const verdict = readVerdict(words);
			if (!verdict) return strange(words);
			if (verdict.status !== 'failed') return {...verdict, ms};
			const ended = verdict.phase === 'apply' && [124, 137, 143].includes(verdict.code) && applied >= timeout;
			return {...verdict, timedOut: late || ended, ms};
		};
	}

	pipe.stderr.on('data', lineFeed(tell, Date.now));
	void pipe.closed.then(code => {
		if (closing || code === undefined) return exchange.lose(connectionLost());
		exchange.lose(
			problem(
				`The runner on the host ended (code ${code}).`,
				'Another run may have taken the host over after 60 s without a sign of life from this one; run again.',
			),
		);
	});

	return {
		host,
		fingerprint: parts.fingerprint,
		ask: script => exchange.request(id => askFrame(id, script), {look: askLimit}, readAnswer),
		async lock(owner) {
			await exchange.request(id => claimFrame(id, owner), {}, readClaim);
			locked = true;
			beating = setInterval(() => void beat().catch(() => {}), beatEvery);
		},
		send(step, mode) {
			if (mode !== 'plan' && !locked) throw new Error('lock() comes before apply and hold.');
			// Nothing is applied before the host has it. Not awaited: what is only looked at needs no second channel at all.
			if (mode === 'apply' && !exchange.lost()) openControl().catch(() => {});
			// A package transaction may go on after its TERM, so it is waited for much longer.
			const limits = {look: step.timeout, apply: step.timeout + (step.kill ? 45_000 : 600_000)};
			return exchange.request(id => stepFrame(id, step, mode), limits, outcomeReader(step.timeout));
		},
		release: () => exchange.write('ms_release\n'),
		onOutput(listener) {
			listeners.push(listener);
		},
		stop: () => command('stop'),
		kill: () => command('kill'),
		forward(address, port) {
			const lost = exchange.lost();
			return lost ? Promise.reject(lost) : parts.forward(address, port);
		},
		open(script) {
			const lost = exchange.lost();
			return lost ? Promise.reject(lost) : parts.openChannel(script);
		},
		async close() {
			if (closing) return;
			closing = true;
			if (!exchange.lost()) {
				if (exchange.waiting()) await within(closeGrace, command('stop'));
				pipe.stdin.end('ms_quit\n');
				await within(closeGrace, pipe.closed);
				// After the runner: to one that still works the end of this channel means that it is alone.
				await within(
					0,
					control?.then(opened => opened.end()),
				);
			}
			await parts.disconnect();
			exchange.lose(problem('The connection was closed.', 'Run again.'));
		},
	};
}

/** Waits for a thing, but no longer than `ms`, and not for its success. */
async function within(ms: number, thing: Promise<unknown> | undefined): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise<void>(resolve => {
		timer = setTimeout(resolve, ms);
	});
	await Promise.race([thing, limit]).catch(() => {});
	clearTimeout(timer);
}
