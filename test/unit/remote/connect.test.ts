import {mkdtempSync, rmSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {inspect} from 'node:util';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {createBastions} from '../../../source/remote/bastion.ts';
import {type ConnectOptions, connect, type Target} from '../../../source/remote/connect.ts';
import {fingerprintOf} from '../../../source/remote/host-keys.ts';
import type {Session} from '../../../source/remote/session.ts';
import {type FakeSshd, fakeSshd, keyFile, newKey, type Wishes} from './fake-sshd.ts';
import {me, step} from './local-host.ts';

const mine = newKey();
const stranger = newKey();
const key = keyFile('/home/ada/.ssh/prod.pem', mine.parsed);
const places = {state: '', tick: 10, stale: 60};

let run: string;
let pins: Map<string, string>;
let shown: string[];
let retries: string[];
const closing: (() => Promise<unknown>)[] = [];

beforeEach(() => {
	run = mkdtempSync(path.join(tmpdir(), 'mesos-setup-test-'));
	pins = new Map();
	shown = [];
	retries = [];
});
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
	rmSync(run, {recursive: true, force: true});
});

async function host(wishes: Wishes = {}): Promise<FakeSshd> {
	const sshd = await fakeSshd({accept: () => mine.parsed, ...wishes});
	closing.push(() => sshd.close());
	return sshd;
}

async function login(where: Partial<Target>, options: Partial<ConnectOptions> = {}): Promise<Session> {
	const session = await connect(
		{host: 'master-1', address: '127.0.0.1', port: 0, user: 'ec2-user', key, ...where},
		{
			timeout: 5000,
			signal: new AbortController().signal,
			hostKeys: {
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

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	await new Promise(resolve => server.close(resolve));
	return port;
}

test('logs in, starts the runner through sudo and runs steps', async () => {
	const sshd = await host();
	const session = await login({port: sshd.port});
	await session.lock(me);
	expect(await session.ask('echo $((6 * 7))')).toBe('42\n');
	expect((await session.send(step({check: 'true'}), 'apply')).status).toBe('ok');
	expect(session.fingerprint).toBe(fingerprintOf(sshd.hostKey.fingerprintBlob));
	expect(retries).toEqual([]);
	await session.close();
});

test('a login shell that prints, without a last newline and with a look-alike, is no trouble', async () => {
	const noise = `echo 'Welcome to prod!'; echo 0123456789abcdef hello 1 /tmp; printf 'no newline> '; echo oops >&2`;
	const sshd = await host({profile: noise});
	const session = await login({port: sshd.port});
	await session.lock(me);
	expect((await session.send(step({check: 'false', apply: 'false'}), 'apply')).status).toBe('failed');
});

describe('host keys', () => {
	test('first use is shown once, before the login, and pinned after it', async () => {
		const sshd = await host();
		await login({port: sshd.port});
		const print = fingerprintOf(sshd.hostKey.fingerprintBlob);
		expect(shown).toEqual([`master-1 ${print}`]);
		expect(pins.get('master-1')).toBe(print);
	});

	test('nothing is pinned where the login fails', async () => {
		const sshd = await host({accept: () => stranger.parsed});
		await expect(login({port: sshd.port}, {timeout: 1200})).rejects.toThrow('refuses user');
		expect(shown).toHaveLength(1);
		expect(pins.size).toBe(0);
	});

	test('a changed key is refused with both fingerprints, before any login, without another try', async () => {
		const sshd = await host();
		pins.set('master-1', 'SHA256:old');
		const print = fingerprintOf(sshd.hostKey.fingerprintBlob);
		const failure = await login({port: sshd.port}).catch((error: unknown) => error);
		expect(failure).toMatchObject({host: 'master-1', exitCode: 1});
		expect(String(failure)).toContain(`known is SHA256:old, it shows ${print}`);
		expect(sshd.logins).toEqual([]);
		expect(sshd.connections()).toBe(1);
		expect(pins.get('master-1')).toBe('SHA256:old');
	});
});

describe('a host that is not there yet', () => {
	test('refusing connections is tried again until it listens', async () => {
		const port = await freePort();
		const session = login(
			{port},
			{
				onRetry: reason => {
					if (retries.push(reason) === 1) void host({port});
				},
			},
		);
		await session;
		expect(retries[0]).toContain(`127.0.0.1:${port} refuses connections`);
	});

	test('refusing until the timeout is told with address and time', async () => {
		const port = await freePort();
		await expect(login({port}, {timeout: 700})).rejects.toThrow(
			`master-1: 127.0.0.1:${port} refuses connections (tried for 1 s). Check that sshd runs there`,
		);
	});

	test('booting (pam_nologin) is tried again', async () => {
		const text = '"System is booting up. Unprivileged users are not permitted to log in yet."';
		const sshd = await host({notYet: number => (number < 2 ? text : undefined)});
		await login({port: sshd.port});
		expect(retries).toHaveLength(2);
		expect(sshd.connections()).toBe(3);
	});

	test('hanging up in the handshake is tried again', async () => {
		let hangUps = 0;
		const port = await freePort();
		const rude = createServer(socket => {
			hangUps += 1;
			socket.destroy();
			rude.close(() => void host({port}));
		});
		await new Promise<void>(resolve => rude.listen(port, '127.0.0.1', resolve));
		await login({port});
		expect(hangUps).toBe(1);
	});

	test('a key that is not written yet is tried again', async () => {
		let written = stranger;
		const sshd = await host({accept: () => written.parsed});
		const onRetry = () => {
			written = mine;
		};
		await login({port: sshd.port}, {onRetry});
		expect(sshd.connections()).toBe(2);
	});

	test('a wrong key does not cost the whole timeout, and its text is in no error', async () => {
		const sshd = await host({accept: () => stranger.parsed});
		const began = Date.now();
		const failure = await login({port: sshd.port}, {timeout: 60_000}).catch((error: unknown) => error);
		expect(Date.now() - began).toBeLessThan(15_000);
		expect(String(failure)).toContain('refuses user ec2-user with the key /home/ada/.ssh/prod.pem');
		expect(inspect(failure, {depth: 20, showHidden: true})).not.toContain('PRIVATE');
	});

	test('an agent that does not answer is named, and not asked again', async () => {
		const sshd = await host();
		await expect(login({port: sshd.port, key: undefined, agent: '/nowhere/agent.sock'})).rejects.toThrow(
			/ssh-agent \(\/nowhere\/agent\.sock\) does not help to log in/,
		);
		expect(retries).toEqual([]);
	});

	test('silence is told with what to look for', async () => {
		const mute = createServer(() => {});
		await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve));
		const {port} = mute.address() as AddressInfo;
		await expect(login({port}, {timeout: 1000})).rejects.toThrow(/does not answer .* security group lets TCP port/);
		mute.close();
	});

	test('an abort ends the waiting at once', async () => {
		const port = await freePort();
		const abort = new AbortController();
		const waiting = login(
			{port},
			{timeout: 60_000, signal: abort.signal, onRetry: () => abort.abort(new Error('enough'))},
		);
		await expect(waiting).rejects.toThrow(/enough|aborted/);
	});
});

describe('sudo', () => {
	test.each([
		[
			'a password',
			'echo "sudo: a password is required" >&2; exit 1',
			'sudo on 127.0.0.1 wants a password of ec2-user.',
		],
		['no permission', 'echo "ec2-user is not in the sudoers file." >&2; exit 1', 'User ec2-user may not use sudo'],
		['words nobody knows', 'echo "sudo: hic sunt dracones" >&2; exit 1', 'It said: sudo: hic sunt dracones'],
	])('that wants %s is named', async (_, sudo, message) => {
		const sshd = await host({sudo});
		await expect(login({port: sshd.port})).rejects.toThrow(message);
		expect(sshd.connections()).toBe(1);
	});

	test('that is missing is named', async () => {
		const sshd = await host({sudo: null});
		await expect(login({port: sshd.port})).rejects.toThrow('There is no sudo on 127.0.0.1.');
	});

	test('is not needed by root', async () => {
		const sshd = await host({sudo: 'echo "sudo: a password is required" >&2; exit 1'});
		const session = await login({port: sshd.port, user: 'root'});
		expect(await session.ask('echo hi')).toBe('hi\n');
	});

	test('that wants a terminal gets one', async () => {
		const sudo =
			'[ "$FAKE_TTY" ] || { echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1; }; shift; exec "$@"';
		const sshd = await host({sudo});
		const session = await login({port: sshd.port});
		await session.lock(me);
		expect((await session.send(step({check: 'false', apply: 'echo hi'}), 'apply')).status).toBe('failed');
	});
});

test('a connection that is cut fails what waits, and says so', async () => {
	const sshd = await host();
	const session = await login({port: sshd.port});
	const first = session.send(step({check: 'sleep 1; true'}), 'plan');
	const second = session.send(step({}), 'plan');
	sshd.cut();
	await expect(first).rejects.toThrow('master-1: The connection was lost.');
	await expect(second).rejects.toThrow('The connection was lost.');
	await expect(session.ask('true')).rejects.toThrow('The connection was lost.');
	await session.close();
});

describe('a port of the host', () => {
	async function echoServer(): Promise<number> {
		const server = createServer(socket => socket.on('error', () => {}).pipe(socket));
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		closing.push(async () => server.close());
		return (server.address() as AddressInfo).port;
	}

	async function exchange(session: Session, port: number): Promise<string> {
		const stream = await session.forward('127.0.0.1', port);
		stream.write('imok?');
		const [answer] = await new Promise<Buffer[]>(resolve => stream.once('data', (...data: Buffer[]) => resolve(data)));
		stream.destroy();
		return String(answer);
	}

	test.each([true, false])('is reached, forwarding allowed: %s', async forwarding => {
		const sshd = await host({forwarding, profile: 'echo noise'});
		const session = await login({port: sshd.port});
		expect(await exchange(session, await echoServer())).toBe('imok?');
	});

	test('that is closed is told, where forwarding is forbidden too', async () => {
		const sshd = await host({forwarding: false});
		const session = await login({port: sshd.port});
		const port = await freePort();
		await expect(session.forward('127.0.0.1', port)).rejects.toThrow(
			`master-1: Port ${port} of 127.0.0.1 does not accept`,
		);
	});
});

describe('a bastion', () => {
	test('is logged in to once for all hosts behind it, and its key is pinned', async () => {
		const [bastion, one, two] = await Promise.all([host(), host(), host()]);
		const hop = {address: '127.0.0.1', port: bastion.port, user: 'jump', key};
		const bastions = createBastions();
		const sessions = await Promise.all([
			login({host: 'a', port: one.port, bastion: hop}, {bastions}),
			login({host: 'b', port: two.port, bastion: hop}, {bastions}),
		]);
		expect(await Promise.all(sessions.map(session => session.ask('echo here')))).toEqual(['here\n', 'here\n']);
		expect(bastion.connections()).toBe(1);
		expect(bastion.logins[0]).toBe('jump');
		expect([...pins.keys()].sort()).toEqual(['a', 'b', `bastion 127.0.0.1:${bastion.port}`]);
	});

	test('that may not forward is named, and not asked again', async () => {
		const [bastion, one] = await Promise.all([host({forwarding: false}), host()]);
		const hop = {address: '127.0.0.1', port: bastion.port, user: 'jump', key};
		await expect(login({port: one.port, bastion: hop})).rejects.toThrow(
			`master-1: The bastion 127.0.0.1:${bastion.port} may not forward connections`,
		);
		expect(retries).toEqual([]);
	});

	test('is tried again while the host behind it does not answer', async () => {
		const [bastion, port] = await Promise.all([host(), freePort()]);
		const hop = {address: '127.0.0.1', port: bastion.port, user: 'jump', key};
		const onRetry = (reason: string) => {
			if (retries.push(reason) === 1) void host({port});
		};
		await login({port, bastion: hop}, {onRetry});
		expect(retries[0]).toContain(`The bastion 127.0.0.1:${bastion.port} cannot open a connection to the host`);
	});
});
