import type {Duplex} from 'node:stream';
import {SetupError} from '../cluster/setup-error.ts';
import type {CompiledStep} from '../steps/compiled-step.ts';
import type {Pipe} from './pipe.ts';

/**
 * plan: check, and show where it does not comply; changes nothing.
 * apply: check, and apply where it does not comply.
 * hold: check; where it does not comply answer `held` and defer every frame already written behind it until the
 * controller releases the session, so that a run that changes nothing never waits and one that does can be ordered.
 */
export type Mode = 'plan' | 'apply' | 'hold';

/** What one frame came to. `ms` is the controller's clock, from the previous answer (or the write) to this one. */
export type Outcome = {ms: number} & (
	| {status: 'ok'}
	| {status: 'changed'; output: string}
	| {status: 'would-change'; current?: string | undefined; candidate?: string | undefined}
	| {status: 'held'; state?: string | undefined}
	/** Written behind a held frame and not executed: send it again after release(). */
	| {status: 'deferred'}
	/** Behind a failure or a stop, not executed. */
	| {status: 'skipped'}
	| {status: 'failed'; phase: 'check' | 'apply'; code: number; timedOut: boolean; output: string}
);

/** Who holds the lock of a host: this process, told to the next one that comes. */
export type Owner = {run: string; who: string; since: string};

/** Another run holds the lock of the host. */
export class HostBusy extends SetupError {}

/**
 * One connected host with a runner on it. Frames are executed in the order of `send`, their answers arrive in that
 * order; `send` never waits for the previous answer. All methods reject with a SetupError that names the host when the
 * connection is lost.
 */
export type Session = {
	readonly host: string;
	/** The ssh connection's server key, `SHA256:...`. */
	readonly fingerprint: string;
	/** Runs a read-only script (sh, as root), returns its stdout. Not for steps. */
	ask(script: string): Promise<string>;
	/** Takes /run/mesos-setup.lock; throws a SetupError naming the owner when a live one is held. Needed before apply and hold. */
	lock(owner: Owner): Promise<void>;
	send(step: CompiledStep, mode: Mode): Promise<Outcome>;
	/** After a `held` answer: later frames are executed again. */
	release(): void;
	/** Lines a running step prints, as they come. */
	onOutput(listener: (line: string) => void): void;
	/** Finish the step in hand, answer `skipped` to all behind it. */
	stop(): Promise<void>;
	/** TERM to the step in hand (KILL after 10 s, never to a package transaction). */
	kill(): Promise<void>;
	/** A connection from the host to an address as seen from the host, through the ssh connection. */
	forward(address: string, port: number): Promise<Duplex>;
	/**
	 * A script (sh, as root) on a channel of its own beside the runner, for streams of bytes: it reads what is written to `stdin`, and
	 * ends with the connection at the latest. Not for steps.
	 */
	open(script: string): Promise<Pipe>;
	/** Releases the lock when held, ends the runner and the connection. Never throws. */
	close(): Promise<void>;
};
