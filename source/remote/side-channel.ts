import {randomBytes} from 'node:crypto';
import type {Pipe} from './pipe.ts';
import {StartError} from './start-runner.ts';

/** What a login may print before the script; beyond it something else is wrong. */
const noiseLimit = 65_536;

/**
 * Has the shell that waits at the bootstrap run `script`, and resolves once it runs: what the login printed before is gone from
 * `stdout`, and `stdin` is the script's. Rejects with a StartError.
 */
export function sideChannel(pipe: Pipe, script: string): Promise<Pipe> {
	const marker = Buffer.from(`\n${randomBytes(8).toString('hex')}\n`);
	const text = `printf '\\n%s\\n' ${marker.toString().trim()}\n${script}`;
	return new Promise((resolve, reject) => {
		let noise = Buffer.alloc(0);
		let complaint = '';
		const complain = (chunk: Buffer) => {
			complaint = `${complaint}${chunk.toString('utf8')}`.slice(-2000);
		};
		const hear = () => {
			for (let chunk: Buffer | null = pipe.stdout.read(); chunk; chunk = pipe.stdout.read()) {
				noise = Buffer.concat([noise, chunk]);
				const at = noise.indexOf(marker);
				if (at === -1) {
					noise = noise.subarray(-noiseLimit);
					continue;
				}
				pipe.stdout.off('readable', hear);
				pipe.stderr.off('data', complain);
				pipe.stdout.unshift(noise.subarray(at + marker.length));
				resolve(pipe);
				return;
			}
		};
		pipe.stdout.on('readable', hear);
		pipe.stderr.on('data', complain);
		void pipe.closed.then(() => reject(new StartError('closed', complaint.trim())));
		pipe.stdin.write(`${Buffer.from(text).toString('base64')}\n`);
	});
}
