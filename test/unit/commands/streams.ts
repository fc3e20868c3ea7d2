import {Writable} from 'node:stream';
import type {Streams} from '../../../source/commands/options.ts';

/** Streams that keep what is written; no terminal. */
export function fakeStreams(): Pick<Streams, 'stdout' | 'stderr'> & {out(): string; err(): string} {
	const texts = {out: '', err: ''};
	const keep = (key: 'out' | 'err') =>
		new Writable({
			write(chunk, _, done) {
				texts[key] += chunk;
				done();
			},
		}) as unknown as NodeJS.WriteStream;
	return {stdout: keep('out'), stderr: keep('err'), out: () => texts.out, err: () => texts.err};
}
