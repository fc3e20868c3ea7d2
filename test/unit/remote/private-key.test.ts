import {execFileSync} from 'node:child_process';
import {chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {inspect} from 'node:util';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {fingerprintOf} from '../../../source/remote/host-keys.ts';
import {type KeyOptions, readPrivateKey} from '../../../source/remote/private-key.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
const run = (program: string, ...args: string[]) => execFileSync(program, args, {encoding: 'utf8', stdio: 'pipe'});

// A small one is made in a tenth of the time.
const size = (type: string) => (type === 'rsa' ? ['-b', '2048'] : []);

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'mesos-setup-keys-'));
	for (const type of ['rsa', 'ecdsa', 'ed25519']) {
		run('ssh-keygen', '-q', '-t', type, ...size(type), '-N', '', '-C', 'test', '-f', at(type));
		run('ssh-keygen', '-q', '-t', type, ...size(type), '-N', 'open sesame', '-C', 'test', '-f', at(`${type}-locked`));
	}
	for (const type of ['rsa', 'ecdsa']) {
		run('ssh-keygen', '-q', '-t', type, ...size(type), '-m', 'PEM', '-N', '', '-f', at(`${type}-pem`));
		run(
			'ssh-keygen',
			'-q',
			'-t',
			type,
			...size(type),
			'-m',
			'PEM',
			'-N',
			'open sesame',
			'-f',
			at(`${type}-pem-locked`),
		);
		run('ssh-keygen', '-q', '-t', type, ...size(type), '-m', 'PKCS8', '-N', '', '-f', at(`${type}-pkcs8`));
		run(
			'ssh-keygen',
			'-q',
			'-t',
			type,
			...size(type),
			'-m',
			'PKCS8',
			'-N',
			'open sesame',
			'-f',
			at(`${type}-pkcs8-locked`),
		);
	}
	run('openssl', 'genpkey', '-algorithm', 'ed25519', '-out', at('ed25519-pkcs8'));
	run(
		'openssl',
		'pkcs8',
		'-topk8',
		'-in',
		at('ed25519-pkcs8'),
		'-out',
		at('ed25519-pkcs8-locked'),
		'-passout',
		'pass:open sesame',
	);
	for (const name of ['ed25519-pkcs8', 'ed25519-pkcs8-locked']) chmodSync(at(name), 0o600);
}, 60_000);
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const formats = ['rsa', 'ecdsa', 'ed25519', 'rsa-pem', 'ecdsa-pem', 'rsa-pkcs8', 'ecdsa-pkcs8', 'ed25519-pkcs8'];

/** What ssh-keygen says of the same file, where it can read it. */
function known(name: string): string | undefined {
	return /SHA256:\S+/.exec(run('ssh-keygen', '-lf', at(`${name}.pub`)))?.[0];
}

async function failure(name: string, options: Partial<KeyOptions> = {}): Promise<SetupError> {
	const error = await readPrivateKey(name, {env: {}, field: 'ssh.key', ...options}).catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(SetupError);
	expect(error).toMatchObject({exitCode: 2, field: 'ssh.key'});
	return error as SetupError;
}

describe.each(formats)('%s', name => {
	test('is read, signs, and is the key that ssh-keygen says', async () => {
		const {parsed} = await readPrivateKey(at(name), {env: {}});
		if (!name.startsWith('ed25519-')) expect(fingerprintOf(parsed.getPublicSSH())).toBe(known(name));
		const signature = parsed.sign(Buffer.from('hello'));
		expect(signature instanceof Error ? signature : parsed.verify(Buffer.from('hello'), signature)).toBe(true);
	});

	test('is opened with the passphrase of the environment, or one that is asked for', async () => {
		const locked = at(`${name}-locked`);
		const env = {MESOS_SETUP_KEY_PASSPHRASE: 'open sesame'};
		expect((await readPrivateKey(locked, {env})).parsed.isPrivateKey()).toBe(true);
		const asked: string[] = [];
		const askPassphrase = async (file: string) => {
			asked.push(file);
			return 'open sesame';
		};
		expect((await readPrivateKey(locked, {env: {}, askPassphrase})).parsed.isPrivateKey()).toBe(true);
		expect(asked).toEqual([locked]);
	});

	test('is refused without a passphrase and with a wrong one', async () => {
		const locked = at(`${name}-locked`);
		expect((await failure(locked)).message).toContain('is encrypted and no passphrase was given');
		const env = {MESOS_SETUP_KEY_PASSPHRASE: 'wrong'};
		expect((await failure(locked, {env})).message).toContain('The passphrase does not open');
	});

	test('shows nothing of itself when what holds it is printed', async () => {
		const key = await readPrivateKey(at(name), {env: {}});
		for (const text of [inspect({key}, {depth: 9}), JSON.stringify({key})]) expect(text).not.toContain('PRIVATE');
	});
});

test('an ed25519 key in PKCS#8 has the public half that openssl derives', async () => {
	const {parsed} = await readPrivateKey(at('ed25519-pkcs8'), {env: {}});
	const der = execFileSync('openssl', ['pkey', '-in', at('ed25519-pkcs8'), '-pubout', '-outform', 'DER']);
	expect(parsed.getPublicSSH().subarray(-32)).toEqual(der.subarray(-32));
});

describe('what is no usable key is refused with exit code 2 and the reason', () => {
	test.each([
		['a missing file', () => at('nowhere'), 'does not exist'],
		['a folder', () => folder, 'is not a file'],
		['a public key', () => at('rsa.pub'), 'is a public key'],
		['a text', () => write('text', 'hello'), 'is not a private key'],
		['an empty file', () => write('empty', ''), 'is not a private key'],
		[
			'noise',
			() => write('noise', Buffer.from(Array.from({length: 900}, (_, i) => (i * 37) % 256))),
			'is not a private key',
		],
		['a huge file', () => write('huge', 'x'.repeat(70_000)), 'too large'],
		['half a key', () => write('half', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n'), 'is not a private key'],
		[
			'half a PKCS#8 key',
			() => write('half8', '-----BEGIN PRIVATE KEY-----\nMIIEow\n-----END PRIVATE KEY-----\n'),
			'is not a private key',
		],
		[
			'a PEM public key',
			() => write('pub', '-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n'),
			'is a public key',
		],
		['a dangling link', () => link(), 'a link to a file that is gone'],
	])('%s', async (_, make, message) => {
		expect((await failure(make())).message).toContain(message);
	});

	test('a key that others may read: the chmod is named', async () => {
		mkdirSync(at('open'));
		copyFileSync(at('rsa'), at('open/key.pem'));
		chmodSync(at('open/key.pem'), 0o644);
		const {message} = await failure(at('open/key.pem'));
		expect(message).toContain('can be read by others (mode 0644)');
		expect(message).toContain(`chmod 600 ${at('open/key.pem')}`);
	});

	test('no message carries anything of the content', async () => {
		const text = '-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n';
		expect(inspect(await failure(write('broken', text)), {depth: 9})).not.toContain('c2VjcmV0');
	});
});

function write(name: string, content: string | Uint8Array): string {
	writeFileSync(at(name), content, {mode: 0o600});
	return at(name);
}

function link(): string {
	symlinkSync(at('gone'), at('link'));
	return at('link');
}
