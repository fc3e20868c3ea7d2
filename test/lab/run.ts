import {execa} from 'execa';

/** Runs a command of this machine that dies with this process: an `up` that is killed must leave nothing at work. */
export async function run(file: string, args: readonly string[], options: {input?: string} = {}): Promise<string> {
	return (await execa('setpriv', ['--pdeathsig', 'KILL', file, ...args], options)).stdout;
}
