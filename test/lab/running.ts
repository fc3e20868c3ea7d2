import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {RunEvent} from '../../source/pipeline/events.ts';
import type {Lab} from './lab.ts';
import {insideNetwork} from './network.ts';
import {waitUntil} from './processes.ts';
import {type ProductRun, productArgv} from './product.ts';

let runs = 0;

/** A run of the product that a test interferes with while it is under way. */
export class Running {
	readonly child: ChildProcess;
	readonly ended: Promise<ProductRun & {signal: NodeJS.Signals | null}>;
	readonly #log: string;
	#stdout = '';
	#stderr = '';
	#over = false;

	/** @param home folder of the store; the lab's own when unset */
	constructor(lab: Lab, args: readonly string[], home = join(lab.folder, 'home')) {
		this.#log = join(lab.folder, `run-${process.pid}-${++runs}.log`);
		const [file = '', ...argv] = insideNetwork(lab.namespace, productArgv(...args, '--log-file', this.#log));
		// nsenter becomes the product, so a signal to the child is one to the product.
		this.child = spawn(file, argv, {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: {...process.env, MESOS_SETUP_HOME: home, NO_COLOR: '1'},
		});
		this.child.stdout?.on('data', (chunk: Buffer) => {
			this.#stdout += chunk;
		});
		this.child.stderr?.on('data', (chunk: Buffer) => {
			this.#stderr += chunk;
		});
		this.ended = new Promise(resolve => {
			this.child.once('close', (code, signal) => {
				this.#over = true;
				resolve({exitCode: code ?? -1, signal, stdout: this.#stdout, stderr: this.#stderr, events: this.events});
			});
		});
	}

	/** Every event until now, as the log has them: also those that --json does not print. */
	get events(): RunEvent[] {
		const log = existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : '';
		const whole = log.slice(0, log.lastIndexOf('\n') + 1);
		return [...whole.matchAll(/^\S+ (\{"event":.*)$/gm)].map(([, json = '']) => JSON.parse(json) as RunEvent);
	}

	get over(): boolean {
		return this.#over;
	}

	get stderr(): string {
		return this.#stderr;
	}

	/** What it said last, for the message of an assertion. */
	get tail(): string {
		return `${this.#stdout}${this.#stderr}`.slice(-2000);
	}

	/** How often the host has told of a step with one of these states. */
	count(host: string, ...states: string[]): number {
		return this.events.filter(event => event.event === 'step' && event.host === host && states.includes(event.status))
			.length;
	}

	/** Waits until the host has done a step whose title starts like this. @throws when the run ends before */
	async done(host: string, title: string): Promise<void> {
		const seen = () =>
			this.events.some(
				event =>
					event.event === 'step' && event.host === host && event.step.startsWith(title) && event.status !== 'skipped',
			);
		await waitUntil(() => seen() || this.#over, 120_000, `${host} did not come to "${title}"`);
		if (!seen()) throw new Error(`The run ended before ${host} came to "${title}".`);
	}
}
