import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import consumers from 'node:stream/consumers';
import {onTestFinished} from 'vitest';

export type Run = {status: number | null; stdout: string; stderr: string};

/** The shells hosts have as /bin/sh; dash and bash are on every machine that runs these tests, busybox where installed. */
export const shells = [['dash'], ['bash'], ['busybox', 'ash']].filter(([program = '', ...rest]) => {
	return spawnSync(program, [...rest, '-c', ':']).status === 0;
});

/** busybox prefers its own applets to what is on PATH, so a program it has itself cannot be played there. */
export const shellsWithPath = shells.filter(([program]) => program !== 'busybox');

const gid = spawnSync('id', ['-gn'], {encoding: 'utf8'}).stdout.trim();

/** Ownership that the user who runs the tests can give. */
export const mine = {owner: userInfo().username, group: gid};

/** A folder of its own with a PATH in front of the real one, gone after the test. */
export class Sandbox {
	readonly folder = mkdtempSync(join(tmpdir(), 'mesos-setup-steps-'));
	readonly bin = join(this.folder, 'bin');
	#count = 0;

	constructor() {
		mkdirSync(this.bin);
		onTestFinished(() => rmSync(this.folder, {recursive: true, force: true}));
	}

	path(name: string): string {
		return join(this.folder, name);
	}

	/** A program of this name; its body is sh and finds the sandbox's folder in $SANDBOX. */
	program(name: string, body: string): void {
		writeFileSync(join(this.bin, name), `#!/bin/sh\n${body}\n`);
		chmodSync(join(this.bin, name), 0o755);
	}

	/** Evaluates a check (or show, or state) as the runner does: in the shell itself, under -u. */
	check(shell: string[], text: string): Run {
		return this.#run(shell, ['-u'], `eval "$(cat <<'--- end ---'\n${text}\n--- end ---\n)"`);
	}

	apply(shell: string[], text: string): Run {
		return this.#run(shell, ['-eu'], text);
	}

	/** The same without blocking this process, for scripts that talk to a server in it. */
	async applyAsync(shell: string[], text: string): Promise<Run> {
		const {program, options, env} = this.#command(shell, ['-eu'], text);
		const child = spawn(program, options, {env, stdio: ['ignore', 'pipe', 'pipe']});
		const [stdout, stderr, [status]] = await Promise.all([
			consumers.text(child.stdout),
			consumers.text(child.stderr),
			once(child, 'close') as Promise<[number | null]>,
		]);
		return {status, stdout, stderr};
	}

	#run(shell: string[], flags: string[], text: string): Run {
		const {program, options, env} = this.#command(shell, flags, text);
		return spawnSync(program, options, {encoding: 'utf8', input: '', maxBuffer: 64 * 1024 * 1024, env});
	}

	#command([program = 'sh', ...rest]: string[], flags: string[], text: string) {
		const script = this.path(`script-${this.#count++}`);
		writeFileSync(script, text);
		const env = {...process.env, PATH: `${this.bin}:${process.env.PATH}`, SANDBOX: this.folder};
		return {program, options: [...rest, ...flags, script], env};
	}
}

/** The two texts of a show, undefined where it says that nothing is there. */
export function shown(run: Run): (string | undefined)[] {
	const lines = run.stdout.split('\n');
	return lines.slice(0, 2).map(line => (line === '' ? undefined : Buffer.from(line, 'base64').toString()));
}
