import {createCipheriv, createDecipheriv, KeyObject, randomBytes} from 'node:crypto';
import type {Client} from 'ssh2';
import {expect, test} from 'vitest';
import {quickenCiphers} from '../../../source/remote/quick-ciphers.ts';

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
