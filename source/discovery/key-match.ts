import {createHash, createPrivateKey, createPublicKey, type KeyObject} from 'node:crypto';
import type {KeyPair} from './ec2.ts';

/** What of a private key is needed here; ssh2's ParsedKey, as readPrivateKey gives it in `parsed`. */
export type LocalKey = {getPublicSSH(): Buffer; getPrivatePEM(): string};

/**
 * `same` and `different` are certain, `doubtful` is a fingerprint that differs (some EC2 look-alikes compute it wrongly, and
 * so do some imports): a warning, not a reason to refuse. `unknown`: EC2 told nothing to compare with.
 */
export type KeyMatch = {
	verdict: 'same' | 'different' | 'doubtful' | 'unknown';
	/** A whole sentence. */
	detail: string;
};

/** Compares a private key with the pair the instances were started with, by its public key where EC2 gives it. */
export function matchKey(key: LocalKey, pair: KeyPair): KeyMatch {
	const name = pair.name === '' ? 'the key pair' : `the key pair ${pair.name}`;
	const theirs = publicBlob(pair.public_key);
	if (theirs) {
		return theirs.equals(key.getPublicSSH())
			? {verdict: 'same', detail: `This is ${name}.`}
			: {verdict: 'different', detail: `This key is not ${name}: the public keys differ.`};
	}
	if (!pair.fingerprint) return {verdict: 'unknown', detail: `EC2 does not tell the public key of ${name}.`};
	return fingerprintsOf(key).includes(normal(pair.fingerprint))
		? {verdict: 'same', detail: `This is ${name}, by its fingerprint.`}
		: {
				verdict: 'doubtful',
				detail: `This key is probably not ${name}: the fingerprint EC2 shows for it (${pair.fingerprint}) is another.`,
			};
}

/** The second word of `ssh-rsa AAAA... comment`, which is what OpenSSH compares too. */
function publicBlob(line: string | undefined): Buffer | undefined {
	const [type = '', blob = ''] = (line ?? '').trim().split(/\s+/);
	const bytes = Buffer.from(blob, 'base64');
	return bytes.length > 0 && bytes.includes(type) ? bytes : undefined;
}

/**
 * The fingerprints EC2 may show for a key: of one it created the SHA-1 of the private key, of an imported one the MD5 of the
 * public key (both RSA, as DER), of ed25519 the SHA-256 that OpenSSH shows too.
 */
function fingerprintsOf(key: LocalKey): string[] {
	const sha256 = createHash('sha256').update(key.getPublicSSH()).digest('base64');
	return [normal(sha256), ...rsaFingerprints(key)];
}

function rsaFingerprints(key: LocalKey): string[] {
	let secret: KeyObject;
	try {
		secret = createPrivateKey(key.getPrivatePEM());
	} catch {
		// An ed25519 key in OpenSSH's own form is no PEM that Node reads; it has no such fingerprints either.
		return [];
	}
	if (secret.asymmetricKeyType !== 'rsa') return [];
	const created = createHash('sha1').update(secret.export({type: 'pkcs8', format: 'der'}));
	const imported = createHash('md5').update(createPublicKey(secret).export({type: 'spki', format: 'der'}));
	return [created.digest('hex'), imported.digest('hex')];
}

/** `AB:CD:…`, `MD5:ab:cd:…`, `SHA256:…=` and their plain forms as one. */
function normal(fingerprint: string): string {
	const text = fingerprint.trim().replace(/^(MD5|SHA1|SHA256):/i, '');
	const hex = text.replaceAll(':', '');
	return /^([0-9a-f]{32}|[0-9a-f]{40})$/i.test(hex) ? hex.toLowerCase() : text.replace(/=+$/, '');
}
