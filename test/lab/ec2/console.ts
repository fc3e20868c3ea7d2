// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {createHash} from 'node:crypto';
import {oneInstance} from './instances.ts';
import type {Query} from './query.ts';
import type {World} from './world.ts';
import type {Xml} from './xml.ts';

const bits: Record<string, number> = {'ssh-ed25519': 256, 'ecdsa-sha2-nistp256': 256, 'ssh-rsa': 3072};
const kinds: Record<string, string> = {'ssh-ed25519': 'ED25519', 'ecdsa-sha2-nistp256': 'ECDSA', 'ssh-rsa': 'RSA'};

/** What a booting Amazon Linux 2023 writes to its console at the end, with the host's real keys. */
export function consoleText(hostKeys: readonly string[]): string {
	const keys = hostKeys.map(line => line.trim().split(/\s+/) as [string, string, string?]);
	const rule = `ec2: ${'#'.repeat(61)}`;
	const fingerprints = keys.map(([type, blob, comment = 'no comment']) => {
		const sha256 = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '');
		return `ec2: ${bits[type]} SHA256:${sha256} ${comment} (${kinds[type]})`;
	});
	return [
		'[    0.000000] Linux version 6.1.153-175.280.amzn2023.x86_64 (mockbuild@ip-10-0-38-133)',
		'[  OK  ] Started sshd.service - OpenSSH server daemon.',
		"[   11.907512] cloud-init[1843]: Cloud-init v. 22.2.2 running 'modules:final'. Up 11.83 seconds.",
		'ci-info: no authorized SSH keys fingerprints found for user root.',
		rule,
		'ec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----',
		...fingerprints,
		'ec2: -----END SSH HOST KEY FINGERPRINTS-----',
		rule,
		'-----BEGIN SSH HOST KEY KEYS-----',
		...keys.map(key => key.join(' ')),
		'-----END SSH HOST KEY KEYS-----',
		'[   12.024114] cloud-init[1843]: Cloud-init v. 22.2.2 finished. Datasource DataSourceEc2.  Up 12.02 seconds',
		'',
	].join('\r\n');
}

export function getConsoleOutput(query: Query, world: World): {[name: string]: Xml} {
	const {id, hostKeys, launched} = oneInstance(query.required('InstanceId'), world);
	const keys = hostKeys();
	const output = keys.length > 0 ? Buffer.from(consoleText(keys)).toString('base64') : undefined;
	return {instanceId: id, timestamp: launched, output};
}
