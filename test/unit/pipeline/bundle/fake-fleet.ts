import {PassThrough} from 'node:stream';
import type {Host} from '../../../../source/cluster/model.ts';
import type {Member} from '../../../../source/pipeline/fleet.ts';
import type {Pipe} from '../../../../source/remote/pipe.ts';
import {host} from '../../roles/cluster-fixture.ts';

/** What a host does when a script is run on it. */
export type Behaviour = {
	/** What it says it has already. */
	has?: string;
	/** Answer to files from this computer, `whole` when unset. */
	arrival?: string;
	/** Answer to files from other hosts. */
	fetched?: string;
	/** Port it gives files out on, or why it cannot. */
	serves?: string;
};

export type Traffic = {sent: string[]; fetched: string[]; removed: string[]};

function pipe(answer: (input: Promise<number>) => Promise<string>, greeting = ''): Pipe {
	const stdin = new PassThrough();
	const stdout = new PassThrough();
	let bytes = 0;
	stdin.on('data', (chunk: Buffer) => {
		bytes += chunk.length;
	});
	const input = new Promise<number>(resolve => stdin.once('end', () => resolve(bytes)));
	if (greeting) stdout.write(`${greeting}\n`);
	const closed = answer(input).then(text => {
		stdout.end(`${text}\n`);
		return new Promise<number>(resolve => stdout.once('end', () => resolve(0)));
	});
	return {stdin, stdout, stderr: new PassThrough(), closed, destroy: () => {}};
}

/** Masters and slaves that answer the scripts of a distribution; `traffic` is what happened. */
export function fakeFleet(masters: number, slaves: number, behaviours: Record<string, Behaviour> = {}) {
	const traffic: Traffic = {sent: [], fetched: [], removed: []};
	const names = (role: 'master' | 'slave', count: number): Host[] =>
		Array.from({length: count}, (_, i) => host(`${role}-${i + 1}`, role, `10.0.${role === 'master' ? 1 : 2}.${i + 1}`));
	const hosts = [...names('master', masters), ...names('slave', slaves)];
	const byAddress = new Map(hosts.map(({private_ip, name}) => [private_ip, name]));
	const open = async (name: string, script: string): Promise<Pipe> => {
		const {arrival = 'whole', fetched = 'whole', serves = 'port 32000'} = behaviours[name] ?? {};
		const file = /-([\w.]+)'\n/.exec(script)?.[1] ?? '';
		if (script.includes('rm -rf /var')) {
			traffic.removed.push(name);
			return pipe(async () => '');
		}
		if (script.includes('serve_forever')) {
			const up = serves.startsWith('port');
			return pipe(async input => (up ? input.then(() => '') : serves), up ? serves : '');
		}
		const [, address] = /url = "http:\/\/([\d.]+):/.exec(script) ?? [];
		if (address) {
			traffic.fetched.push(`${file} ${name} < ${byAddress.get(address)}`);
			await new Promise(resolve => setImmediate(resolve));
			return pipe(async () => fetched);
		}
		traffic.sent.push(`${file} ${name}`);
		return pipe(input => input.then(() => arrival), 'from 0');
	};
	const member = async (name: string) =>
		({
			host: hosts.find(one => one.name === name),
			session: {host: name, ask: async () => behaviours[name]?.has ?? '', open: (script: string) => open(name, script)},
		}) as unknown as Member;
	return {hosts, member, traffic};
}
