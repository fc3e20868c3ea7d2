import {createServer as createHttpServer, type RequestListener} from 'node:http';
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net';
import type {Reach} from '../../../source/health/reach.ts';
import {type Canned, recordedSrvr, type ZookeeperState} from './recordings.ts';

export type Question = {method: string; path: string; query: URLSearchParams; json: unknown};
export type Routes = Record<string, Canned | ((question: Question) => Canned)>;

/**
 * Hosts whose ports are servers on loopback. Reaching a port that nobody serves is refused, as sshd does it.
 * Routes are named `GET /path`, or `POST /api/v1 GET_HEALTH` for Mesos's calls; `METHOD /folder/*` takes all below it.
 */
export class FakeHosts {
	readonly #servers = new Map<string, {server: Server; sockets: Set<Socket>}>();
	/** `host:port METHOD /path` of all HTTP requests, in order. */
	readonly requests: string[] = [];
	/** `host:port` of every stream that was opened. */
	readonly opened: string[] = [];

	readonly reach: Reach = (hostName, port) => {
		this.opened.push(`${hostName}:${port}`);
		const served = this.#servers.get(`${hostName}:${port}`);
		if (!served) return Promise.reject(new Error('(SSH) Channel open failure: Connection refused'));
		return new Promise((resolve, reject) => {
			const socket = connect((served.server.address() as AddressInfo).port, '127.0.0.1');
			socket.once('connect', () => resolve(socket));
			socket.once('error', reject);
		});
	};

	async http(host: string, port: number, routes: Routes): Promise<void> {
		await this.#serve(host, port, createHttpServer(this.#answer(`${host}:${port}`, routes)));
	}

	async zookeeper(host: string, state: ZookeeperState): Promise<void> {
		const words: Record<string, string> = {srvr: recordedSrvr(state), ruok: 'imok'};
		const server = createServer(socket => {
			socket.on('error', () => {});
			socket.once('data', word => socket.end(words[word.toString()] ?? 'not in the whitelist'));
		});
		await this.#serve(host, 2181, server);
	}

	/** Takes connections and never says a word, like a stopped process. */
	async mute(host: string, port: number): Promise<void> {
		await this.#serve(
			host,
			port,
			createServer(socket => void socket.on('error', () => {})),
		);
	}

	/** `host:port` of all that have a stream open at this moment. */
	busy(): string[] {
		return [...this.#servers].filter(([, {sockets}]) => sockets.size > 0).map(([key]) => key);
	}

	stop(host: string, port: number): void {
		const served = this.#servers.get(`${host}:${port}`);
		this.#servers.delete(`${host}:${port}`);
		served?.server.close();
		for (const socket of served?.sockets ?? []) socket.destroy();
	}

	close(): void {
		for (const key of this.#servers.keys()) {
			const [host = '', port] = key.split(':');
			this.stop(host, Number(port));
		}
	}

	async #serve(host: string, port: number, server: Server): Promise<void> {
		this.stop(host, port);
		const sockets = new Set<Socket>();
		server.on('connection', socket => {
			sockets.add(socket);
			socket.on('close', () => sockets.delete(socket));
		});
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		this.#servers.set(`${host}:${port}`, {server, sockets});
	}

	#answer(key: string, routes: Routes): RequestListener {
		return async (request, response) => {
			let text = '';
			for await (const chunk of request) text += chunk;
			const url = new URL(request.url ?? '/', 'http://fake');
			const json: unknown = text ? JSON.parse(text) : undefined;
			const method = request.method ?? '';
			const type = typeof json === 'object' && json && 'type' in json ? ` ${json.type}` : '';
			this.requests.push(`${key} ${method} ${url.pathname}`);
			const folder = url.pathname.slice(0, url.pathname.lastIndexOf('/'));
			const route = routes[`${method} ${url.pathname}${type}`] ??
				routes[`${method} ${url.pathname}`] ??
				routes[`${method} ${folder}/*`] ?? {status: 404};
			const question = {method, path: url.pathname, query: url.searchParams, json};
			const answer = typeof route === 'function' ? route(question) : route;
			response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
		};
	}
}
