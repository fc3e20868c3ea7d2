import {execFileSync} from 'node:child_process';
import {generateKeyPairSync} from 'node:crypto';
import {mkdtempSync, writeFileSync} from 'node:fs';
import type {Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createEndpoint} from '../../lab/ec2/endpoint.ts';
import type {Faults} from '../../lab/ec2/faults.ts';
import {labWorld, type World} from '../../lab/ec2/world.ts';

export const hostNames: readonly string[] = ['master-1', 'master-2', 'master-3', 'slave-1', 'slave-2', 'slave-3'];

export type TestEndpoint = {
	/** What a process needs to find the endpoint, and nothing else of AWS on this computer. */
	env: Record<string, string>;
	world: World;
	/** PEM file of the key pair `lab`. */
	keyFile: string;
	/** Public host key of each host, a line. */
	hostKeys: Map<string, string>;
	/** Actions asked for so far, with the status they got. */
	asked: string[];
	faults(faults: Faults): Promise<void>;
	close(): void;
};

/** The lab's EC2 endpoint in this process, on the loopback, describing six hosts that are not there. */
export async function startEndpoint(): Promise<TestEndpoint> {
	const folder = mkdtempSync(join(tmpdir(), 'ec2-'));
	const keyFile = join(folder, 'key.pem');
	execFileSync('ssh-keygen', ['-q', '-m', 'PEM', '-t', 'rsa', '-b', '2048', '-N', '', '-C', 'lab', '-f', keyFile]);
	const publicKey = execFileSync('ssh-keygen', ['-y', '-f', keyFile], {encoding: 'utf8'});
	const hostKeys = new Map(hostNames.map(name => [name, hostKey()]));
	const world = labWorld({
		hosts: hostNames.map((name, index) => ({
			name,
			address: `198.18.0.${11 + index}`,
			hostKeys: () => [hostKeys.get(name) ?? ''],
		})),
		privateKey: execFileSync('cat', [keyFile], {encoding: 'utf8'}),
		publicKey,
	});
	const asked: string[] = [];
	const server = createEndpoint({world: () => world, log: line => asked.push(line)});
	const url = await listening(server);
	writeFileSync(join(folder, 'config'), '');
	writeFileSync(join(folder, 'credentials'), '');
	return {
		env: {
			AWS_ENDPOINT_URL: url,
			AWS_EC2_METADATA_DISABLED: 'true',
			AWS_CONFIG_FILE: join(folder, 'config'),
			AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
			AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
			AWS_SECRET_ACCESS_KEY: 'secret',
			AWS_SESSION_TOKEN: '',
			AWS_PROFILE: '',
			AWS_REGION: 'eu-west-1',
			AWS_DEFAULT_REGION: '',
			// Pauses between attempts are real time: two attempts show what four would.
			AWS_MAX_ATTEMPTS: '2',
		},
		world,
		keyFile,
		hostKeys,
		asked,
		async faults(faults) {
			await fetch(`${url}/lab/faults`, {method: 'PUT', body: JSON.stringify(faults)});
		},
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}

async function listening(server: Server): Promise<string> {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A line as in /etc/ssh/ssh_host_ed25519_key.pub. */
function hostKey(): string {
	const {x = ''} = generateKeyPairSync('ed25519').publicKey.export({format: 'jwk'});
	const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
	const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(Buffer.from(x, 'base64url'))]);
	return `ssh-ed25519 ${blob.toString('base64')} root@host`;
}
