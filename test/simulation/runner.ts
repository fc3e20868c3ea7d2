import type {ServerChannel} from 'ssh2';
import {type StepFrame, stepOf, wordsOf} from './frame.ts';
import type {SimulatedHost} from './host.ts';
import {answerTo} from './questions.ts';
import {thought, workOf} from './work.ts';

/** A runner's channels share what one has to tell the other. */
export type Runner = {stopped: boolean; attached: PromiseWithResolvers<void>; end(): void};

export type Around = {
	host: SimulatedHost;
	fleet: readonly SimulatedHost[];
	/** Runners of this host by their folder. */
	runners: Map<string, Runner>;
	/** What the time of steps is multiplied with; 0: as fast as it goes. */
	pace: number;
};

const base64 = (text: string) => Buffer.from(text).toString('base64');

function eachLine(channel: ServerChannel, hear: (line: string) => void): void {
	let rest = '';
	channel.on('data', (chunk: Buffer) => {
		const lines = `${rest}${chunk.toString('latin1')}`.split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) hear(line);
	});
}

/** The other end of source/remote: whatever was started in the channel, a runner or its control channel. */
export function serveShell(channel: ServerChannel, around: Around): void {
	let hear = (line: string) => {
		const script = Buffer.from(line, 'base64').toString();
		const nonce = /^ms_nonce=(\w+)/.exec(script)?.[1] ?? '';
		const directory = /^ms_nonce=\w+\nms_dir='([^']*)'/.exec(script)?.[1];
		hear = directory === undefined ? runner(channel, nonce, around) : control(channel, nonce, directory, around);
	};
	channel.on('error', () => {});
	eachLine(channel, line => hear(line));
}

function control(channel: ServerChannel, nonce: string, directory: string, {runners}: Around) {
	const runner = runners.get(directory);
	runner?.attached.resolve();
	channel.write(`\n${nonce} control\n`);
	channel.on('close', () => {
		if (runner) runner.stopped = true;
	});
	return (word: string) => {
		if (word === 'stop' && runner) runner.stopped = true;
		if (word === 'kill') runner?.end();
		channel.write(`${nonce} done ${word}\n`);
	};
}

function runner(channel: ServerChannel, nonce: string, around: Around): (line: string) => void {
	const {host, runners, fleet, pace} = around;
	const directory = `/run/mesos-setup/run.${nonce}`;
	let killed = Promise.withResolvers<void>();
	const own: Runner = {stopped: false, attached: Promise.withResolvers(), end: () => killed.resolve()};
	runners.set(directory, own);
	let held = false;
	let failed = false;
	let lock: string | undefined;
	const say = (id: string, ...words: string[]) => channel.write(`${nonce} ${id} ${words.join(' ')}\n`);

	/** False when it was killed on the way. */
	const work = async (step: StepFrame): Promise<boolean> => {
		const {ms, lines} = workOf(step, host);
		let going = true;
		killed = Promise.withResolvers();
		const over = killed.promise.then(() => {
			going = false;
		});
		const pause = (ms * pace) / (lines.length + 1);
		for (const line of [...lines, undefined]) {
			await Promise.race([new Promise(resolve => setTimeout(resolve, pause)), over]);
			if (!going) return false;
			if (line !== undefined && step.live) channel.stderr.write(`${line}\n`);
		}
		return true;
	};

	const change = async (step: StepFrame): Promise<void> => {
		await own.attached.promise;
		if (own.stopped) return void say(step.id, 'skipped');
		say(step.id, '>', 'applying');
		if (!(await work(step))) {
			failed = true;
			return void say(step.id, 'failed', 'apply', '143', base64('Terminated\n'));
		}
		host.apply(step);
		say(step.id, '>', 'checking');
		say(step.id, 'changed', '');
	};

	const take = async (step: StepFrame): Promise<void> => {
		const {id, title, mode} = step;
		if (own.stopped || failed) return void say(id, 'skipped');
		if (held) return void say(id, 'deferred');
		if (host.complies(step)) return void say(id, 'ok');
		if (mode === 'apply') return change(step);
		if (mode === 'plan') return void say(id, 'would-change', ...host.shown(step).map(base64));
		held = true;
		const unit = title.replace(/^service /, '');
		say(id, 'held', step.extra === '' ? '' : base64(host.isRunning(unit) ? 'running\n' : 'stopped\n'));
	};

	const claim = (id: string, [who = '', run = '', since = '']: string[]) => {
		if (host.lock !== undefined) {
			say(id, 'busy', host.lock);
			return;
		}
		lock = base64(`owner ${who}\nrun ${run}\nsince ${since}\n`);
		host.lock = lock;
		say(id, 'locked');
	};

	const ask = async (id: string, script: string): Promise<void> => {
		await new Promise(resolve => setTimeout(resolve, thought(script, host) * pace));
		const output = answerTo(script, host, fleet);
		const complaint = output === undefined ? 'This simulated host does not know the question.\n' : '';
		const code = output === undefined ? '1' : '0';
		say(id, 'answer', code, `${output?.length ?? 0}`, base64(output ?? ''), base64(complaint));
	};

	let queue: Promise<unknown> = Promise.resolve();
	channel.on('close', () => {
		own.stopped = true;
		own.attached.resolve();
		runners.delete(directory);
		if (lock !== undefined && host.lock === lock) host.lock = undefined;
	});
	channel.write(`\n${nonce} hello 4711 ${directory}\n`);
	return line => {
		const words = wordsOf(line);
		const [verb, id = '', ...rest] = words;
		queue = queue.then(async () => {
			if (verb === 'ms_step') await take(stepOf(words));
			else if (verb === 'ms_ask') await ask(id, rest[0] ?? '');
			else if (verb === 'ms_claim') claim(id, rest);
			else if (verb === 'ms_release') held = false;
			else if (verb === 'ms_quit') {
				channel.exit(0);
				channel.end();
			}
		});
	};
}
