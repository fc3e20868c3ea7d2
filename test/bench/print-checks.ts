import {installedLab} from '../lab/installed-lab.ts';
import {checkText, stepsOfHosts} from './bench-lab.ts';
import type {Log} from './measure.ts';

/** Prints the text that the runner of one host receives, or of all of them with their names between. */
export async function printChecks(host: string | undefined, log: Log): Promise<void> {
	log('Bringing up the lab with an installed cluster.');
	const {lab, file} = await installedLab('bench');
	const steps = await stepsOfHosts(lab, file);
	const names = host === undefined ? Object.keys(steps) : [lab.host(host).name];
	for (const name of names) {
		if (host === undefined) process.stdout.write(`# ${name}: ${steps[name]?.length} steps\n`);
		process.stdout.write(checkText(steps, name));
	}
}
