import type {ChildProcess} from 'node:child_process';
import type {Readable, Writable} from 'node:stream';
import type {ClientChannel} from 'ssh2';

/** A running command with its three streams; what the runner's protocol travels over. */
export type Pipe = {
	stdin: Writable;
	stdout: Readable;
	stderr: Readable;
	/** Its exit code; undefined when the connection went away or a signal ended it. Never rejects. */
	closed: Promise<number | undefined>;
	destroy(): void;
};

// A dead connection is told by `closed`; an unheard error event would end the process.
function hush(...streams: (Readable | Writable)[]): void {
	for (const stream of streams) stream.on('error', () => {});
}

export function channelPipe(channel: ClientChannel): Pipe {
	hush(channel, channel.stderr);
	return {
		stdin: channel,
		stdout: channel,
		stderr: channel.stderr,
		closed: new Promise(resolve => {
			channel.once('close', (code: unknown) => resolve(typeof code === 'number' ? code : undefined));
		}),
		destroy: () => channel.destroy(),
	};
}

export function childPipe(child: ChildProcess): Pipe {
	const {stdin, stdout, stderr} = child;
	if (!stdin || !stdout || !stderr) throw new TypeError('The child needs three pipes.');
	hush(stdin, stdout, stderr);
	return {
		stdin,
		stdout,
		stderr,
		closed: new Promise(resolve => {
			child.once('close', code => resolve(code ?? undefined));
		}),
		destroy: () => child.kill('SIGKILL'),
	};
}

// The longest honest line is an answer with 1 MiB in base64 twice.
const longestLine = 4 * 1024 * 1024;

/**
 * Calls `onLine` for every complete line of a stream; a line beyond 4 MiB ends in `onOverflow`, nothing is read after it.
 * Returns what stands in the unfinished line.
 */
export function readLines(stream: Readable, onLine: (line: string) => void, onOverflow: () => void): () => string {
	let parts: Buffer[] = [];
	let size = 0;
	let over = false;
	stream.on('data', (chunk: Buffer) => {
		let from = 0;
		while (!over) {
			const end = chunk.indexOf(10, from);
			const part = chunk.subarray(from, end === -1 ? undefined : end);
			size += part.length;
			if (size > longestLine) {
				over = true;
				onOverflow();
				return;
			}
			parts.push(part);
			if (end === -1) return;
			const line = Buffer.concat(parts).toString('utf8');
			parts = [];
			size = 0;
			from = end + 1;
			onLine(line);
		}
	});
	return () => Buffer.concat(parts).toString('utf8');
}
