import {randomBytes} from 'node:crypto';
import {Duplex} from 'node:stream';
import type {Client, ClientChannel} from 'ssh2';
import {SetupError} from '../cluster/setup-error.ts';

/** ssh's reason code for a channel that may not be opened (RFC 4254, 5.1). */
export const prohibited = 1;

/**
 * A connection from the host to `address:port` through its ssh connection; where its sshd forbids forwarding, through a
 * shell on the host. Rejects with a SetupError when the port does not accept.
 */
export function forward(client: Client, host: string, address: string, port: number): Promise<Duplex> {
	return new Promise((resolve, reject) => {
		try {
			client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
				if (!error) resolve(channel.on('error', () => {}));
				else if ('reason' in error && error.reason === prohibited) resolve(forwardByShell(client, host, address, port));
				else reject(closed(host, address, port, error));
			});
		} catch (error) {
			reject(closed(host, address, port, error));
		}
	});
}

function closed(host: string, address: string, port: number, error?: unknown): SetupError {
	const why = error instanceof Error ? ` (${error.message})` : '';
	return new SetupError({
		cause: `Port ${port} of ${address} does not accept connections from the host${why}.`,
		fix: 'Check that the service runs there and that nothing between the hosts blocks the port.',
		host,
		exitCode: 1,
		error,
	});
}

// On one line: csh knows no quotes over several. A peer that has closed ends the second cat; ours that has closed gets 30 s for the last answer.
function tunnelScript(nonce: string, address: string, port: number): string {
	return [
		`exec 3<>/dev/tcp/${address}/${port} || exit 7`,
		`echo; echo ${nonce}`,
		'exec 4<&0',
		'{ cat <&4 >&3; sleep 30; kill $$; } 2>/dev/null & cat <&3',
		'kill "$!"',
	].join('; ');
}

function forwardByShell(client: Client, host: string, address: string, port: number): Promise<Duplex> {
	if (!/^[\w.:-]+$/.test(address)) return Promise.reject(closed(host, address, port));
	const nonce = randomBytes(8).toString('hex');
	return new Promise((resolve, reject) => {
		client.exec(`exec bash -c '${tunnelScript(nonce, address, port)}'`, (error, channel) => {
			if (error) {
				reject(closed(host, address, port, error));
				return;
			}
			channel.stderr.resume();
			channel.on('error', () => {});
			let noise = Buffer.alloc(0);
			const marker = Buffer.from(`\n${nonce}\n`);
			const hear = (chunk: Buffer) => {
				noise = Buffer.concat([noise, chunk]);
				const at = noise.indexOf(marker);
				if (at === -1) {
					noise = noise.subarray(-65_536);
					return;
				}
				channel.off('data', hear);
				resolve(tunnel(channel, noise.subarray(at + marker.length)));
			};
			channel.on('data', hear);
			channel.once('close', () => reject(closed(host, address, port)));
		});
	});
}

/** The stream behind the marker; `first` came in the marker's own chunk. */
function tunnel(channel: ClientChannel, first: Buffer): Duplex {
	const stream = new Duplex({
		read: () => channel.resume(),
		write: (chunk: Buffer, _, done) => {
			if (channel.write(chunk)) done();
			else channel.once('drain', done);
		},
		final: done => {
			channel.end();
			done();
		},
		destroy: (error, done) => {
			channel.destroy();
			done(error);
		},
	});
	if (first.length > 0) stream.push(first);
	channel.on('data', (chunk: Buffer) => {
		if (!stream.push(chunk)) channel.pause();
	});
	channel.once('close', () => stream.push(null));
	return stream;
}
