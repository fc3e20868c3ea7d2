// npm run screenshots: the pictures of the README, taken from the built program in a real terminal. On the lab where it can run, or
// with --simulated (and where it cannot) on the simulated fleet, which the pictures then say.
import {mkdtempSync, rmSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {writeDefaults} from '../lab/cluster-file.ts';
import {ec2Environment} from '../lab/ec2/start-ec2.ts';
import {up} from '../lab/lab.ts';
import {insideNetwork} from '../lab/network.ts';
import {productArgv} from '../lab/product.ts';
import {labRefusal} from '../lab/refusal.ts';
import {startSimulation} from '../simulation/demo.ts';
import {openTerminal} from '../unit/panels/terminal.ts';
import {cellsOf} from './cells.ts';
import {drawScreen} from './svg.ts';

const size = {columns: 100, rows: 26};

/** Hosts to take pictures of: how the program is started with them, and how they go away again. */
type Stage = {command: string[]; env: Record<string, string>; leave(): Promise<void>};

async function labStage(): Promise<Stage> {
	const lab = await up({name: 'screenshots', log: line => console.log(line)});
	const command = insideNetwork(lab.namespace, productArgv('--defaults', await writeDefaults(lab)));
	const env = {...ec2Environment(lab.ec2), MESOS_SETUP_HOME: join(lab.folder, 'home')};
	return {command, env, leave: () => lab.down()};
}

async function simulatedStage(): Promise<Stage> {
	const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-screenshots-'));
	const {env, defaults, close} = await startSimulation(folder, 1);
	const leave = async () => {
		await close();
		rmSync(folder, {recursive: true});
	};
	return {command: productArgv('--defaults', defaults), env, leave};
}

/** The guided install, screen by screen: what it must show, the picture that is worth, and the key that leads on. */
const way: {shows: RegExp; picture?: [file: string, title: string]; keys?: string}[] = [
	{shows: /Where are the hosts/, keys: '\r'},
	{shows: /\d chosen of \d/, keys: '\r'},
	{shows: /Who is master, who is slave\?/, picture: ['roles', 'Hosts become masters and slaves'], keys: '\r'},
	{shows: /Which private key/, keys: '\r'},
	{shows: /Are these settings right\?/, keys: '\r'},
	{shows: /Ready: \d+ checks/, picture: ['check', 'Every host is checked before anything is changed'], keys: '\r'},
	{shows: /Nothing has been changed yet/, keys: '\r'},
	{shows: / 6\d %/, picture: ['install', 'All hosts are installed at once']},
	{shows: /The cluster works[\s\S]*Chronos +http/, picture: ['verified', 'The cluster has proved that it works']},
];

async function take({command: [program = '', ...args], env}: Stage): Promise<void> {
	const terminal = openTerminal([program, ...args], {...size, env, patience: 180_000});
	try {
		for (const {shows, picture, keys} of way) {
			await terminal.until(shows);
			if (picture) {
				const [file, title] = picture;
				const cells = await cellsOf(terminal.written(), size.columns, size.rows);
				await writeFile(join(import.meta.dirname, `${file}.svg`), drawScreen(cells, title));
				console.log(`test/screenshots/${file}.svg`);
			}
			if (keys) terminal.send(keys);
		}
	} finally {
		terminal.close();
	}
}

const simulated = process.argv.includes('--simulated') || labRefusal() !== undefined;
const stage = await (simulated ? simulatedStage() : labStage());
try {
	await take(stage);
} finally {
	await stage.leave();
}
