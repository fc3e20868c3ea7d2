import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';

/** Paths of PEM files: the lab's certificate authority. */
export type Authority = {certificate: string; key: string};

/** Makes the authority the hosts will trust for the registry. */
export async function createAuthority(folder: string): Promise<Authority> {
	const [key, certificate] = [join(folder, 'ca.key'), join(folder, 'ca.crt')];
	await execa('openssl', [
		...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', '/CN=mesos-setup lab'],
		...['-keyout', key, '-out', certificate],
	]);
	return {certificate, key};
}

/**
 * Issues a server certificate for an IP address; Docker checks the address against its subject alternative names.
 * @param authority paths of the authority's files
 * @returns paths of the certificate and its key below `folder`
 */
export async function issueCertificate(authority: Authority, address: string, folder: string): Promise<Authority> {
	const [key, request, certificate] = [
		join(folder, 'registry.key'),
		join(folder, 'registry.csr'),
		join(folder, 'registry.crt'),
	];
	const extensions = join(folder, 'registry.ext');
	await writeFile(extensions, `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth\n`);
	await execa('openssl', [
		...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${address}`],
		...['-keyout', key, '-out', request],
	]);
	await execa('openssl', [
		...['x509', '-req', '-in', request, '-days', '3650', '-extfile', extensions, '-out', certificate],
		...['-CA', authority.certificate, '-CAkey', authority.key, '-set_serial', `0x${Date.now().toString(16)}`],
	]);
	return {certificate, key};
}
