// npm run demo: six real hosts on this machine, and the product installing a cluster on them.
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {writeClusterFile} from './cluster-file.ts';
import {attach, down, type Lab, up} from './lab.ts';
import {labRefusal} from './refusal.ts';

const name = 'demo';
const program = join(import.meta.dirname, '../../dist/source/cli.js');

/** Runs the product as a user would, inside the lab's network; its store stays in the lab's folder. */
async function product(lab: Lab, args: string[]): Promise<number> {
	console.log(`\n$ mesos-setup ${args.join(' ')}`);
	const {exitCode} = await lab.exec([process.execPath, program, ...args], {
		stdio: 'inherit',
		env: {MESOS_SETUP_HOME: join(lab.folder, 'home')},
	});
	return exitCode ?? 1;
}

async function main(): Promise<number> {
	const {values} = parseArgs({options: {down: {type: 'boolean', default: false}}});
	const refusal = labRefusal();
	if (refusal) {
		console.error(refusal);
		return 1;
	}
	const log = (line: string) => console.log(line);
	if (values.down) {
		await down(name, log);
		return 0;
	}
	const began = Date.now();
	const lab = await up({name, log});
	const file = await writeClusterFile(lab, {path: join(lab.folder, 'cluster.yaml')});
	for (const verb of [
		['apply', '-c', file, '--yes'],
		['verify', '-c', file],
	]) {
		const exitCode = await product(lab, verb);
		if (exitCode !== 0) return exitCode;
	}
	console.log(`
Done in ${Math.round((Date.now() - began) / 1000)} s. The lab keeps running:
  npm run lab -- ssh master-1     log in to a host
  npm run lab -- shell            a shell in the lab's network, where the URLs above answer (curl)
  npm run demo                    again: nothing is left to change
  npm run demo -- --down          remove every trace`);
	return 0;
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	const lab = await attach(name).catch(() => undefined);
	if (lab) console.error('The lab is left as it is for a look; remove it with: npm run demo -- --down');
	process.exitCode = 1;
}
