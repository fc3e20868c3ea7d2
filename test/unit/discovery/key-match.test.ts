import {execFileSync} from 'node:child_process';
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {matchKey} from '../../../source/discovery/key-match.ts';
import {type PrivateKey, readPrivateKey} from '../../../source/remote/private-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
const keys = new Map<string, PrivateKey>();
const files: Record<string, string[]> = {
	'rsa-pem': ['-m', 'PEM', '-t', 'rsa', '-b', '2048'],
	'rsa-openssh': ['-t', 'rsa', '-b', '2048'],
	ed25519: ['-t', 'ed25519'],
	other: ['-t', 'ed25519'],
};
const path = (name: string) => join(folder, name);
const shell = (script: string) => execFileSync('sh', ['-c', script], {cwd: folder, encoding: 'utf8'}).trim();
const key = (name: string) => (keys.get(name) as PrivateKey).parsed;
const publicKey = (name: string) => shell(`ssh-keygen -y -f ${name}`);

/** As EC2's documentation computes them, with openssl and ssh-keygen. */
const pem = (name: string) => `cp ${name} ${name}.copy; ssh-keygen -q -p -m PEM -N '' -f ${name}.copy >/dev/null;`;
const created = (name: string) =>
	shell(
		`${pem(name)} openssl pkcs8 -in ${name}.copy -inform PEM -outform DER -topk8 -nocrypt | openssl sha1 -c`,
	).replace(/.*= ?/, '');
const imported = (name: string) =>
	shell(`${pem(name)} openssl rsa -in ${name}.copy -pubout -outform DER 2>/dev/null | openssl md5 -c`).replace(
		/.*= ?/,
		'',
	);
const sha256 = (name: string) => (shell(`ssh-keygen -lf ${name} -E sha256`).split(' ')[1] ?? '').replace('SHA256:', '');

beforeAll(async () => {
	for (const [name, options] of Object.entries(files)) {
		execFileSync('ssh-keygen', ['-q', '-N', '', '-C', '', '-f', path(name), ...options]);
		keys.set(name, await readPrivateKey(path(name), {env: {}}));
	}
});

describe('by the public key', () => {
	test.each(Object.keys(files))('%s', name => {
		const pair = {name: 'prod', public_key: `${publicKey(name)} prod\n`};
		expect(matchKey(key(name), pair)).toEqual({verdict: 'same', detail: 'This is the key pair prod.'});
		const another = name === 'other' ? 'ed25519' : 'other';
		expect(matchKey(key(another), pair)).toEqual({
			verdict: 'different',
			detail: 'This key is not the key pair prod: the public keys differ.',
		});
	});

	test('which counts more than a fingerprint that says otherwise', () => {
		const pair = {name: 'prod', public_key: publicKey('rsa-pem'), fingerprint: created('rsa-openssh')};
		expect(matchKey(key('rsa-pem'), pair).verdict).toBe('same');
		expect(matchKey(key('rsa-openssh'), pair).verdict).toBe('different');
	});
});

describe('by the fingerprint', () => {
	test.each(['rsa-pem', 'rsa-openssh'])('%s, created by EC2 or imported', name => {
		expect(created(name)).toMatch(/^([0-9a-f]{2}:){19}[0-9a-f]{2}$/);
		expect(imported(name)).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
		for (const fingerprint of [created(name), imported(name), imported(name).toUpperCase()]) {
			expect(matchKey(key(name), {name: 'prod', fingerprint})).toMatchObject({verdict: 'same'});
		}
	});

	test('ed25519, with and without the padding EC2 leaves in', () => {
		for (const fingerprint of [sha256('ed25519'), `${sha256('ed25519')}=`, `SHA256:${sha256('ed25519')}`]) {
			expect(matchKey(key('ed25519'), {name: 'prod', fingerprint}).verdict).toBe('same');
		}
	});

	test('one that differs is only doubted', () => {
		const fingerprint = created('rsa-openssh');
		const {verdict, detail} = matchKey(key('rsa-pem'), {name: 'prod', fingerprint});
		expect(verdict).toBe('doubtful');
		expect(detail).toContain(fingerprint);
		expect(matchKey(key('ed25519'), {name: 'prod', fingerprint: sha256('other')}).verdict).toBe('doubtful');
	});
});

test('nothing to compare with', () => {
	expect(matchKey(key('ed25519'), {name: 'prod'}).verdict).toBe('unknown');
	expect(matchKey(key('ed25519'), {name: 'prod', public_key: 'rubbish'}).verdict).toBe('unknown');
});
