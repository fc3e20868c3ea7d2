// The panels in a real tty: a shell runs a program that plays recorded runs, so what is left behind is seen as a user sees it.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import stringWidth from 'string-width';
import {afterAll, afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {openTerminal, type Terminal} from './terminal.ts';

const top = join(import.meta.dirname, '../../..');
vi.setConfig({testTimeout: 60_000});
let build: string;
let terminal: Terminal;

// Node runs no .tsx, so the program is built as it is for users; below dist/ it finds the packages.
beforeAll(() => {
	mkdirSync(join(top, 'dist'), {recursive: true});
	build = mkdtempSync(join(top, 'dist', 'terminal-test-'));
	const tsc = join(top, 'node_modules/.bin/tsc');
	const {stdout} = spawnSync(tsc, ['-p', join(top, 'tsconfig.build.json'), '--outDir', build], {encoding: 'utf8'});
	if (stdout) console.error(stdout);
}, 60_000);
afterAll(() => rmSync(build, {recursive: true, force: true}));
afterEach(() => terminal?.close());

type Options = {recording?: string; speed?: number; hold?: number | 'crash'; env?: NodeJS.ProcessEnv};

/** Starts a shell, tells how its terminal is set, and starts the program from it. */
async function start(columns: number, rows: number, options: Options = {}) {
	const {recording = 'install', speed = 100, hold = 0, env = {}} = options;
	terminal = openTerminal(['bash', '--norc', '--noprofile', '-i'], {columns, rows, env: {PS1: 'READY> ', ...env}});
	await terminal.until(/READY> /);
	const file = join(import.meta.dirname, 'recordings', `${recording}.jsonl`);
	const replay = join(import.meta.dirname, 'replay.ts');
	terminal.send(`clear; B=$(stty -g); ${process.execPath} ${replay} ${build} ${file} ${speed} ${hold}\r`);
}

/** Whether the shell has its terminal as it was, with the program's `last` words and exit code. */
async function isUnharmed(last: string, code: number) {
	await terminal.until(() => terminal.screen().includes(last), last);
	terminal.send('C=$?; clear; [ "$B" = "$(stty -g)" ] && echo "code=$C, stty is the"" same"\r');
	await terminal.until(new RegExp(`code=${code}, stty is the same`));
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorVisible()).toBe(true);
}

function expectWithin(screen: string, columns: number, rows: number) {
	const lines = screen.split('\n');
	expect(lines).toHaveLength(rows);
	for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
}

/** The process that draws: the shell's child. */
const child = () => Number(execFileSync('pgrep', ['-P', String(terminal.pid), '-f', 'replay']).toString());

describe('a run in a terminal', () => {
	test.each([
		[80, 24, /┏━ master-1[\s\S]*╭─ slave-3/],
		[120, 40, /┏━ master-1[\s\S]*╭─ slave-3/],
		[60, 20, /▌ . master-1[\s\S]*slave-3/],
	])('fills %ix%i and ends with the terminal as it was', async (columns, rows, hosts) => {
		await start(columns, rows, {hold: 500});
		const screen = await terminal.until(/\d{3}\/372 steps/);
		expect(screen).toMatch(hosts);
		expect(screen.split('\n')[rows - 1]).toMatch(/\^C stop$/);
		expectWithin(screen, columns, rows);
		expect(terminal.isAlternate()).toBe(true);
		expect(terminal.isCursorVisible()).toBe(false);
		process.kill(child(), 'SIGUSR2');
		await isUnharmed('the run is over', 0);
		expect(terminal.scrollback()).not.toContain('steps');
	});

	test('a resize in the middle lays everything out anew, without leftovers', async () => {
		await start(120, 40, {hold: 500});
		await terminal.until(/\d{3}\/372 steps[\s\S]*\^C stop/);
		terminal.resize(60, 20);
		const small = await terminal.until(/▌ . master-1[\s\S]*\^C stop/);
		expectWithin(small, 60, 20);
		expect(small.match(/\^C stop/g)).toHaveLength(1);
		terminal.resize(80, 24);
		const middle = await terminal.until(/┏━ master-1[\s\S]*\^C stop/);
		expectWithin(middle, 80, 24);
		expect(middle.match(/ master-1 /g)).toHaveLength(1);
		expect(middle.match(/\^C stop/g)).toHaveLength(1);
		process.kill(child(), 'SIGUSR2');
		await isUnharmed('the run is over', 0);
	});

	test('keys open a host, also in one burst', async () => {
		await start(80, 24, {hold: 500});
		await terminal.until(/\d{3}\/372 steps/);
		terminal.send('\u001b[C\u001b[B\r');
		await terminal.until(/┏━ slave-1 slave {2}▸ running[\s\S]*Esc back/);
		terminal.send('\u001b');
		await terminal.until(/╭─ master-1/);
		terminal.send('/slave\r');
		await terminal.until(/\/slave {2}3 of 6/);
	});

	test('after each frame only what changed is written', async () => {
		await start(120, 40, {hold: 500});
		await terminal.until(/\d{3}\/372 steps[\s\S]*\^C stop/);
		const before = terminal.written().length;
		await terminal.until(() => terminal.written().length > before + 500);
		const later = terminal.written().slice(before);
		// Only the spinner and the clocks move: no erasing of the screen, no frame anew.
		expect(later).not.toMatch(/\u001b\[[0-3]?J/);
		expect(later).not.toContain('╭');
	});
});

describe('what goes wrong', () => {
	test('a failed host comes first, with cause, fix and log', async () => {
		await start(80, 24, {recording: 'failure', hold: 900});
		const screen = await terminal.until(/✖ slave-2 failed: service mesos-agent/);
		expect(screen).toMatch(/Fix: Find it with "ss -ltnp"[\s\S]*Log: \/home\/me/);
		expect(screen.indexOf('┏━ slave-2')).toBeLessThan(screen.indexOf('─ master-1'));
		expectWithin(screen, 80, 24);
		process.kill(child(), 'SIGUSR2');
		await isUnharmed('the run is over', 0);
	});

	test('the first Ctrl-C says how to go on, the second leaves at once', async () => {
		await start(80, 24, {hold: 500});
		await terminal.until(/\d{3}\/372 steps/);
		terminal.send('\u0003');
		await terminal.until(/■ Stopping: the steps in hand end first[\s\S]*\^C leave at once/);
		terminal.send('\u0003');
		await terminal.until(() => !terminal.isAlternate(), 'the normal screen');
		await isUnharmed('READY>', 130);
	});

	test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s gives the terminal back', async signal => {
		await start(80, 24, {hold: 500});
		await terminal.until(/\d{3}\/372 steps/);
		process.kill(child(), signal);
		await terminal.until(() => !terminal.isAlternate(), 'the normal screen');
		await isUnharmed('READY>', 128 + {SIGTERM: 15, SIGHUP: 1, SIGINT: 2}[signal]);
	});

	test('a crash gives the terminal back and its reason is readable', async () => {
		await start(80, 24, {hold: 'crash', speed: 1});
		await isUnharmed('crashed: on purpose', 1);
	});

	test('Ctrl-Z stops the job with a usable terminal, fg draws on, whatever its size is by then', async () => {
		await start(80, 24, {hold: 500});
		await terminal.until(/\d{3}\/372 steps/);
		terminal.send('\u001a');
		await terminal.until(/Stopped/);
		await isUnharmed('READY>', 148);
		terminal.resize(60, 20);
		terminal.send('fg\r');
		await terminal.until(() => terminal.isAlternate(), 'the alternate screen');
		expectWithin(await terminal.until(/▌ . master-1[\s\S]*\^C stop/), 60, 20);
		terminal.send('\r');
		await terminal.until(/Esc back/);
		terminal.send('\u001b');
		await terminal.until(/▌ . master-1/);
		terminal.send('\u001a');
		const shell = () => !terminal.isAlternate() && /Stopped[\s\S]*\nREADY>\s*$/.test(terminal.screen());
		await terminal.until(shell, 'the shell');
		terminal.resize(120, 40);
		terminal.send('fg\r');
		const large = await terminal.until(/^[^\n]*apply lab[\s\S]*┏━ master-1[\s\S]*\^C stop$/);
		expectWithin(large, 120, 40);
		expect(large.match(/ master-1 /g)).toHaveLength(1);
		terminal.send('\r');
		await terminal.until(/Esc back/);
		process.kill(child(), 'SIGUSR2');
		await isUnharmed('the run is over', 0);
	});
});

describe('other terminals', () => {
	test('NO_COLOR: no colour is written', async () => {
		await start(80, 24, {hold: 500, env: {NO_COLOR: '1'}});
		await terminal.until(/\d{3}\/372 steps/);
		expect(terminal.written().slice(terminal.written().indexOf('1049h'))).not.toMatch(/\u001b\[(3|4|9|10)\dm/);
	});

	test('LANG=C: ASCII only', async () => {
		await start(80, 24, {hold: 500, env: {LANG: 'C'}});
		const screen = await terminal.until(/\d{3}\/372 steps/);
		expect(screen).not.toMatch(/[^\n\u0020-\u007e]/);
	});
});
