import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {shellWord} from './shell-word.ts';

/** Where the runner keeps its things on a host. Only tests use others. */
export type RunnerPlaces = {
	run: string;
	state: string;
	/** Seconds between two looks at the heartbeat, and without a beat until its owner counts as gone. */
	tick: number;
	stale: number;
};

export const hostPlaces: RunnerPlaces = {run: '/run', state: '/var/lib/mesos-setup', tick: 10, stale: 60};

function template(name: string): string {
	// From source/ in a checkout and from dist/source/ in the package.
	let folder = import.meta.dirname;
	while (!existsSync(path.join(folder, 'templates', name))) folder = path.dirname(folder);
	const text = readFileSync(path.join(folder, 'templates', name), 'utf8');
	return text.replace(/^\t+/gm, '').replace(/^(#.*)?\n/gm, '');
}

let texts: {runner: string; control: string} | undefined;

function load(): {runner: string; control: string} {
	texts ??= {runner: template('runner.sh'), control: template('control.sh')};
	return texts;
}

/** The line that starts a runner in a shell waiting at the bootstrap. `eye`: live output has a channel of its own. */
export function runnerLine(nonce: string, places: RunnerPlaces, eye: boolean): string {
	const front = [
		`ms_nonce=${nonce}`,
		`N='\n'`,
		`ms_run=${shellWord(places.run)}`,
		`ms_state=${shellWord(places.state)}`,
		`ms_tick=${places.tick}`,
		`ms_stale=${places.stale}`,
		`ms_eye=${eye ? 1 : ''}`,
	].join('\n');
	return `${Buffer.from(`${front}\n${load().runner}`).toString('base64')}\n`;
}

/** The line that starts the control channel of the runner whose folder is `directory`. */
export function controlLine(nonce: string, directory: string): string {
	const front = `ms_nonce=${nonce}\nms_dir=${shellWord(directory)}`;
	return `${Buffer.from(`${front}\n${load().control}`).toString('base64')}\n`;
}

/** Waits for one line of base64 and becomes what it holds: nothing of it is seen in argv or the environment. */
export const bootstrap = 'read -r r; eval "$(echo "$r" | base64 -d)"';

/** What a raw terminal prints before the bootstrap, in the retry for hosts whose sudo wants one. */
export const rawMarker = 'mesos-setup-raw';

/**
 * The command for the exec channel. A terminal must be raw before the first byte is sent, or it cuts and echoes lines. The
 * shell gets a pipe all the same, which is enough for requiretty: from a terminal bash reads ahead into a buffer that it
 * forgets with the next `read` from a file. What copies the terminal into the pipe would wait on for ever, so it is ended.
 */
export function execCommand(privilege: 'root' | 'sudo', pty: boolean): string {
	const command = `${privilege === 'sudo' ? 'sudo -n ' : ''}sh -c '${bootstrap}'`;
	if (!pty) return `exec ${command}`;
	// `read` takes no more than its line from a pipe, here the number of the process that copies.
	const piped = `sh -c 'echo $$; exec cat' | { read -r p; ${command}; r=$?; kill "$p"; exit $r; }`;
	return `stty raw -echo; echo ${rawMarker}; exec sh -c ${shellWord(piped)}`;
}
