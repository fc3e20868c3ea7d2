#!/usr/bin/env node
// Old versions of Node must get as far as the sentence below, so nothing newer than they know may stand in this file.
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

function isSupported(version: string): boolean {
	const parts = version.split('.').map(Number);
	const major = parts[0] || 0;
	return major > 22 || (major === 22 && (parts[1] || 0) >= 13);
}

/** Leaves once everything written has reached the pipe behind stdout. */
function leave(exitCode: number): void {
	process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

/**
 * Node keeps what it compiled for the next start, which is a fifth quicker for it. In the user's own folder: in the common
 * temporary one, which is Node's choice, another user could have put code there.
 */
function keepCompiled(): void {
	const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
	module.enableCompileCache(path.join(cache, 'mesos-setup', 'compiled'));
}

// React reads it once, when it is loaded; its development build takes twice the time for a frame.
process.env.NODE_ENV = process.env.NODE_ENV || 'production';

const args = process.argv.slice(2);
if (!isSupported(process.versions.node)) {
	console.error(`mesos-setup needs Node 22.13 or newer; this is Node ${process.versions.node}.`);
	process.exitCode = 2;
} else if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
	import('./cluster/package-file.ts').then(({version}) => console.log(version));
} else {
	keepCompiled();
	import('./commands/program.ts')
		.then(({main}) => main(args, process))
		.then(leave)
		.catch((error: unknown) => {
			console.error(`mesos-setup could not start: ${error instanceof Error ? error.message : error}`);
			leave(1);
		});
}
