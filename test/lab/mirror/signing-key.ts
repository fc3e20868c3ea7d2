import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';

/** A made-up publisher: signs packages and lists while the artifacts are built; its secret key is thrown away afterwards. */
export type SigningKey = {
	/** ASCII-armoured public key. */
	publicKey: string;
	/** Signs RPM files in place. */
	sign: (files: readonly string[]) => Promise<void>;
	/** Writes `text` with its signature around it to a file, as apt reads it. */
	clearsign: (text: string, file: string) => Promise<void>;
	dispose: () => Promise<void>;
};

/** @param owner the user id of the key, e.g. `Amazon Linux (lab) <lab@example.invalid>` */
export async function createSigningKey(owner: string): Promise<SigningKey> {
	// gpg-agent's socket lives in its home and a socket path may have 107 characters at the most.
	const home = await mkdtemp(join(tmpdir(), 'lab-key-'));
	const env = {GNUPGHOME: home, GPG_TTY: ''};
	const gpg = ['--batch', '--pinentry-mode', 'loopback', '--passphrase', ''];
	await execa('gpg', [...gpg, '--quick-gen-key', owner, 'rsa3072', 'sign', 'never'], {env});
	const {stdout: publicKey} = await execa('gpg', ['--armor', '--export', owner], {env});
	return {
		publicKey: `${publicKey}\n`,
		async sign(files) {
			await execa(
				'rpmsign',
				['--define', '__gpg /usr/bin/gpg', '--define', `_gpg_name ${owner}`, '--addsign', ...files],
				{env},
			);
		},
		async clearsign(text, file) {
			await execa('gpg', [...gpg, '--local-user', owner, '--output', file, '--clearsign'], {env, input: text});
		},
		async dispose() {
			await execa('gpgconf', ['--kill', 'gpg-agent'], {env, reject: false});
			await rm(home, {recursive: true, force: true});
		},
	};
}
