import {join} from 'node:path';
import type {RunEvent} from '../../source/pipeline/events.ts';
import {ec2Environment} from './ec2/start-ec2.ts';
import type {Lab} from './lab.ts';

const program = join(import.meta.dirname, '../../dist/source/cli.js');

export type ProductRun = {exitCode: number; stdout: string; stderr: string; events: RunEvent[]};

/** Runs the built product inside the lab's network, with its store in the lab's folder. */
export async function mesosSetup(lab: Lab, args: string[]): Promise<ProductRun> {
	const result = await lab.exec([process.execPath, program, ...args], {
		env: {...ec2Environment(lab.ec2), MESOS_SETUP_HOME: join(lab.folder, 'home'), NO_COLOR: '1'},
	});
	const stdout = String(result.stdout);
	const events = args.includes('--json')
		? stdout
				.split('\n')
				.filter(Boolean)
				.map(line => JSON.parse(line) as RunEvent)
		: [];
	return {exitCode: result.exitCode ?? -1, stdout, stderr: String(result.stderr), events};
}

/** The argv of a run, for tests that kill it on the way. */
export const productArgv = (...args: string[]): string[] => [process.execPath, program, ...args];

export function stepsOf(run: ProductRun, status: string): string[] {
	return run.events.flatMap(event =>
		event.event === 'step' && event.status === status ? [`${event.host}: ${event.step}`] : [],
	);
}

/** What `run` said went wrong, for assertion messages. */
export function complaints(run: ProductRun): string {
	const bad = run.events.filter(
		event =>
			event.event === 'error' ||
			(event.event === 'step' && event.status === 'failed') ||
			(event.event === 'gate' && event.status === 'failed') ||
			(event.event === 'check' && event.status === 'failed'),
	);
	return `${bad.map(event => JSON.stringify(event)).join('\n')}\n${run.stderr.slice(-4000)}`;
}
