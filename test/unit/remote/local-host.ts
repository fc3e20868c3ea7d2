import {spawn, spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type Control, startControl} from '../../../source/remote/control.ts';
import {childPipe, type Pipe} from '../../../source/remote/pipe.ts';
import {runnerSession} from '../../../source/remote/runner-session.ts';
import {bootstrap, controlLine, type RunnerPlaces, runnerLine} from '../../../source/remote/runner-text.ts';
import type {Session} from '../../../source/remote/session.ts';
import {sideChannel} from '../../../source/remote/side-channel.ts';
import {startRunner} from '../../../source/remote/start-runner.ts';
import type {CompiledStep} from '../../../source/steps/compiled-step.ts';

const candidates = [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']];

/** The shells of this machine that a host may have as its sh; those that are missing are named, not passed over. */
export const shells = candidates.filter(([program = '', ...rest]) => {
	const works = spawnSync(program, [...rest, '-c', 'exit 0']).status === 0;
	if (!works) console.warn(`skipped: the runner was not tried under ${program}, which is not installed here`);
	return works;
});

/** A place that stands for a host: runners here are root of nothing but it. */
export type LocalHost = {
	/** Folder standing for /run, and the one for /var/lib/mesos-setup below it. */
	run: string;
	state: string;
	/** The control channel is opened once `allowed` resolves. */
	open(allowed?: Promise<void>): Promise<LocalSession>;
	journal(): string[];
	remove(): void;
};

export type LocalSession = Session & {
	pid: number;
	directory: string;
	/** Ends the controller's side as a killed process does. */
	vanish(): void;
	/** The control channel, once an apply or a stop has opened it. */
	control(): Promise<Control>;
	/** A raw line to the runner. */
	raw(line: string): void;
};

export function localHost(shell: readonly string[], times: Partial<RunnerPlaces> = {}): LocalHost {
	const run = mkdtempSync(path.join(tmpdir(), 'mesos-setup-test-'));
	const state = path.join(run, 'state');
	const [program = '', ...rest] = shell;
	const places: RunnerPlaces = {run, state, tick: 10, stale: 60, ...times};
	const start = () => {
		const child = spawn(program, [...rest, '-c', bootstrap], {stdio: 'pipe'});
		return {child, pipe: childPipe(child)};
	};
	return {
		run,
		state,
		async open(allowed) {
			const nonce = randomBytes(8).toString('hex');
			const {child, pipe} = start();
			const pipes: Pipe[] = [pipe];
			let control: Promise<Control> | undefined;
			const hello = await startRunner(pipe, {
				line: runnerLine(nonce, places, true),
				nonce,
				raw: false,
				timeout: 10_000,
			});
			const session = runnerSession({
				host: 'here',
				fingerprint: 'SHA256:none',
				nonce,
				pipe,
				hello,
				async openControl() {
					await allowed;
					const second = start().pipe;
					pipes.push(second);
					control = startControl(second, {line: controlLine(nonce, hello.directory), nonce, raw: false});
					return control;
				},
				forward: () => Promise.reject(new Error('not here')),
				async openChannel(script) {
					const own = start().pipe;
					pipes.push(own);
					return sideChannel(own, script);
				},
				whyLost: () => 'the test ended it',
				disconnect: async () => {
					for (const one of pipes) one.stdin.end();
				},
			});
			return Object.assign(session, {
				pid: child.pid ?? 0,
				directory: hello.directory,
				vanish() {
					for (const one of pipes) {
						one.stdin.destroy();
						one.stdout.destroy();
						one.stderr.destroy();
					}
				},
				control: () => control ?? Promise.reject(new Error('no control channel')),
				raw: (line: string) => pipe.stdin.write(`${line}\n`),
			});
		},
		journal: () =>
			existsSync(path.join(state, 'journal'))
				? readFileSync(path.join(state, 'journal'), 'utf8').trimEnd().split('\n')
				: [],
		remove: () => rmSync(run, {recursive: true, force: true}),
	};
}

export function step(wish: Partial<CompiledStep>): CompiledStep {
	return {
		title: 'common a step',
		check: 'true',
		apply: 'true',
		timeout: 20_000,
		kill: true,
		secret: false,
		live: false,
		...wish,
	};
}

export const me = {who: 'ada@laptop', run: 'run-1', since: '2026-01-02T03:04:05Z'};

/** Waits until something holds; fails by the test's own timeout. */
export async function until(holds: () => boolean): Promise<void> {
	while (!holds()) await new Promise(resolve => setTimeout(resolve, 20));
}
