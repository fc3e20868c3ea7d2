import {randomBytes} from 'node:crypto';
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {run} from './run.ts';

/** A file to put on a host before it boots. */
export type HostFile = {path: string; content: string; mode?: number};

/**
 * Gives a host under `root` what no other host has: address, names, machine id, ssh host keys.
 * @param publicKey what may log in as `user`
 */
export async function writeIdentity(root: string, address: string, publicKey: string, user: string): Promise<void> {
	// EC2 names a host after its private address; whatever people call it is not known to the host itself.
	const short = `ip-${address.replaceAll('.', '-')}`;
	const name = `${short}.eu-west-1.compute.internal`;
	await writeHostFiles(root, [
		{path: '/etc/hostname', content: `${name}\n`},
		{path: '/etc/hosts', content: `127.0.0.1 localhost\n::1 localhost\n${address} ${name} ${short}\n`},
		{path: '/etc/machine-id', content: `${randomBytes(16).toString('hex')}\n`},
		{
			path: '/etc/systemd/network/10-host0.network',
			content: `[Match]\nName=host0\n\n[Network]\nAddress=${address}/24\n`,
		},
		{path: `/home/${user}/.ssh/authorized_keys`, content: publicKey, mode: 0o600},
	]);
	await chmod(join(root, `home/${user}/.ssh`), 0o700);
	await run('chroot', [root, 'chown', '-R', `${user}:${user}`, `/home/${user}/.ssh`]);
	for (const type of ['ed25519', 'ecdsa']) {
		const file = join(root, `etc/ssh/ssh_host_${type}_key`);
		await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', file]);
	}
}

export async function writeHostFiles(root: string, files: readonly HostFile[]): Promise<void> {
	for (const {path, content, mode = 0o644} of files) {
		const file = join(root, path);
		await mkdir(dirname(file), {recursive: true});
		await writeFile(file, content);
		await chmod(file, mode);
	}
}

/** The lab's key.pem as EC2 hands them out: RSA, PKCS#1. @returns the public half */
export async function createKey(file: string): Promise<string> {
	await run('ssh-keygen', [
		'-q',
		'-m',
		'PEM',
		'-t',
		'rsa',
		'-b',
		'2048',
		'-N',
		'',
		'-C',
		'mesos-setup-lab',
		'-f',
		file,
	]);
	return readFile(`${file}.pub`, 'utf8');
}
