import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {join, normalize} from 'node:path';

/**
 * Serves a folder over HTTP: `node static-server.ts FOLDER ADDRESS PORT`. A program of its own, because it runs in the
 * lab's network namespace and outlives the process that started it. One line per request goes to stdout.
 */
const [folder, address, port] = process.argv.slice(2);
if (!folder || !address || !port) throw new Error('usage: static-server.ts FOLDER ADDRESS PORT');

const server = createServer((request, response) => {
	serve(request, response).catch((error: Error) => {
		console.error(`${request.url}: ${error.message}`);
		if (response.headersSent) response.destroy();
		else response.writeHead(500).end();
	});
});
server.listen(Number(port), address, () => console.log(`listening on ${address}:${port}`));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname));
	const file = join(folder ?? '', path);
	const found = await stat(file).catch(() => undefined);
	if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405);
	if (!found?.isFile()) return answer(404);
	response.setHeader('Last-Modified', found.mtime.toUTCString());
	response.setHeader('Accept-Ranges', 'bytes');
	response.setHeader('Content-Type', contentType(file));
	const since = request.headers['if-modified-since'];
	if (since && Math.floor(found.mtimeMs / 1000) * 1000 <= Date.parse(since)) return answer(304);
	const range = readRange(request.headers.range, found.size);
	if (range === 'unsatisfiable') {
		response.setHeader('Content-Range', `bytes */${found.size}`);
		return answer(416);
	}
	const {start, end} = range ?? {start: 0, end: found.size - 1};
	if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${found.size}`);
	response.setHeader('Content-Length', end - start + 1);
	response.writeHead(range ? 206 : 200);
	console.log(`${request.method} ${path} ${range ? 206 : 200} ${request.socket.remoteAddress}`);
	if (request.method === 'HEAD' || found.size === 0) {
		response.end();
		return;
	}
	const stream = createReadStream(file, {start, end});
	stream.on('error', error => response.destroy(error));
	stream.pipe(response);

	function answer(status: number): void {
		console.log(`${request.method} ${path} ${status} ${request.socket.remoteAddress}`);
		response.writeHead(status).end();
	}
}

function readRange(
	header: string | undefined,
	size: number,
): {start: number; end: number} | 'unsatisfiable' | undefined {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
	// Several ranges at once, as dnf's zchunk may ask, are answered with the whole file: allowed, and enough here.
	if (!match || (match[1] === '' && match[2] === '')) return undefined;
	const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
	const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
	return start > end || start >= size ? 'unsatisfiable' : {start, end};
}

function contentType(file: string): string {
	if (file.endsWith('.rpm')) return 'application/x-rpm';
	if (file.endsWith('.gz')) return 'application/x-gzip';
	if (file.endsWith('.xml')) return 'text/xml';
	return 'application/octet-stream';
}
