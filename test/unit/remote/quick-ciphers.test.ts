import {createCipheriv, createDecipheriv, KeyObject, randomBytes} from 'node:crypto';
import type {Client} from 'ssh2';
import {expect, onTestFinished, test} from 'vitest';
import {hostKeyCheck} from '../../../source/remote/host-keys.ts';
import {openClient} from '../../../source/remote/open-client.ts';
import {quickenCiphers} from '../../../source/remote/quick-ciphers.ts';
import {fakeSshd, keyFile, newKey} from './fake-sshd.ts';

test('the keys of both directions become objects that cipher the same', () => {
	const [out, back, iv] = [randomBytes(16), randomBytes(32), randomBytes(12)];
	const protocol = {
		_cipher: {_encKey: out as Buffer | KeyObject},
		_decipher: {_decipherKey: back as Buffer | KeyObject},
	};
	const client = {_protocol: protocol} as unknown as Client;
	quickenCiphers(client);
	quickenCiphers(client);
	expect(protocol._cipher._encKey).toBeInstanceOf(KeyObject);
	expect(protocol._decipher._decipherKey).toBeInstanceOf(KeyObject);
	const sealed = createCipheriv('aes-128-gcm', protocol._cipher._encKey, iv).update('a packet');
	expect(createDecipheriv('aes-128-gcm', out, iv).update(sealed).toString()).toBe('a packet');
});

test('other ciphers, and other versions of ssh2, are left alone', () => {
	for (const client of [{}, {_protocol: {}}, {_protocol: {_cipher: {}, _decipher: {}}}])
		expect(() => quickenCiphers(client as unknown as Client)).not.toThrow();
});

test('the ssh2 that is installed keeps its keys where they are looked for', async () => {
	const sshd = await fakeSshd();
	onTestFinished(() => sshd.close());
	const login = {address: '127.0.0.1', port: sshd.port, user: 'ec2-user', key: keyFile('key.pem', newKey().parsed)};
	const check = hostKeyCheck({get: () => undefined, set() {}, onFirstUse() {}}, 'master-1');
	const client = await openClient(login, {timeout: 20_000, check, signal: new AbortController().signal});
	onTestFinished(() => void client.destroy());
	expect(client).toMatchObject({
		_protocol: {_cipher: {_encKey: expect.any(KeyObject)}, _decipher: {_decipherKey: expect.any(KeyObject)}},
	});
});
