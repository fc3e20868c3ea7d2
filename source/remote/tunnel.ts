import {type AddressInfo, connect, createServer} from 'node:net';
import type {Duplex} from 'node:stream';
import {pipeline} from 'node:stream';

/** Whether something answers on a TCP port from this computer; `timeout` in ms. */
export async function canReach(host: string, port: number, timeout = 1500): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connect({host, port, timeout});
		const end = (reached: boolean) => {
			socket.destroy();
			resolve(reached);
		};
		socket.once('connect', () => end(true));
		socket.once('timeout', () => end(false));
		socket.once('error', () => end(false));
	});
}

export type Tunnel = {port: number; close(): void};

/**
 * A port of this computer, for this computer only, that leads wherever `forward` leads. A connection that cannot be made
 * ends the browser's, nothing else.
 */
export async function openTunnel(forward: () => Promise<Duplex>): Promise<Tunnel> {
	const server = createServer(socket => {
		socket.on('error', () => {});
		forward().then(
			stream => {
				pipeline(socket, stream, () => {});
				pipeline(stream, socket, () => {});
			},
			() => socket.destroy(),
		);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	return {
		port: (server.address() as AddressInfo).port,
		close: () => server.close(),
	};
}
