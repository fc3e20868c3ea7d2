// A fault inside the wizard, in a real tty: a shell starts the built program, in which one function throws.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {productArgv} from '../../lab/product.ts';
import {type Simulation, startSimulation} from '../../simulation/demo.ts';
import {openTerminal, type Terminal} from '../panels/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'crash-'));
let simulation: Simulation;
let terminal: Terminal;

beforeAll(async () => {
	simulation = await startSimulation(folder, 0.01);
});
afterEach(() => terminal?.close());
afterAll(async () => {
	await simulation.close();
	rmSync(folder, {recursive: true});
});

/** A shell, which knows how its terminal was set, and from it the wizard with that function broken. */
async function start(broken: string, ...flags: string[]): Promise<void> {
	const env = {...simulation.env, HOME: folder, PS1: 'READY> ', BREAK: broken};
	terminal = openTerminal(['bash', '--norc', '--noprofile', '-i'], {columns: 100, rows: 30, env, patience: 60_000});
	await terminal.until(/READY> /);
	const [node = '', ...program] = productArgv('--defaults', simulation.defaults, ...flags);
	const argv = [node, '--import', join(import.meta.dirname, 'break.ts'), ...program];
	terminal.send(`clear; B=$(stty -g); ${argv.join(' ')}; C=$?; echo "it ended"\r`);
}

/** The terminal as it was, one sentence in it, the rest in the log. */
async function toldInOneSentence(): Promise<void> {
	await terminal.until(/^it ended/m);
	const said = terminal
		.scrollback()
		.split('\n')
		.map(line => line.trimEnd())
		.join('\n');
	expect(said).toMatch(/✖ error {2}mesos-setup met something it does not know how to handle: on purpose\. /);
	expect(said.match(/on purpose/g)).toHaveLength(1);
	expect(said).not.toMatch(/^\s+at |Error:|node:/m);
	const log = /Log: (\S+(?:\n\S+)?)$/m.exec(said)?.[1]?.replace('\n', '') ?? '';
	expect(readFileSync(log, 'utf8')).toMatch(/Error: on purpose\n\s+at /);
	terminal.send('clear; [ "$B" = "$(stty -g)" ] && echo "code=$C, stty is the"" same"\r');
	await terminal.until(/code=1, stty is the same/);
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorVisible()).toBe(true);
}

const toTheFile = async () => {
	await terminal.until(/Where are the hosts/);
	terminal.send('\u001b[B\u001b[B\r');
};

test('in what draws a screen', async () => {
	await start('wizard/views/questions.js fileView');
	await toTheFile();
	await toldInOneSentence();
});

test('in what a key does', async () => {
	await start('wizard/screens/file.js pressFile');
	await toTheFile();
	await terminal.until(/Where is the cluster file\?/);
	terminal.send('x');
	await toldInOneSentence();
});

test('in what nobody waits for', async () => {
	await start('wizard/problem.js problemsOf');
	await toTheFile();
	await terminal.until(/Where is the cluster file\?/);
	terminal.send('\u0015nothing.yaml\r');
	await toldInOneSentence();
});

test('in the panels, while hosts are worked on', async () => {
	await start('panels/layout.js layoutOf');
	for (const screen of [
		/Where are the hosts/,
		/chosen of/,
		/Who is master/,
		/Which private key/,
		/Are these settings/,
	]) {
		await terminal.until(screen);
		terminal.send('\r');
	}
	await terminal.until(/Ready: \d+ checks/);
	terminal.send('\r');
	await terminal.until(/Nothing has been changed yet/);
	terminal.send('\r');
	await toldInOneSentence();
});

test('in a question line by line', async () => {
	await start('wizard/screens/file.js pressFile', '--plain');
	await toTheFile();
	await terminal.until(/Where is the cluster file\?/);
	terminal.send('\r');
	await toldInOneSentence();
});

test('in what a screen waits for: told there, with the log, and one can go on', async () => {
	await start('commands/key-files.js expand');
	await toTheFile();
	await terminal.until(/Where is the cluster file\?/);
	terminal.send('\u0015nothing.yaml\r');
	const screen = await terminal.until(/✖ on purpose/);
	expect(screen.replace(/\s+/g, '')).toMatch(/faultofmesos-setupitself:pleasereportitwithitslog,\/\S+\.log/);
	terminal.send('\u001b');
	await terminal.until(/Where are the hosts/);
	terminal.send('\u0003');
	await terminal.until(/Nothing was changed on any host\./);
});
