// npm run demo: six real hosts on this machine, and the product installing a cluster on them, asking what to do in a terminal.
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {agreedToSimulate, simulatedDemo} from '../simulation/demo.ts';
import {writeClusterFile, writeDefaults} from './cluster-file.ts';
import {ec2Environment} from './ec2/start-ec2.ts';
import {attach, down, type Lab, up} from './lab.ts';
import {cacheFolder} from './names.ts';
import {labRefusal} from './refusal.ts';

const name = 'demo';
const program = join(import.meta.dirname, '../../dist/source/cli.js');

/** Runs the product as a user would, inside the lab's network; its store stays in the lab's folder. */
async function product(lab: Lab, args: string[]): Promise<number> {
	console.log(`\n$ mesos-setup ${args.join(' ')}`);
	const {exitCode} = await lab.exec([process.execPath, program, ...args], {
		stdio: 'inherit',
		// The account of whoever tries the demo is not meant.
		env: {
			...ec2Environment(lab.ec2),
			AWS_PROFILE: '',
			AWS_SESSION_TOKEN: '',
			MESOS_SETUP_HOME: join(lab.folder, 'home'),
		},
	});
	return exitCode ?? 1;
}

const more = `The lab keeps running:
  npm run demo                    again: what is done already is left alone
  npm run lab -- ssh master-1     log in to a host
  npm run lab -- shell            a shell in the lab's network, where the cluster's URLs answer (curl)
  npm run demo -- --down          remove every trace`;

/** The guided install, which finds the lab's hosts as instances of EC2. */
async function guided(lab: Lab): Promise<number> {
	const exitCode = await product(lab, ['--defaults', await writeDefaults(lab)]);
	console.log(`\n${more}`);
	return exitCode;
}

/** The same without a question, for whoever only wants to see it done. */
async function unasked(lab: Lab): Promise<number> {
	const began = Date.now();
	const file = await writeClusterFile(lab, {path: join(lab.folder, 'cluster.yaml')});
	for (const verb of [
		['apply', '-c', file, '--yes'],
		['verify', '-c', file],
	]) {
		const exitCode = await product(lab, verb);
		if (exitCode !== 0) return exitCode;
	}
	console.log(`\nDone in ${Math.round((Date.now() - began) / 1000)} s. ${more}`);
	return 0;
}

async function main(): Promise<number> {
	const {values} = parseArgs({
		options: {
			down: {type: 'boolean', default: false},
			yes: {type: 'boolean', default: false},
			simulated: {type: 'boolean', default: false},
		},
	});
	const asks = !values.yes && process.stdin.isTTY && process.stdout.isTTY;
	const refusal = labRefusal();
	if (values.simulated || (refusal && !values.down)) {
		const agreed = values.simulated || (await agreedToSimulate(refusal ?? '', asks));
		return agreed ? simulatedDemo({asks}) : 1;
	}
	if (refusal) {
		console.error(refusal);
		return 1;
	}
	const log = (line: string) => console.log(line);
	if (values.down) {
		await down(name, log);
		console.log(`What was downloaded is kept for the next lab. To do without it, too: rm -r ${cacheFolder}`);
		return 0;
	}
	const lab = await up({name, log});
	return asks ? guided(lab) : unasked(lab);
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	const lab = await attach(name).catch(() => undefined);
	if (lab) console.error('The lab is left as it is for a look; remove it with: npm run demo -- --down');
	process.exitCode = 1;
}
