import {type AddressInfo, createServer} from 'node:net';
import {describe, expect, test} from 'vitest';
import {createBastions} from '../../../source/remote/bastion.ts';
import type {Session} from '../../../source/remote/session.ts';
import {step} from './local-host.ts';
import {closing, freePort, host, key, login, pins, retries} from './login-fixture.ts';

test('a connection that is cut fails what waits, and says so', async () => {
	const sshd = await host();
	const session = await login({port: sshd.port});
	const first = session.send(step({check: 'sleep 1; true'}), 'plan');
	const second = session.send(step({}), 'plan');
	sshd.cut();
	await expect(first).rejects.toThrow('master-1: The connection was lost: the host closed it');
	await expect(second).rejects.toThrow('The connection was lost: the host closed it');
	await expect(session.ask('true')).rejects.toThrow('The connection was lost: the host closed it');
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

	test('that dies takes its hosts along, and is named', async () => {
		const [bastion, one] = await Promise.all([host(), host()]);
		const hop = {address: '127.0.0.1', port: bastion.port, user: 'jump', key};
		const session = await login({port: one.port, bastion: hop});
		const asked = session.ask('sleep 2');
		bastion.cut();
		await expect(asked).rejects.toThrow(
			`master-1: The connection was lost: the bastion 127.0.0.1:${bastion.port} went down`,
		);
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
