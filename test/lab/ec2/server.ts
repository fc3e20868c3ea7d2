// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import type {LabState} from '../state.ts';
import {createEndpoint} from './endpoint.ts';
import {labWorld, type World} from './world.ts';

/**
 * Describes the hosts of a lab as EC2 would: `node server.ts LAB.JSON ADDRESS PORT`. A program of its own, because it runs in
 * the lab's network namespace and outlives the process that started it. One line per request goes to stdout.
 */
const [stateFile, address, port] = process.argv.slice(2);
if (!stateFile || !address || !port) throw new Error('usage: server.ts LAB.JSON ADDRESS PORT');

let known: {world: World; hosts: string} | undefined;

/** Made once for a set of hosts, so that tags and rules last. */
function world(): World {
	const {hosts, folder, key} = JSON.parse(readFileSync(stateFile ?? '', 'utf8')) as LabState;
	const names = hosts.map(({name}) => name).join();
	if (known?.hosts !== names) {
		known = {
			hosts: names,
			world: labWorld({
				hosts: hosts.map(host => ({
					...host,
					hostKeys: () => hostKeys(join(folder, 'hosts', host.name, 'root/etc/ssh')),
				})),
				privateKey: readFileSync(key, 'utf8'),
				publicKey: readFileSync(`${key}.pub`, 'utf8'),
			}),
		};
	}
	return known.world;
}

function hostKeys(folder: string): string[] {
	if (!statSync(folder, {throwIfNoEntry: false})) return [];
	return readdirSync(folder)
		.filter(name => /^ssh_host_.*_key\.pub$/.test(name))
		.sort()
		.map(name => readFileSync(join(folder, name), 'utf8'));
}

const log = (line: string) => console.log(line);
createEndpoint({world, log}).listen(Number(port), address, () => log(`listening on ${address}:${port}`));
