import {connect, type Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import {type AnyAuthMethod, Client, type ConnectConfig} from 'ssh2';
import type {HostKeyCheck} from './host-keys.ts';
import type {PrivateKey} from './private-key.ts';
import {quickenCiphers} from './quick-ciphers.ts';

/** Where and as whom to log in. At least one of `key` and `agent` (path of its socket) is set. */
export type Login = {
	address: string;
	port: number;
	user: string;
	key?: PrivateKey | undefined;
	agent?: string | undefined;
};

export type FailureKind =
	| 'refused'
	| 'unreachable'
	| 'silent'
	| 'reset'
	| 'booting'
	| 'denied'
	| 'too-many-keys'
	| 'expired'
	| 'agent'
	| 'unknown-name'
	| 'no-name-service'
	| 'changed-key'
	| 'no-agreement'
	| 'forward-refused'
	| 'forward-forbidden';

/** One attempt to log in failed. */
export class LoginError extends Error {
	readonly kind: FailureKind;
	// Private, and so not shown where an error is printed with all it carries: a login holds the key.
	readonly #login: Login;

	constructor(kind: FailureKind, login: Login, detail: string, error?: unknown) {
		super(detail, {cause: error});
		this.kind = kind;
		this.#login = login;
	}

	get login(): Login {
		return this.#login;
	}
}

function methodsOf({user, key, agent}: Login): AnyAuthMethod[] {
	const methods: AnyAuthMethod[] = [];
	if (key) methods.push({type: 'publickey', username: user, key: key.parsed});
	if (agent) methods.push({type: 'agent', username: user, agent});
	return methods;
}

/** ssh2 writes a packet in three pieces; what is written in one turn leaves as one segment, and wakes sshd once. */
function gathering(socket: Socket): Socket {
	const write = socket.write;
	socket.write = ((...args: Parameters<typeof write>) => {
		if (socket.writableCorked === 0) {
			socket.cork();
			process.nextTick(() => socket.uncork());
		}
		return write.apply(socket, args);
	}) as typeof write;
	return socket;
}

const unreachable = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL']);

function kindOf(error: Error & {level?: unknown; code?: unknown}): FailureKind {
	const {level, code} = error;
	if (code === 'ECONNREFUSED') return 'refused';
	if (code === 'ETIMEDOUT') return 'silent';
	if (typeof code === 'string' && unreachable.has(code)) return 'unreachable';
	if (code === 'EAI_AGAIN' || code === 'EAI_FAIL') return 'no-name-service';
	if (code === 'ENOTFOUND' || level === 'client-dns') return 'unknown-name';
	if (level === 'client-timeout') return 'silent';
	if (level === 'agent') return 'agent';
	if (level === 'client-authentication') return 'denied';
	if (/too many authentication failures/i.test(error.message)) return 'too-many-keys';
	// A bastion whose sshd cannot reach the host closes the byte stream; so does a host that reboots.
	if (level === 'handshake' && /no matching/i.test(error.message)) return 'no-agreement';
	return 'reset';
}

const expired = /(account|password) (has|is) expired/i;
const notYet = /booting up|pam_nologin|unprivileged users are not permitted|system is going down|shutting down/i;

/**
 * One attempt: connects (through `sock` when given), verifies the host key, logs in. Rejects with a LoginError.
 * `timeout` in ms for all of it.
 */
export function openClient(
	login: Login,
	options: {timeout: number; check: HostKeyCheck; signal: AbortSignal; sock?: Duplex | undefined},
): Promise<Client> {
	return new Promise((resolve, reject) => {
		const client = new Client();
		let banner = '';
		function fail(kind: FailureKind, detail: string, error?: unknown): void {
			options.signal.removeEventListener('abort', abort);
			client.destroy();
			reject(new LoginError(kind, login, detail, error));
		}
		function abort(): void {
			client.destroy();
			reject(options.signal.reason);
		}
		options.signal.addEventListener('abort', abort, {once: true});
		client.on('handshake', () => quickenCiphers(client));
		client.on('banner', text => {
			banner = `${banner}${text}`.slice(-2000);
		});
		client.on('error', error => {
			const changed = options.check.changed();
			if (changed) fail('changed-key', changed.message, changed);
			else if (notYet.test(banner)) fail('booting', banner, error);
			else if (expired.test(banner)) fail('expired', banner, error);
			else fail(kindOf(error), error.message, error);
		});
		// An sshd that is not ready for us may close without a word after the banner.
		client.on('close', () => {
			const text = `${banner || 'the connection was closed during login'}`;
			fail(notYet.test(banner) ? 'booting' : expired.test(banner) ? 'expired' : 'reset', text);
		});
		client.once('ready', () => {
			options.signal.removeEventListener('abort', abort);
			client.removeAllListeners('close');
			resolve(client);
		});
		const config: ConnectConfig = {
			username: login.user,
			readyTimeout: options.timeout,
			keepaliveInterval: 5000,
			keepaliveCountMax: 3,
			hostVerifier: (key: Buffer) => options.check.verify(key),
			// Without `none` in front a login is one round trip shorter.
			authHandler: methodsOf(login),
		};
		config.sock = options.sock ?? gathering(connect({host: login.address, port: login.port, noDelay: true}));
		client.connect(config);
	});
}
