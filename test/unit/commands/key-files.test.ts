import {generateKeyPairSync} from 'node:crypto';
import {mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {
	checkKeyFile,
	completePath,
	expand,
	proposeKeys,
	protectKey,
	shorten,
} from '../../../source/commands/key-files.ts';

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'mesos-setup-keys-'));
	mkdirSync(join(home, '.ssh'));
});
afterEach(() => rmSync(home, {recursive: true, force: true}));

function pem(name: string, mode: number, passphrase?: string): string {
	const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
	const secret = passphrase ? {cipher: 'aes-256-cbc', passphrase} : {};
	const path = join(home, name);
	writeFileSync(path, privateKey.export({type: 'pkcs1', format: 'pem', ...secret}), {mode});
	return path;
}

test('paths below home are as short as people write them', () => {
	expect(expand('~/.ssh/a.pem', home)).toBe(join(home, '.ssh/a.pem'));
	expect(shorten(join(home, '.ssh/a.pem'), home)).toBe('~/.ssh/a.pem');
	expect(shorten('/elsewhere/a.pem', home)).toBe('/elsewhere/a.pem');
});

test("only keys that exist are proposed, the key pair's own first", () => {
	for (const name of ['id_rsa', 'prod.pem']) writeFileSync(join(home, '.ssh', name), '');
	expect(proposeKeys(['prod'], home)).toEqual(['~/.ssh/prod.pem', '~/.ssh/id_rsa']);
});

describe('Tab', () => {
	test('completes what is certain and lists the rest', () => {
		for (const name of ['key.pem', 'key.pem.pub', 'other']) writeFileSync(join(home, '.ssh', name), '');
		expect(completePath('~/.ssh/k', home)).toEqual({text: '~/.ssh/key.pem', choices: ['key.pem', 'key.pem.pub']});
		expect(completePath('~/.ssh/o', home)).toEqual({text: '~/.ssh/other', choices: []});
		expect(completePath('~', home).text).toBe('~/');
		expect(completePath('~/.s', home).text).toBe('~/.ssh/');
		expect(completePath('~/nothing/here', home)).toEqual({text: '~/nothing/here', choices: []});
	});
});

describe('checking', () => {
	test('a key says what it is', async () => {
		const checked = await checkKeyFile(pem('a.pem', 0o600), undefined);
		expect(checked).toMatchObject({verdict: {description: expect.stringMatching(/^ssh-rsa key SHA256:/)}});
	});

	test('open permissions can be mended', async () => {
		const path = pem('a.pem', 0o644);
		expect(await checkKeyFile(path, undefined)).toMatchObject({mend: 'permissions'});
		protectKey(path);
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(await checkKeyFile(path, undefined)).toHaveProperty('verdict');
	});

	test('what is no key is not mended by permissions', async () => {
		const path = join(home, 'notes.txt');
		writeFileSync(path, 'hello', {mode: 0o644});
		const checked = await checkKeyFile(path, undefined);
		expect(checked).toMatchObject({problem: {cause: expect.stringContaining('is not a private key')}});
		expect(checked).not.toHaveProperty('mend');
	});

	test('an encrypted key asks for its passphrase until it is right', async () => {
		const path = pem('a.pem', 0o600, 'sesame');
		expect(await checkKeyFile(path, undefined)).toMatchObject({mend: 'passphrase'});
		expect(await checkKeyFile(path, 'wrong')).toMatchObject({mend: 'passphrase'});
		expect(await checkKeyFile(path, 'sesame')).toHaveProperty('verdict');
	});

	test('no path means ssh-agent', async () => {
		expect(await checkKeyFile('', undefined)).toMatchObject({verdict: {path: ''}, key: undefined});
	});
});
