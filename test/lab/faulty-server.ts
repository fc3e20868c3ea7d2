import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import {join, normalize} from 'node:path';

/**
 * Serves a folder over HTTP the way a dying mirror does: `node faulty-server.ts FOLDER ADDRESS PORT`. Of what lies below
 * `/cut/` and is no metadata it never sends more than the first half, whole as it announces it.
 */
const [folder, address, port] = process.argv.slice(2);
if (!folder || !address || !port) throw new Error('usage: faulty-server.ts FOLDER ADDRESS PORT');

createServer(async (request, response) => {
	const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname));
	const file = join(folder, path.replace(/^\/cut\//, '/'));
	const found = await stat(file).catch(() => undefined);
	if (!found?.isFile()) {
		response.writeHead(404).end();
		return;
	}
	const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
	response.writeHead(start > 0 ? 206 : 200, {
		'Content-Length': found.size - start,
		...(start > 0 && {'Content-Range': `bytes ${start}-${found.size - 1}/${found.size}`}),
	});
	const cut = path.startsWith('/cut/') && !path.includes('/repodata/');
	const end = (cut ? Math.floor(found.size / 2) : found.size) - 1;
	if (cut && start > end) {
		response.flushHeaders();
		response.destroy();
		return;
	}
	const stream = createReadStream(file, {start, end});
	stream.pipe(response, {end: !cut});
	if (cut) stream.on('end', () => setTimeout(() => response.destroy(), 50));
}).listen(Number(port), address);
