import {mkdtempSync, rmSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach} from 'vitest';
import {type ConnectOptions, connect, type Target} from '../../../source/remote/connect.ts';
import type {Session} from '../../../source/remote/session.ts';
import {type FakeSshd, fakeSshd, keyFile, newKey, type Wishes} from './fake-sshd.ts';

export const mine = newKey();
export const stranger = newKey();
export const key = keyFile('/home/ada/.ssh/prod.pem', mine.parsed);
const places = {state: '', tick: 10, stale: 60};

let run: string;
export const pins = new Map<string, string>();
/** First uses that were shown, and causes of further attempts. */
export const shown: string[] = [];
export const retries: string[] = [];
/** Run after each test, the last one first. */
export const closing: (() => Promise<unknown>)[] = [];

beforeEach(() => {
	run = mkdtempSync(path.join(tmpdir(), 'mesos-setup-test-'));
	pins.clear();
	shown.length = 0;
	retries.length = 0;
});
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
	rmSync(run, {recursive: true, force: true});
});

export async function host(wishes: Wishes = {}): Promise<FakeSshd> {
	const sshd = await fakeSshd({accept: () => mine.parsed, ...wishes});
	closing.push(() => sshd.close());
	return sshd;
}

export async function login(where: Partial<Target>, options: Partial<ConnectOptions> = {}): Promise<Session> {
	const session = await connect(
		{host: 'master-1', address: '127.0.0.1', port: 0, user: 'ec2-user', key, ...where},
		{
			timeout: 5000,
			signal: new AbortController().signal,
			hostKeys: {
				path: '/home/ada/clusters/prod.json',
				get: name => pins.get(name),
				set: (name, print) => void pins.set(name, print),
				onFirstUse: (name, print) => shown.push(`${name} ${print}`),
			},
			onRetry: reason => retries.push(reason),
			places: {...places, run, state: path.join(run, 'state')},
			...options,
		},
	);
	closing.push(() => session.close());
	return session;
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	await new Promise(resolve => server.close(resolve));
	return port;
}
