import {join} from 'node:path';
import type {RunEvent} from '../../source/pipeline/events.ts';
import {writeClusterFile} from '../lab/cluster-file.ts';
import type {LabHost} from '../lab/host.ts';
import type {Lab} from '../lab/lab.ts';
import {productArgv} from '../lab/product.ts';
import {homeOf, inNetwork} from './bench-lab.ts';
import type {Result} from './measure.ts';
import {testimony, witnessed} from './witnessed.ts';

export type Added = {connections: number; steps: number; bytes: number; newHost: number; gates: string[]};

async function signalSshd(hosts: readonly LabHost[], signal: 'STOP' | 'CONT'): Promise<void> {
	for (const host of hosts) {
		const {exitCode, stderr} = await host.exec(`kill -${signal} "$(cat /run/sshd.pid)"`);
		if (exitCode !== 0) throw new Error(`sshd of ${host.name} cannot be sent ${signal}: ${stderr}`);
	}
}

/** Adds the bare slave while no other host lets anybody in; what the old hosts got of it. */
export async function addSlave(lab: Lab, slaves: number): Promise<Added> {
	const name = `slave-${slaves + 1}`;
	const file = await writeClusterFile(lab, {path: join(lab.folder, 'one-more.yaml'), slaves: slaves + 1});
	const old = lab.hosts.filter(host => host.name !== name);
	const seen = join(lab.folder, 'witness.json');
	await signalSshd(old, 'STOP');
	try {
		const output = await inNetwork(
			lab.namespace,
			productArgv('apply', '-c', file, '--limit', name, '--yes', '--json'),
			{MESOS_SETUP_HOME: homeOf(lab), ...witnessed(seen)},
		);
		const events = output
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line) as RunEvent);
		const {connections} = await testimony(seen);
		const toOld = connections.filter(({address}) => old.some(host => host.address === address));
		return {
			connections: toOld.length,
			steps: events.filter(event => event.event === 'step' && event.host !== name).length,
			bytes: toOld.reduce((sum, {bytes}) => sum + bytes, 0),
			newHost: connections.reduce((sum, {bytes}) => sum + bytes, 0),
			gates: events.flatMap(event =>
				event.event === 'gate' && event.status !== 'waiting' ? [`${event.gate} ${event.status}`] : [],
			),
		};
	} finally {
		await signalSshd(old, 'CONT');
	}
}

export function addSlaveResult(added: ReadonlyMap<number, Added>): Result {
	const all = [...added.values()];
	const opened = all.every(({gates}) => gates.every(gate => gate.endsWith(' ok')));
	return {
		key: 'add_slave',
		measure:
			'ssh connections, steps and bytes to all old hosts when one slave is added to 3 and to 20, their sshd stopped',
		value: all.reduce((sum, {connections, steps, bytes}) => sum + connections + steps + bytes, 0),
		goal: {atMost: 0},
		samples: {
			connections: all.map(({connections}) => connections),
			steps: all.map(({steps}) => steps),
			bytes: all.map(({bytes}) => bytes),
			bytes_to_the_new_host: all.map(({newHost}) => newHost),
		},
		note: `every run ended with 0${opened ? ' and all closing gates open: they are asked through the new slave' : ''}`,
	};
}
