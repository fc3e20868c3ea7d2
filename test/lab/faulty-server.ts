import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import {join, normalize} from 'node:path';

/**
 * Serves a folder over HTTP the way broken mirrors do: `node faulty-server.ts FOLDER ADDRESS PORT`. `/cut/NAME` announces the
 * whole file and hangs up after half of what is left of it; any other path is answered properly.
 */
const [folder, address, port] = process.argv.slice(2);
if (!folder || !address || !port) throw new Error('usage: faulty-server.ts FOLDER ADDRESS PORT');

createServer(async (request, response) => {
	const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname));
	const file = join(folder, path.replace(/^\/cut\//, '/'));
	const size = await stat(file).then(
		found => found.size,
		() => undefined,
	);
	if (size === undefined) {
		response.writeHead(404).end();
		return;
	}
	const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
	response.writeHead(start > 0 ? 206 : 200, {
		'Content-Length': size - start,
		...(start > 0 && {'Content-Range': `bytes ${start}-${size - 1}/${size}`}),
	});
	const stream = createReadStream(file, {
		start,
		end: path.startsWith('/cut/') ? start + Math.floor((size - start) / 2) : size - 1,
	});
	stream.pipe(response, {end: false});
	stream.on('end', () => (path.startsWith('/cut/') ? response.destroy() : response.end()));
}).listen(Number(port), address);
