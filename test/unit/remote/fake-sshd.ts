import {spawn} from 'node:child_process';
import {generateKeyPairSync} from 'node:crypto';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {type AddressInfo, connect as dial} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import ssh2, {type Connection, type ParsedKey, type ServerChannel} from 'ssh2';
import type {PrivateKey} from '../../../source/remote/private-key.ts';

/** A fresh key as ssh2 takes it. Made by Node: of the ed25519 keys that ssh2 makes, one in 200 is malformed. */
export function newKey(): {text: string; parsed: ParsedKey; fingerprintBlob: Buffer} {
	const {privateKey} = generateKeyPairSync('ec', {namedCurve: 'prime256v1'});
	const text = String(privateKey.export({type: 'sec1', format: 'pem'}));
	const parsed = ssh2.utils.parseKey(text);
	if (parsed instanceof Error) throw parsed;
	return {text, parsed, fingerprintBlob: parsed.getPublicSSH()};
}

export function keyFile(file: string, parsed: ParsedKey): PrivateKey {
	return {path: file, parsed};
}

export type FakeSshd = {
	port: number;
	hostKey: {text: string; fingerprintBlob: Buffer};
	/** Names of users that came as far as authentication, in order. */
	logins: string[];
	connections(): number;
	/** Cuts every connection without a word. */
	cut(): void;
	close(): Promise<void>;
};

/** What a test wants to be different from a host where all is well. */
export type Wishes = {
	hostKey?: {text: string; fingerprintBlob: Buffer};
	/** The key that is let in at this moment. */
	accept?: () => ParsedKey;
	user?: string;
	/** Shell text of a `sudo` that stands in front of the real commands; it gets `-n sh -c ...`. */
	sudo?: string | null;
	/** Shell text the login shell runs first, as a .bashrc does. */
	profile?: string;
	/** For the nth connection (from 0): the text an sshd says before it hangs up instead of letting in. */
	notYet?: (connection: number) => string | undefined;
	/** What it says in the packet that ends the connection instead of letting in. */
	disconnect?: string;
	forwarding?: boolean;
	port?: number;
};

/** A packet that ssh2's server knows no call for (RFC 4252 and 4253): numbers of four bytes, and texts. */
function send(client: Connection, type: number, ...fields: (number | string)[]): void {
	const number = (value: number) => {
		const bytes = Buffer.alloc(4);
		bytes.writeUInt32BE(value);
		return bytes;
	};
	const parts = fields.flatMap(field =>
		typeof field === 'number' ? [number(field)] : [number(Buffer.byteLength(field)), Buffer.from(field)],
	);
	const payload = Buffer.concat([Buffer.from([type]), ...parts]);
	const protocol = Reflect.get(client, '_protocol');
	const {write} = protocol._packetRW;
	const packet: Buffer = write.alloc(payload.length);
	payload.copy(packet, write.allocStart);
	protocol._cipher.encrypt(write.finalize(packet));
}

const banner = 53;
const disconnect = 1;
const protocolError = 2;

/** An ssh server in this process, whose shell is this machine's, with a `sudo` of the test's choice. */
export async function fakeSshd(wishes: Wishes = {}): Promise<FakeSshd> {
	const folder = mkdtempSync(path.join(tmpdir(), 'mesos-setup-sshd-'));
	const hostKey = wishes.hostKey ?? newKey();
	const logins: string[] = [];
	const open = new Set<Connection>();
	let count = 0;
	if (wishes.sudo !== null) {
		writeFileSync(path.join(folder, 'sudo'), `#!/bin/sh\n${wishes.sudo ?? 'shift; exec "$@"'}\n`);
		chmodSync(path.join(folder, 'sudo'), 0o755);
	}

	function run(command: string, channel: ServerChannel, pty: boolean): void {
		const child = spawn('/bin/sh', ['-c', `${wishes.profile ?? ':'}\n${command}`], {
			env: {
				PATH: wishes.sudo === null ? '/usr/bin-without-sudo' : `${folder}:${process.env.PATH}`,
				...(pty ? {FAKE_TTY: '1'} : {}),
			},
		});
		channel.pipe(child.stdin).on('error', () => {});
		child.stdout.pipe(channel, {end: false});
		child.stderr.pipe(channel.stderr, {end: false});
		child.once('close', code => {
			channel.exit(code ?? 255);
			channel.end();
		});
		channel.once('close', () => child.stdin.destroy());
	}

	function cut(): void {
		for (const client of open) Reflect.get(client, '_sock').destroy();
	}

	const server = new ssh2.Server({hostKeys: [hostKey.text], keepaliveInterval: 0}, client => {
		const number = count;
		count += 1;
		open.add(client);
		client.on('error', () => {});
		client.on('close', () => open.delete(client));
		client.on('authentication', context => {
			logins.push(context.username);
			const refusal = wishes.notYet?.(number);
			if (refusal !== undefined) {
				send(client, banner, refusal, '');
				client.end();
				return;
			}
			if (wishes.disconnect !== undefined) {
				send(client, disconnect, protocolError, wishes.disconnect, '');
				return;
			}
			const known = wishes.accept?.().getPublicSSH();
			const right =
				context.method === 'publickey' &&
				(known === undefined || known.equals(context.key.data)) &&
				(wishes.user === undefined || wishes.user === context.username);
			if (right) context.accept();
			else context.reject(['publickey']);
		});
		client.on('session', accept => {
			let pty = false;
			const session = accept();
			session.on('pty', agree => {
				pty = true;
				agree?.();
			});
			session.on('exec', (agree, _, info) => run(info.command, agree(), pty));
		});
		if (wishes.forwarding !== false) {
			client.on('tcpip', (accept, reject, info) => {
				const socket = dial(info.destPort, info.destIP);
				socket.once('error', () => reject());
				socket.once('connect', () => {
					const channel = accept();
					socket.pipe(channel).pipe(socket);
				});
			});
		}
	});
	await new Promise<void>(resolve => server.listen(wishes.port ?? 0, '127.0.0.1', () => resolve()));
	return {
		port: (server.address() as AddressInfo).port,
		hostKey,
		logins,
		connections: () => count,
		cut,
		async close() {
			cut();
			await new Promise(resolve => server.close(resolve));
			rmSync(folder, {recursive: true, force: true});
		},
	};
}
