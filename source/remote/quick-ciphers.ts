import {createSecretKey, type KeyObject} from 'node:crypto';
import type {Client} from 'ssh2';

type Key = Buffer | KeyObject | undefined;
type Internals = {_protocol?: {_cipher?: {_encKey?: Key}; _decipher?: {_decipherKey?: Key}}};

const asObject = (key: Key) => (Buffer.isBuffer(key) ? createSecretKey(key) : key);

/**
 * ssh2 makes a new AES-GCM cipher for every packet and gives Node its key as bytes; Node takes five times as long for bytes
 * as for an object, most of what a packet costs. To be called after every handshake, which brings new keys.
 */
export function quickenCiphers(client: Client): void {
	const {_cipher, _decipher} = (client as unknown as Internals)._protocol ?? {};
	if (_cipher?._encKey) _cipher._encKey = asObject(_cipher._encKey);
	if (_decipher?._decipherKey) _decipher._decipherKey = asObject(_decipher._decipherKey);
}
