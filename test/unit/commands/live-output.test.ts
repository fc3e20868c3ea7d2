import {Console} from 'node:console';
import {PassThrough} from 'node:stream';
import {expect, test, vi} from 'vitest';
import {createLiveOutput} from '../../../source/commands/live-output.ts';
import {readOptions} from '../../../source/commands/options.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {FakeScreen} from '../panels/fake-screen.ts';

// Ink makes itself a console of the kind the global one is; vitest's has lost its kind.
Object.assign(console, {Console});

const leave = '\u001b[?1049l';
const run = {title: 'apply prod', hosts: [{name: 'a', role: 'master' as const}], gates: ['mesos-leader']};
const events: RunEvent[] = [
	{event: 'host', host: 'a', state: 'connecting'},
	{event: 'queued', host: 'a', roles: [{role: 'common', steps: 2}]},
	{event: 'started', host: 'a', role: 'common', step: 'file /etc/x'},
	{event: 'output', host: 'a', line: 'what dnf says'},
	{event: 'step', host: 'a', role: 'common', step: 'file /etc/x', status: 'changed', ms: 1500},
	{event: 'gate', gate: 'mesos-leader', status: 'waiting', ms: 5000, detail: 'nobody leads'},
	{event: 'gate', gate: 'mesos-leader', status: 'ok', ms: 9000, detail: 'a leads'},
	{event: 'error', host: 'a', cause: 'The disk is full.', fix: 'Free some.'},
	{event: 'summary', hosts: {a: {ok: 0, changed: 1, failed: 1, skipped: 0}}, changed: 1, failed: 1, ms: 2000},
];

function open(verbose = false) {
	const stdout = new FakeScreen(80, 24);
	const stderr = new FakeScreen(80, 24);
	const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode: vi.fn(), ref() {}, unref() {}});
	const interrupt = vi.fn();
	const streams = {stdin: stdin as unknown as NodeJS.ReadStream, stdout: stdout.stream, stderr: stderr.stream};
	const options = readOptions({color: false, verbose}, streams, {});
	const output = createLiveOutput(options, {...streams, env: {LANG: 'C.UTF-8'}}, '/logs/a.log', interrupt);
	return {output, stdin, stdout, stderr, interrupt};
}

/** What is on the normal screen after the panels. */
const after = (written: string) => written.slice(written.lastIndexOf(leave));

test('before the panels events are lines, then they are panels, and the outcome is lines again', async () => {
	const {output, stdout, stderr} = open();
	output.emit({event: 'note', text: 'A word before.'});
	expect(stdout.written).toBe('A word before.\n');
	await output.live(run);
	for (const event of events) output.emit(event);
	await vi.waitFor(() => expect(stdout.written).toContain('The disk is full.'));
	expect(stderr.written).toBe('');
	output.close();
	const rest = after(stdout.written);
	expect(rest).toMatch(/gate +✔ ok +mesos-leader {2}9\.0 s/);
	expect(rest).not.toContain('nobody leads');
	expect(rest).not.toContain('file /etc/x');
	expect(rest).toMatch(/│ a +│ +0 │ +1 │ +1 │ +0 │ +1\.5 │/);
	expect(rest).toContain('Log: /logs/a.log');
	expect(stderr.written).toContain('✖ error  a: The disk is full. Free some.');
});

test('with --verbose everything is in the scrollback afterwards', async () => {
	const {output, stdout} = open(true);
	await output.live(run);
	for (const event of events) output.emit(event);
	output.close();
	expect(after(stdout.written)).toMatch(/what dnf says[\s\S]*file \/etc\/x/);
});

test('Ctrl-C is a key while the panels are open, and its answer stands in them', async () => {
	const {output, stdin, stdout, stderr, interrupt} = open();
	await output.live(run);
	stdin.write('\u0003');
	await vi.waitFor(() => expect(interrupt).toHaveBeenCalledTimes(1));
	output.say('Stopping: the steps in hand end first.');
	await vi.waitFor(() => expect(stdout.written).toContain('Stopping: the steps in hand'));
	expect(stderr.written).toBe('');
	output.close();
	expect(stderr.written).toBe('Interrupted. The same command goes on from here.\n');
	output.say('Later.');
	expect(stderr.written).toMatch(/\nLater\.\n$/);
});

test('closing twice, or without panels, changes nothing', async () => {
	const {output, stdout} = open();
	output.close();
	expect(stdout.written).toBe('');
	await output.live(run);
	output.close();
	const {written} = stdout;
	output.close();
	expect(stdout.written).toBe(written);
	output.emit({event: 'note', text: 'Lines again.'});
	expect(stdout.written.endsWith('Lines again.\n')).toBe(true);
});
