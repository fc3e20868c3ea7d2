import {type AddressInfo, createServer} from 'node:net';
import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';
import {fingerprintOf} from '../../../source/remote/host-keys.ts';
import {me, step} from './local-host.ts';
import {freePort, host, login, mine, pins, retries, shown, stranger} from './login-fixture.ts';

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

	test('a key that its provider vouches for is taken, any other is refused before the login', async () => {
		const sshd = await host();
		const print = fingerprintOf(sshd.hostKey.fingerprintBlob);
		const policy = (vouched: string[]) => ({
			get: (name: string) => pins.get(name),
			set: (name: string, key: string) => void pins.set(name, key),
			onFirstUse: (name: string, key: string, known: boolean) => shown.push(`${name} ${key} ${known}`),
			vouched: () => vouched,
		});
		const failure = await login({port: sshd.port}, {hostKeys: policy(['SHA256:other'])}).catch(String);
		expect(failure).toContain(`shows the host key ${print}, its console says SHA256:other`);
		expect(sshd.logins).toEqual([]);
		expect(shown).toEqual([]);
		await login({port: sshd.port}, {hostKeys: policy(['SHA256:other', print])});
		expect(shown).toEqual([`master-1 ${print} true`]);
		expect(pins.get('master-1')).toBe(print);
	});

	test('a changed key is refused with both fingerprints, before any login, without another try', async () => {
		const sshd = await host();
		pins.set('master-1', 'SHA256:old');
		const print = fingerprintOf(sshd.hostKey.fingerprintBlob);
		const failure = await login({port: sshd.port}).catch((error: unknown) => error);
		expect(failure).toMatchObject({host: 'master-1', exitCode: 1});
		expect(String(failure)).toContain(`known is SHA256:old, it shows ${print}`);
		expect(String(failure)).toMatch(/put it in the place of the old one in \/home\/ada\/clusters\/prod.json/);
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
		expect(retries[0]).toContain('is still booting');
		expect(sshd.connections()).toBe(3);
	});

	test('an account that has expired is named, and not asked again', async () => {
		const sshd = await host({notYet: () => 'Your account has expired; please contact your system administrator.'});
		await expect(login({port: sshd.port})).rejects.toThrow(
			/lets ec2-user in no more: Your account has expired.*chage -E -1/,
		);
		expect(retries).toEqual([]);
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

	test('too many keys of an agent are called what they are', async () => {
		const sshd = await host({disconnect: 'Too many authentication failures'});
		const failure = await login({port: sshd.port}, {timeout: 1000}).catch(String);
		expect(failure).toMatch(/ends the login of ec2-user after too many wrong keys: ssh-agent.*Set ssh.key/);
	});

	test('an agent that does not answer is named, and not asked again', async () => {
		const sshd = await host();
		await expect(login({port: sshd.port, key: undefined, agent: '/nowhere/agent.sock'})).rejects.toThrow(
			/ssh-agent \(\/nowhere\/agent\.sock\) does not help to log in/,
		);
		expect(retries).toEqual([]);
	});

	test('a name without an address is called that, whether a name server answers or not', async () => {
		await expect(login({address: 'no-such-host.invalid'}, {timeout: 1000})).rejects.toThrow(
			/The name no-such-host.invalid cannot be (resolved|looked up)/,
		);
	});

	test('an IPv6 address is told apart from its port', async () => {
		await expect(login({address: '::1', port: await freePort()}, {timeout: 700})).rejects.toThrow(
			/master-1: .*\[::1\]:\d+/,
		);
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
