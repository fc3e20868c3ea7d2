import {parseArgs} from 'node:util';
import Table from 'cli-table3';
import {execa} from 'execa';
import {ec2Environment} from './ec2/start-ec2.ts';
import {attach, down, type Lab, up} from './lab.ts';
import {cacheFolder, mirrorAddress} from './names.ts';
import {insideNetwork} from './network.ts';
import {labPlatforms} from './platforms.ts';
import {isAlive} from './processes.ts';
import {labRefusal} from './refusal.ts';

const usage = `Usage: npm run lab -- VERB [--name LAB]
  up        boot six hosts that call themselves Amazon Linux 2023, or what --platform says:
            ${Object.keys(labPlatforms).slice(1).join(', ')}
  down      remove every trace of the lab
  status    one look at its hosts
  shell     a shell in its network, where mesos-setup finds the hosts as EC2 instances
  ssh NAME  log in to a host as its user (ec2-user, admin)`;

async function main(): Promise<number> {
	const {values, positionals} = parseArgs({
		allowPositionals: true,
		options: {
			name: {type: 'string', default: 'demo'},
			platform: {type: 'string', default: 'amazon-linux-2023'},
			help: {type: 'boolean', default: false},
		},
	});
	const [verb, ...rest] = positionals;
	if (values.help || verb === undefined) {
		console.log(usage);
		return values.help ? 0 : 2;
	}
	const refusal = labRefusal();
	if (refusal) {
		console.error(refusal);
		return 1;
	}
	const log = (line: string) => console.log(line);
	if (verb === 'up') {
		const lab = await up({name: values.name, platform: values.platform, log});
		console.log(`key: ${lab.keyFile}\nnext: npm run lab -- ssh master-1 --name ${values.name}`);
		return 0;
	}
	if (verb === 'down') {
		await down(values.name, log);
		console.log(`What was downloaded is kept for the next lab. To do without it, too: rm -r ${cacheFolder}`);
		return 0;
	}
	const lab = await attach(values.name);
	if (!lab) {
		console.error(`There is no lab ${values.name}. Bring it up with: npm run lab -- up --name ${values.name}`);
		return 1;
	}
	if (verb === 'status') return status(lab);
	if (verb === 'shell') return inside(lab, [process.env.SHELL ?? '/bin/bash']);
	if (verb === 'ssh' && rest[0]) return inside(lab, lab.host(rest[0]).sshCommand([], rest.slice(1)));
	console.error(usage);
	return 2;
}

async function status(lab: Lab): Promise<number> {
	const table = new Table({head: ['host', 'address', 'booted', 'ssh'], style: {head: [], border: []}});
	const yes = (value: boolean) => (value ? 'yes' : 'no');
	const answers = await Promise.all(lab.hosts.map(host => host.running && host.answers()));
	for (const [index, host] of lab.hosts.entries())
		table.push([host.name, host.address, yes(host.running), yes(answers[index] === true)]);
	const mirror = lab.mirror.pids.every(isAlive);
	table.push(['mirror', mirrorAddress, yes(mirror), '']);
	console.log(`${table.toString()}\nnetwork namespace: ${lab.namespace}\nkey: ${lab.keyFile}`);
	return mirror && answers.every(Boolean) ? 0 : 1;
}

async function inside(lab: Lab, argv: readonly string[]): Promise<number> {
	const [file = '', ...args] = insideNetwork(lab.namespace, argv);
	const env = ec2Environment(lab.ec2);
	return (await execa(file, args, {env, stdio: 'inherit', reject: false})).exitCode ?? 1;
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
