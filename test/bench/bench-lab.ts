import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import type {LabHost} from '../lab/host.ts';
import type {Lab} from '../lab/lab.ts';
import {insideNetwork} from '../lab/network.ts';
import {productArgv} from '../lab/product.ts';
import type {BenchSteps} from './compiled-steps.ts';

export type Finished = {exitCode: number; stdout: string; stderr: string};

/** Runs a command in a network namespace and throws with its last words when it fails. */
export async function inNetwork(
	namespace: string,
	argv: readonly string[],
	env: Record<string, string> = {},
): Promise<string> {
	const [file = '', ...args] = insideNetwork(namespace, argv);
	const {exitCode, stdout, stderr} = await execa(file, args, {env, reject: false, stdin: 'ignore'});
	if (exitCode !== 0) {
		const words = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
		throw new Error(`${argv.slice(0, 4).join(' ')} ... ended with ${exitCode}:\n${words}`);
	}
	return stdout;
}

/** The built product as a user runs it, with its store in the lab's folder. */
export function product(lab: Lab, args: readonly string[], namespace = lab.namespace): Promise<string> {
	return inNetwork(namespace, productArgv(...args), {MESOS_SETUP_HOME: homeOf(lab), NO_COLOR: '1'});
}

export function homeOf(lab: Lab): string {
	return join(lab.folder, 'home');
}

/** An apply that must find nothing to change. */
export async function rerun(lab: Lab, file: string, namespace = lab.namespace): Promise<void> {
	const said = await product(lab, ['apply', '-c', file, '--yes', '--plain'], namespace);
	if (!/, 0 changed, 0 failed,/.test(said)) throw new Error(`The re-run changed something:\n${said}`);
}

/** The steps of every host of the cluster, asked for on the hosts themselves. */
export async function stepsOfHosts(lab: Lab, file: string): Promise<BenchSteps> {
	const script = join(import.meta.dirname, 'compiled-steps.ts');
	return JSON.parse(await inNetwork(lab.namespace, [process.execPath, script, file, homeOf(lab)])) as BenchSteps;
}

/** What the runner of a host evaluates, one check after the other. */
export function checkText(steps: BenchSteps, host: string): string {
	return (steps[host] ?? []).map(({check}) => `${check}\n`).join('');
}

/** A script that gives every host its text over plain ssh, all at once, and waits for the last of them. */
export async function sshScript(lab: Lab, name: string, texts: ReadonlyMap<LabHost, string>): Promise<string> {
	const folder = join(lab.folder, 'bench', name);
	await mkdir(folder, {recursive: true});
	const lines = ['set -- ""'];
	for (const [host, text] of texts) {
		await writeFile(join(folder, host.name), text);
		const command = host.sshCommand(['-o', 'BatchMode=yes'], ['sudo', '-n', 'sh']).join(' ');
		lines.push(`${command} < ${join(folder, host.name)} > /dev/null & set -- "$@" $!`);
	}
	lines.push('shift; for pid in "$@"; do wait "$pid" || exit; done', '');
	const script = join(folder, 'all.sh');
	await writeFile(script, lines.join('\n'));
	return script;
}
