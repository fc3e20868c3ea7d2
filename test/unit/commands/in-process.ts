import {EventEmitter} from 'node:events';
import {createServer} from 'node:net';
import {main} from '../../../source/commands/program.ts';
import {fakeStreams} from './streams.ts';

export type CliRun = {exitCode: number; out: string; err: string};

/** Runs the program as its own process would, without a terminal, its store in `home`. */
export async function runCli(home: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<CliRun> {
	const {stdout, stderr, out, err} = fakeStreams();
	const host = Object.assign(new EventEmitter(), {
		argv: ['node', 'mesos-setup', ...args],
		env: {...env, MESOS_SETUP_HOME: home},
		versions: process.versions,
		platform: process.platform,
		arch: process.arch,
		stdin: {isTTY: false},
		stdout,
		stderr,
		exit: (code: number) => {
			throw new Error(`exit ${code}`);
		},
	});
	const exitCode = await main(args, host as unknown as NodeJS.Process);
	return {exitCode, out: out(), err: err()};
}

/** A port on every loopback address that counts who comes and hangs up on them. */
export async function countingPort(): Promise<{port: number; visits(): number; close(): Promise<void>}> {
	let visits = 0;
	const server = createServer(socket => {
		visits++;
		socket.destroy();
	});
	await new Promise<void>(resolve => server.listen(0, '0.0.0.0', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return {
		port: address.port,
		visits: () => visits,
		close: () => new Promise(resolve => server.close(() => resolve())),
	};
}
