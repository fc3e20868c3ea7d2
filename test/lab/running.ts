import {type ChildProcess, spawn} from 'node:child_process';
import {join} from 'node:path';
import type {RunEvent} from '../../source/pipeline/events.ts';
import type {Lab} from './lab.ts';
import {insideNetwork} from './network.ts';
import {waitUntil} from './processes.ts';
import {type ProductRun, productArgv} from './product.ts';

/** A run of the product that a test interferes with while it is under way; it must be told `--json`. */
export class Running {
	readonly child: ChildProcess;
	readonly events: RunEvent[] = [];
	readonly ended: Promise<ProductRun & {signal: NodeJS.Signals | null}>;
	#stdout = '';
	#stderr = '';
	#over = false;

	/** @param home folder of the store; the lab's own when unset */
	constructor(lab: Lab, args: readonly string[], home = join(lab.folder, 'home')) {
		const [file = '', ...argv] = insideNetwork(lab.namespace, productArgv(...args));
		// nsenter becomes the product, so a signal to the child is one to the product.
		this.child = spawn(file, argv, {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: {...process.env, MESOS_SETUP_HOME: home, NO_COLOR: '1'},
		});
		this.child.stdout?.on('data', (chunk: Buffer) => this.#hear(`${chunk}`));
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

	#hear(text: string): void {
		const from = this.#stdout.lastIndexOf('\n') + 1;
		this.#stdout += text;
		const lines = this.#stdout.slice(from).split('\n');
		for (const line of lines.slice(0, -1)) this.events.push(JSON.parse(line) as RunEvent);
	}

	get over(): boolean {
		return this.#over;
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
