import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Client, PseudoTtyOptions} from 'ssh2';
import {SetupError} from '../cluster/setup-error.ts';
import {type Bastions, createBastions, type Passage} from './bastion.ts';
import {startControl} from './control.ts';
import {forward} from './forward.ts';
import {type HostKeyCheck, type HostKeyPolicy, hostKeyCheck} from './host-keys.ts';
import {loginProblem, lossOf, startProblem} from './login-problem.ts';
import {type FailureKind, type Login, LoginError, openClient} from './open-client.ts';
import {channelPipe, type Pipe} from './pipe.ts';
import {runnerSession} from './runner-session.ts';
import {controlLine, execCommand, hostPlaces, type RunnerPlaces, runnerLine} from './runner-text.ts';
import type {Session} from './session.ts';
import {sideChannel} from './side-channel.ts';
import {type Hello, StartError, startRunner} from './start-runner.ts';

/** A host to log in to; `host` is its name in messages and among the pinned host keys. */
export type Target = Login & {host: string; bastion?: Login | undefined};

export type ConnectOptions = {
	/** Milliseconds until the last attempt must have succeeded. */
	timeout: number;
	signal: AbortSignal;
	hostKeys: HostKeyPolicy;
	/** Told before every further attempt, with the cause of the last failure. */
	onRetry?: ((reason: string) => void) | undefined;
	/** Shared by the hosts of a run, so that they share the connection to their bastion. */
	bastions?: Bastions | undefined;
	/** Where the runner keeps its things; only tests have others than a host's own. */
	places?: RunnerPlaces | undefined;
};

const lasting: ReadonlySet<FailureKind> = new Set([
	'changed-key',
	'agent',
	'unknown-name',
	'no-agreement',
	'expired',
	'forward-forbidden',
]);

/**
 * How long a refused login is tried again on a host that never looked as if it booted: cloud-init writes
 * authorized_keys some seconds after sshd is up, while a wrong key must not cost the whole timeout. A host that was seen
 * booting keeps the whole timeout.
 */
const deniedPatience = 6000;
const attemptLimit = 10_000;
// sudo on a host without name resolution may take as long to begin.
const startLimit = 12_000;

/**
 * Logs in, starts the runner as root and returns its session. A host that is not there yet (refused, silent, booting,
 * its keys not written) is tried again until the timeout. Rejects with a SetupError that names host, cause and fix, or
 * with the signal's reason.
 */
export async function connect(target: Target, options: ConnectOptions): Promise<Session> {
	const began = performance.now();
	const bastions = options.bastions ?? createBastions();
	const check = hostKeyCheck(options.hostKeys, target.host);
	let booting = false;
	for (let attempt = 0; ; attempt += 1) {
		options.signal.throwIfAborted();
		try {
			const left = began + options.timeout - performance.now();
			return await attemptOnce(target, options, bastions, check, Math.max(1000, Math.min(left, attemptLimit)));
		} catch (error) {
			options.signal.throwIfAborted();
			if (error instanceof StartError) throw startProblem(error, target.host, target.user, target.address);
			if (!(error instanceof LoginError)) throw error;
			const waited = performance.now() - began;
			const where = error.login === target.bastion ? 'bastion' : undefined;
			const problem = loginProblem(error, target.host, waited, where);
			const denied = error.kind === 'denied' || error.kind === 'too-many-keys';
			if (!denied && error.kind !== 'silent') booting = true;
			const patience = denied && !booting ? Math.min(options.timeout, deniedPatience) : options.timeout;
			const pause = Math.min(2000, 500 * 2 ** attempt);
			if (lasting.has(error.kind) || waited + pause >= patience) throw problem;
			options.onRetry?.(problem.reason);
			await sleep(pause, undefined, {signal: options.signal});
		}
	}
}

async function attemptOnce(
	target: Target,
	options: ConnectOptions,
	bastions: Bastions,
	check: HostKeyCheck,
	timeout: number,
): Promise<Session> {
	const {signal, hostKeys} = options;
	let passage: Passage | undefined;
	let client: Client | undefined;
	try {
		const {bastion} = target;
		if (bastion) {
			passage = await bastions.pass(bastion, target, async () => {
				const first = hostKeyCheck(hostKeys, `bastion ${bastion.address}:${bastion.port}`);
				const opened = await openClient(bastion, {timeout, check: first, signal});
				first.accept();
				return opened;
			});
		}
		client = await openClient(target, {timeout, check, signal, sock: passage?.sock});
		return await sessionOf(client, target, check.accept(), {passage, places: options.places ?? hostPlaces});
	} catch (error) {
		client?.destroy();
		passage?.leave();
		throw error;
	}
}

async function sessionOf(
	client: Client,
	target: Target,
	fingerprint: string,
	{passage, places}: {passage: Passage | undefined; places: RunnerPlaces},
): Promise<Session> {
	const privilege = target.user === 'root' ? 'root' : 'sudo';
	const gone = new Promise<void>(resolve => client.once('close', () => resolve()));
	let trouble: Error | undefined;
	client.on('error', error => {
		trouble ??= error;
	});
	const {nonce, pipe, hello, raw} = await runnerOn(client, privilege, places);
	return runnerSession({
		host: target.host,
		fingerprint,
		nonce,
		pipe,
		hello,
		async openControl() {
			const second = await exec(client, execCommand(privilege, raw), raw);
			return startControl(second, {line: controlLine(nonce, hello.directory), nonce, raw});
		},
		forward: (address, port) => forward(client, target.host, address, port),
		async openChannel(script) {
			if (raw) throw terminalNeeded(target.host);
			try {
				return await sideChannel(await exec(client, execCommand(privilege, false), false), script);
			} catch (error) {
				if (error instanceof StartError) throw startProblem(error, target.host, target.user, target.address);
				throw error;
			}
		},
		whyLost: () => lossOf(trouble, target.bastion && {...target.bastion, broken: passage?.broken() ?? false}),
		async disconnect() {
			client.end();
			await Promise.race([gone, sleep(1000, undefined, {ref: false})]);
			client.destroy();
			passage?.leave();
		},
	});
}

async function runnerOn(client: Client, privilege: 'root' | 'sudo', places: RunnerPlaces) {
	const start = async (raw: boolean): Promise<{nonce: string; pipe: Pipe; hello: Hello; raw: boolean}> => {
		const nonce = randomBytes(8).toString('hex');
		const pipe = await exec(client, execCommand(privilege, raw), raw);
		const line = runnerLine(nonce, places, !raw);
		return {nonce, pipe, hello: await startRunner(pipe, {line, nonce, raw, timeout: startLimit}), raw};
	};
	try {
		return await start(false);
	} catch (error) {
		if (error instanceof StartError && error.trouble === 'tty') return start(true);
		throw error;
	}
}

/** What comes through a terminal is not the bytes that were sent. */
function terminalNeeded(host: string): SetupError {
	return new SetupError({
		host,
		cause: 'Its sudo works in a terminal only (requiretty), through which no files can be sent.',
		fix: 'Take "Defaults requiretty" out of its sudoers for this user.',
		exitCode: 1,
	});
}

// Long lines must not be wrapped, and nothing may be echoed before `stty` has spoken.
const terminal: PseudoTtyOptions = {term: 'dumb', cols: 500, rows: 50, modes: {ECHO: 0}};

function exec(client: Client, command: string, pty: boolean): Promise<Pipe> {
	return new Promise((resolve, reject) => {
		const refuse = (error: unknown) =>
			reject(new StartError('channel', error instanceof Error ? error.message : String(error)));
		try {
			client.exec(command, pty ? {pty: terminal} : {}, (error, channel) => {
				if (error) refuse(error);
				else resolve(channelPipe(channel));
			});
		} catch (error) {
			// ssh2 throws where the connection is gone.
			refuse(error);
		}
	});
}
