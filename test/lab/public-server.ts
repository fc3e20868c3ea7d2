import {createReadStream, readFileSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import {createServer, type RequestListener} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import {join} from 'node:path';

/**
 * Stands for the hosts of the internet that the catalog names: `node public-server.ts ADDRESS CERTIFICATE KEY WEB`, http and
 * https. A program of its own, because it runs in the lab's network namespace.
 */
const [address = '', certificate = '', key = '', web = ''] = process.argv.slice(2);

/** Where the mirror has what is asked for under these addresses. */
const places: [RegExp, (rest: string) => string][] = [
	[
		/^archive\.apache\.org\/dist\/zookeeper\/zookeeper-3\.9\.3\/apache-zookeeper-3\.9\.3-bin\.tar\.gz$/,
		() => 'archives/apache-zookeeper-3.8.0-bin.tar.gz',
	],
	[
		/^archive\.apache\.org\/dist\/zookeeper\/zookeeper-3\.9\.3\/apache-zookeeper-3\.9\.3-bin\.tar\.gz\.sha512$/,
		() => 'archives/apache-zookeeper-3.8.0-bin.tar.gz.sha512',
	],
	[/^rpm\.aventer\.biz\/AlmaLinux\/8\/x86_64\/([\w./+-]+)$/, rest => `mesos/${rest}`],
	[/^www\.aventer\.biz\/assets\/support_aventer\.asc$/, () => 'RPM-GPG-KEY-mesos'],
];

const answer: RequestListener = async (request, response) => {
	const asked = `${request.headers.host}${request.url}`;
	const found = places.flatMap(([pattern, file]) => {
		const match = pattern.exec(asked);
		return match ? [join(web, file(match[1] ?? ''))] : [];
	})[0];
	const size = found === undefined ? undefined : (await stat(found).catch(() => undefined))?.size;
	console.log(`${'encrypted' in request.socket ? 'https' : 'http'} ${asked} ${size === undefined ? 404 : 200}`);
	if (found === undefined || size === undefined) {
		response.writeHead(404).end();
		return;
	}
	response.writeHead(200, {'Content-Length': size});
	if (request.method === 'HEAD') response.end();
	else createReadStream(found).pipe(response);
};

createServer(answer).listen(80, address);
createTlsServer({cert: readFileSync(certificate), key: readFileSync(key)}, answer).listen(443, address);
