import {createPrivateKey, type KeyObject} from 'node:crypto';
import {lstatSync, readFileSync, statSync} from 'node:fs';
import ssh2, {type ParsedKey} from 'ssh2';
import {SetupError} from '../cluster/setup-error.ts';

/** `parsed` is not enumerable, so that no log, dump or JSON of what holds a key shows it. */
export type PrivateKey = {readonly path: string; readonly parsed: ParsedKey};

function privateKey(path: string, parsed: ParsedKey): PrivateKey {
	return Object.defineProperty({path, parsed}, 'parsed', {enumerable: false});
}

export type KeyOptions = {
	/** Asks the person at the keyboard; undefined where there is none. */
	askPassphrase?: ((path: string) => Promise<string>) | undefined;
	env: Record<string, string | undefined>;
	/** The field or flag that named the file, for messages. */
	field?: string | undefined;
};

type Problem = {cause: string; fix: string};

/**
 * Reads a private key: PEM (PKCS#1, SEC1, PKCS#8) or OpenSSH's own form, encrypted or not; the passphrase comes from
 * MESOS_SETUP_KEY_PASSPHRASE or is asked. Throws a SetupError with exit code 2; no error carries anything of the content.
 */
export async function readPrivateKey(path: string, options: KeyOptions): Promise<PrivateKey> {
	const fail = (problem: Problem): never => {
		throw new SetupError({...problem, field: options.field, exitCode: 2});
	};
	const text = readText(path, fail);
	const plain = parse(text, undefined);
	if (typeof plain !== 'string' || plain === 'encrypted') refuseOpenFile(path, fail);
	if (typeof plain !== 'string') return privateKey(path, plain);
	if (plain === 'not-a-key') {
		return fail({
			cause: `${path} is not a private key.`,
			fix: 'Name the .pem file that was saved when the key pair was made.',
		});
	}
	if (plain === 'public') {
		return fail({
			cause: `${path} is a public key.`,
			fix: 'Name the private half: usually the same name without .pub, or the .pem file.',
		});
	}
	const passphrase = options.env.MESOS_SETUP_KEY_PASSPHRASE ?? (await options.askPassphrase?.(path));
	if (!passphrase) {
		return fail({
			cause: `The private key ${path} is encrypted and no passphrase was given.`,
			fix: 'Set MESOS_SETUP_KEY_PASSPHRASE, or load the key into ssh-agent and leave ssh.key out.',
		});
	}
	const opened = parse(text, passphrase);
	if (typeof opened !== 'string') return privateKey(path, opened);
	return fail({
		cause: `The passphrase does not open the private key ${path}.`,
		fix: 'Try again; `ssh-keygen -y -f FILE` tells whether a passphrase is right.',
	});
}

function readText(path: string, fail: (problem: Problem) => never): string {
	try {
		const status = statSync(path);
		if (!status.isFile()) {
			return fail({cause: `${path} is not a file.`, fix: 'Name the file of the private key.'});
		}
		if (status.size > 65_536) {
			return fail({cause: `${path} is too large for a private key.`, fix: 'Name the file of the private key.'});
		}
		return readFileSync(path, 'latin1');
	} catch (error) {
		if (error instanceof SetupError) throw error;
		const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
		if (code === 'ENOENT' && isDanglingLink(path)) {
			return fail({cause: `The private key ${path} is a link to a file that is gone.`, fix: 'Mend the link.'});
		}
		const why =
			code === 'ENOENT' ? 'does not exist' : code === 'EACCES' ? 'may not be read by you' : `cannot be read (${code})`;
		return fail({cause: `The private key ${path} ${why}.`, fix: 'Check the path of the key file and its permissions.'});
	}
}

/** The rule of ssh itself: a key of one's own that others may read is not used. */
function refuseOpenFile(path: string, fail: (problem: Problem) => never): void {
	const status = statSync(path);
	if (status.uid !== process.getuid?.() || (status.mode & 0o077) === 0) return;
	const mode = (status.mode & 0o777).toString(8).padStart(4, '0');
	fail({cause: `The private key ${path} can be read by others (mode ${mode}).`, fix: `Run: chmod 600 ${path}`});
}

function isDanglingLink(path: string): boolean {
	return lstatSync(path, {throwIfNoEntry: false})?.isSymbolicLink() ?? false;
}

function parse(text: string, passphrase: string | undefined): ParsedKey | 'encrypted' | 'not-a-key' | 'public' {
	if (/^-+ ?BEGIN (RSA |SSH2 )?PUBLIC KEY/m.test(text)) return 'public';
	if (/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/m.test(text)) return parsePkcs8(text, passphrase);
	const parsed = ssh2.utils.parseKey(text, passphrase);
	if (parsed instanceof Error) return /passphrase|encrypted/i.test(parsed.message) ? 'encrypted' : 'not-a-key';
	return parsed.isPrivateKey() ? parsed : 'public';
}

// ssh2 does not know PKCS#8; Node does.
function parsePkcs8(text: string, passphrase: string | undefined): ParsedKey | 'encrypted' | 'not-a-key' {
	const encrypted = text.includes('BEGIN ENCRYPTED');
	if (encrypted && passphrase === undefined) return 'encrypted';
	try {
		const key = createPrivateKey({key: text, format: 'pem', ...(passphrase === undefined ? {} : {passphrase})});
		const parsed = ssh2.utils.parseKey(olderForm(key));
		return parsed instanceof Error ? 'not-a-key' : parsed;
	} catch {
		return encrypted ? 'encrypted' : 'not-a-key';
	}
}

function olderForm(key: KeyObject): string | Buffer {
	if (key.asymmetricKeyType === 'rsa') return key.export({type: 'pkcs1', format: 'pem'});
	if (key.asymmetricKeyType === 'ec') return key.export({type: 'sec1', format: 'pem'});
	if (key.asymmetricKeyType === 'ed25519') return ed25519AsOpenssh(key);
	throw new TypeError('A kind of key that ssh has no use for.');
}

// Ed25519 has no form older than PKCS#8 but OpenSSH's (PROTOCOL.key in its source).
function ed25519AsOpenssh(key: KeyObject): string {
	const {x = '', d = ''} = key.export({format: 'jwk'});
	const open = Buffer.from(x, 'base64url');
	const field = (value: string | Buffer) => {
		const bytes = Buffer.from(value);
		const length = Buffer.alloc(4);
		length.writeUInt32BE(bytes.length);
		return Buffer.concat([length, bytes]);
	};
	const number = (value: number) => Buffer.from([0, 0, 0, value]);
	const secret = Buffer.concat([Buffer.from(d, 'base64url'), open]);
	const name = field('ssh-ed25519');
	const inner = Buffer.concat([number(0), number(0), name, field(open), field(secret), field('')]);
	const padding = Buffer.from(Array.from({length: (8 - (inner.length % 8)) % 8}, (_, index) => index + 1));
	const body = Buffer.concat([
		Buffer.from('openssh-key-v1\0'),
		field('none'),
		field('none'),
		field(''),
		number(1),
		field(Buffer.concat([name, field(open)])),
		field(Buffer.concat([inner, padding])),
	]);
	const lines = body.toString('base64').replace(/.{70}/g, '$&\n');
	return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
