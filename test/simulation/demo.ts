// npm run demo where no lab can run: the product itself, and hosts that exist in memory only. Everything says SIMULATED.
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline/promises';
import {execa} from 'execa';
import {stringify} from 'yaml';
import {createEndpoint} from '../lab/ec2/endpoint.ts';
import {ec2Environment} from '../lab/ec2/start-ec2.ts';
import {labWorld, region} from '../lab/ec2/world.ts';
import {type Fleet, startFleet} from './fleet.ts';

const program = join(import.meta.dirname, '../../dist/source/cli.js');

const names = ['master-1', 'master-2', 'master-3', 'slave-1', 'slave-2', 'slave-3'];

/** Nothing is ever fetched from there; the checksums are as real as the files. */
const sources = {
	zookeeper: {
		kind: 'archive',
		url: 'https://mirror.example/apache-zookeeper-3.9.3-bin.tar.gz',
		sha512: '1'.repeat(128),
	},
	mesos: {
		kind: 'archive',
		build: 'clusterd',
		url: 'https://mirror.example/clusterd-0.9.0.tar.gz',
		sha512: '2'.repeat(128),
	},
	marathon: {kind: 'image', ref: 'mesosphere/marathon:v1.11.24', digest: `sha256:${'3'.repeat(64)}`},
	chronos: {kind: 'image', ref: 'mesosphere/chronos:v3.0.2', digest: `sha256:${'4'.repeat(64)}`},
};

export type Simulation = {
	/** What the product needs in its environment. */
	env: Record<string, string>;
	/** A cluster file of all hosts, and the answers the guided install may start from. */
	clusterFile: string;
	defaults: string;
	close(): Promise<void>;
};

/** The fleet, an EC2 endpoint that describes it, and the files a user would have written. */
export async function startSimulation(folder: string, pace: number): Promise<Simulation> {
	const fleet: Fleet = await startFleet(names.length, pace);
	const hosts = fleet.hosts.map(({address, hostKeys}, i) => ({name: names[i] ?? '', address, hostKeys}));
	const world = labWorld({hosts, privateKey: fleet.privateKey, publicKey: fleet.publicKey});
	const endpoint = createEndpoint({world: () => world}).listen(0, '127.0.0.1');
	await once(endpoint, 'listening');
	const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;

	const key = join(folder, 'key.pem');
	await writeFile(key, fleet.privateKey, {mode: 0o600});
	const answers = {ssh: {user: fleet.user, key, bastion: fleet.bastion}, sources};
	const defaults = join(folder, 'defaults.yaml');
	await writeFile(defaults, stringify(answers));
	const clusterFile = join(folder, 'cluster.yaml');
	const members = hosts.map(({name, address}) => {
		return {name, role: name.startsWith('master') ? 'master' : 'slave', address, private_ip: address};
	});
	await writeFile(clusterFile, stringify({name: 'simulated', ...answers, hosts: members}));
	return {
		env: {...ec2Environment({url, region}), MESOS_SETUP_HOME: join(folder, 'home'), MESOS_SETUP_SIMULATED: '1'},
		clusterFile,
		defaults,
		async close() {
			await fleet.close();
			endpoint.closeAllConnections();
			await new Promise(resolve => endpoint.close(resolve));
		},
	};
}

/** Says why there are no real hosts here, and asks a person whether simulated ones will do. */
export async function agreedToSimulate(refusal: string, asks: boolean): Promise<boolean> {
	console.log(
		`${refusal}\nA simulated fleet can stand in: the program is the real one, its hosts exist in this process only.`,
	);
	if (!asks) return true;
	const terminal = createInterface({input: process.stdin, output: process.stdout});
	// Ctrl-C and Ctrl-D leave the question without an answer.
	const answer = await Promise.race([
		terminal.question('Go on with the simulated fleet? (Y/n) '),
		once(terminal, 'close').then(() => 'n'),
	]);
	terminal.close();
	return !/^\s*n/i.test(answer);
}

async function product(args: string[], env: Record<string, string>): Promise<number> {
	console.log(`\n$ mesos-setup ${args.join(' ')}`);
	// The product sees to Ctrl-C, which reaches both.
	const ignore = () => {};
	process.on('SIGINT', ignore);
	try {
		const {exitCode} = await execa(process.execPath, [program, ...args], {stdio: 'inherit', env, reject: false});
		return exitCode ?? 1;
	} finally {
		process.off('SIGINT', ignore);
	}
}

/**
 * Runs the guided install in a terminal (`asks`), else apply and verify, on a fleet that is gone afterwards. Resolves with the
 * exit code.
 * @param pace 1 for about the time real hosts take
 */
export async function simulatedDemo({asks, pace = 1}: {asks: boolean; pace?: number}): Promise<number> {
	const folder = await mkdtemp(join(tmpdir(), 'mesos-setup-simulated-'));
	const simulation = await startSimulation(folder, pace);
	try {
		const runs = asks
			? [['--defaults', simulation.defaults]]
			: [
					['apply', '-c', simulation.clusterFile, '--yes'],
					['verify', '-c', simulation.clusterFile],
				];
		for (const args of runs) {
			const exitCode = await product(args, simulation.env);
			if (exitCode !== 0) return exitCode;
		}
		console.log(`
This was SIMULATED: the program and its ssh connections were real, the hosts
were not. With real ones, on a Debian 12 machine as root: npm run demo`);
		return 0;
	} finally {
		await simulation.close();
		await rm(folder, {recursive: true, force: true});
	}
}
