import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {z} from 'zod';
import type {Reach} from './reach.ts';
import {overStream} from './stream.ts';

// An import would ask node:http for all it exports, WebSocket included, and so load an HTTP client that nobody needs.
const {request} = process.getBuiltinModule('node:http');

/** Bytes; the agents of a cluster of hundreds fit many times over, a runaway answer does not. */
const largestAnswer = 16 * 1024 * 1024;

export type HttpQuestion = {
	method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** With its query, already encoded. */
	path: string;
	json?: unknown;
	/** Media type wanted; `application/json` when unset. */
	accept?: string;
};

export type HttpAnswer = {
	status: number;
	body: string;
	/** Host (name or address, no port) of the Location header. Redirects are never followed. */
	locationHost?: string | undefined;
};

/** One HTTP request on a stream of its own, 5 s at most. Any status is an answer; rejects only when none came. */
export function askHttp(reach: Reach, hostName: string, port: number, question: HttpQuestion): Promise<HttpAnswer> {
	return overStream(reach, hostName, port, stream => exchange(stream, `${hostName}:${port}`, question));
}

async function exchange(stream: Duplex, host: string, question: HttpQuestion): Promise<HttpAnswer> {
	const body = question.json === undefined ? undefined : JSON.stringify(question.json);
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		const outgoing = request({
			createConnection: () => stream,
			method: question.method ?? 'GET',
			path: question.path,
			headers: {
				host,
				accept: question.accept ?? 'application/json',
				...(body === undefined ? {} : {'content-type': 'application/json', 'content-length': Buffer.byteLength(body)}),
			},
		});
		outgoing.on('response', resolve);
		outgoing.on('error', reject);
		outgoing.end(body);
	});
	return {
		status: response.statusCode ?? 0,
		body: await readAll(response),
		locationHost: hostOf(response.headers.location),
	};
}

async function readAll(response: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > largestAnswer) throw new Error(`the answer is larger than ${largestAnswer / 1024 / 1024} MiB`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** Mesos redirects without a scheme: `//master-2:5050/master/state`. */
function hostOf(location: string | undefined): string | undefined {
	if (!location || !URL.canParse(location, 'http://relative')) return undefined;
	const {hostname} = new URL(location, 'http://relative');
	return hostname === 'relative' ? undefined : hostname;
}

/** The body as `schema` describes it. Throws with a reason when the status is not 200 or the body is something else. */
export function parseAnswer<T>(answer: HttpAnswer, schema: z.ZodType<T>): T {
	if (answer.status !== 200) throw new Error(statusReason(answer));
	let json: unknown;
	try {
		json = JSON.parse(answer.body);
	} catch {
		throw new Error('answered something that is not JSON');
	}
	const parsed = schema.safeParse(json);
	if (!parsed.success)
		throw new Error(`answered JSON of another shape (${z.prettifyError(parsed.error).split('\n')[0]})`);
	return parsed.data;
}

/** `answered 503, "No leader elected"`: the first line is quoted, for it usually holds the cause. */
export function statusReason(answer: HttpAnswer): string {
	const first = answer.body.trimStart().split('\n')[0]?.trim() ?? '';
	const quoted = first && !first.startsWith('<') ? `, "${first.slice(0, 200)}"` : '';
	const target = answer.locationHost ? `, redirects to ${answer.locationHost}` : '';
	return `answered ${answer.status}${quoted}${target}`;
}
