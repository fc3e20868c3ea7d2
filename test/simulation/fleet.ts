import {generateKeyPairSync} from 'node:crypto';
import {once} from 'node:events';
import type {AddressInfo, Socket} from 'node:net';
import ssh2, {type AuthContext, type Connection, type ParsedKey} from 'ssh2';
import {Daemons} from './daemons.ts';
import {SimulatedHost} from './host.ts';
import {type Runner, serveShell} from './runner.ts';

function parsed(key: string): ParsedKey {
	const found = ssh2.utils.parseKey(key);
	if (found instanceof Error) throw found;
	return found;
}

/** As in /etc/ssh/*.pub. */
function publicLine(key: ParsedKey, comment: string): string {
	return `${key.type} ${key.getPublicSSH().toString('base64')} ${comment}`;
}

/** Whether somebody proves to have the key. */
function isOwner(context: AuthContext, user: string, key: ParsedKey): boolean {
	if (context.method !== 'publickey' || context.username !== user) return false;
	if (!context.key.data.equals(key.getPublicSSH())) return false;
	const {signature, blob, hashAlgo} = context;
	// Without a signature it is only asked whether this key would do.
	return !signature || (blob !== undefined && key.verify(blob, signature, hashAlgo) === true);
}

/** A fleet of hosts in this process, behind one port: an ssh server through which the ssh servers of the hosts are reached. */
export type Fleet = {
	user: string;
	/** PEM of the key that is let in, an RSA one as EC2 makes them. */
	privateKey: string;
	/** Its public half, a line. */
	publicKey: string;
	/** `user@address:port` of the machine in between. */
	bastion: string;
	hosts: {address: string; hostKeys(): string[]}[];
	close(): Promise<void>;
};

/** @param pace what the time of everything is multiplied with; 0: as fast as it goes */
export async function startFleet(count: number, pace: number): Promise<Fleet> {
	const user = 'ec2-user';
	const pem = {type: 'pkcs1', format: 'pem'} as const;
	const {privateKey} = generateKeyPairSync('rsa', {
		modulusLength: 2048,
		privateKeyEncoding: pem,
		publicKeyEncoding: pem,
	});
	const key = parsed(privateKey);
	// The range is set aside for documentation, so none of them is anybody's.
	const hosts = Array.from({length: count}, (_, i) => new SimulatedHost(`192.0.2.${10 + i}`, i));
	const daemons = new Daemons(hosts, pace);
	const open = new Set<Connection>();

	const server = (serve: (client: Connection) => void) => {
		const hostKey = newHostKey();
		const made = new ssh2.Server({hostKeys: [hostKey], algorithms: fast}, client => {
			open.add(client);
			client.on('error', () => {});
			client.on('close', () => open.delete(client));
			client.on('authentication', context => {
				if (isOwner(context, user, key)) context.accept();
				else context.reject(['publickey']);
			});
			serve(client);
		});
		return {made, publicKey: publicLine(parsed(hostKey), 'root@simulated')};
	};

	const members = hosts.map(host => {
		const runners = new Map<string, Runner>();
		const {made, publicKey} = server(client => {
			client.on('session', accept => {
				accept().on('exec', (acceptExec, reject, {command}) => {
					if (command.includes('read -r r')) serveShell(acceptExec(), {host, fleet: hosts, runners, pace});
					else reject();
				});
			});
			client.on('tcpip', (accept, reject, {destPort}) => {
				if (daemons.listens(host, destPort)) daemons.connect(host, destPort, accept());
				else reject();
			});
		});
		return {host, made, publicKey};
	});

	const {made: bastion} = server(client => {
		client.on('tcpip', (accept, reject, {destIP, destPort}) => {
			const member = members.find(({host}) => host.ip === destIP);
			if (!member || destPort !== 22) return reject();
			const channel = accept();
			channel.on('error', () => {});
			// It wants no more of a socket than a stream has.
			member.made.injectSocket(channel as unknown as Socket);
		});
	});
	bastion.listen(0, '127.0.0.1');
	await once(bastion, 'listening');
	return {
		user,
		privateKey,
		publicKey: publicLine(key, 'simulated'),
		bastion: `${user}@127.0.0.1:${(bastion.address() as AddressInfo).port}`,
		hosts: members.map(({host, publicKey}) => ({address: host.ip, hostKeys: () => [publicKey]})),
		async close() {
			for (const client of open) client.end();
			await new Promise(resolve => bastion.close(resolve));
		},
	};
}

// Both ends are in one process and in JavaScript, and everything passes two of them.
const fast = {cipher: ['aes128-gcm@openssh.com' as const, 'aes256-gcm@openssh.com' as const]};

function newHostKey(): string {
	const {privateKey} = generateKeyPairSync('ec', {namedCurve: 'prime256v1'});
	return String(privateKey.export({type: 'sec1', format: 'pem'}));
}
