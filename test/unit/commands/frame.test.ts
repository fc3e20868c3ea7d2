import {EventEmitter} from 'node:events';
import {mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {SetupErrors} from '../../../source/cluster/setup-errors.ts';
import {createAsk} from '../../../source/commands/ask.ts';
import {toFailure} from '../../../source/commands/failure.ts';
import {Interrupted, ignoreClosedReaders, watchInterrupts} from '../../../source/commands/interrupt.ts';
import {readOptions} from '../../../source/commands/options.ts';
import {openRunLog} from '../../../source/commands/run-log.ts';
import {runVerb} from '../../../source/commands/run-verb.ts';
import type {Verb, VerbModule} from '../../../source/commands/verb.ts';
import {fakeStreams} from './streams.ts';

const terminal = {stdin: {isTTY: true}, stdout: {isTTY: true}} as Parameters<typeof readOptions>[1];
const pipe = {stdin: {isTTY: false}, stdout: {isTTY: false}} as Parameters<typeof readOptions>[1];
const newHome = () => mkdtempSync(join(tmpdir(), 'frame-'));

class FakeProcess extends EventEmitter {
	exit = vi.fn();
	argv = ['node', 'mesos-setup', 'test'];
	versions = {node: '24.0.0'};
	platform = 'linux';
	arch = 'x64';
	stdin = {isTTY: false};
	env: Record<string, string>;
	streams = fakeStreams();
	stdout = this.streams.stdout;
	stderr = this.streams.stderr;
	constructor(home: string) {
		super();
		this.env = {MESOS_SETUP_HOME: home};
	}
}

async function runTest(run: VerbModule['run'], raw: Parameters<typeof readOptions>[0] = {}) {
	const home = newHome();
	const host = new FakeProcess(home);
	const verb: Verb = {name: 'test', summary: '', args: [], flags: [], load: async () => ({run})};
	const exitCode = await runVerb(verb, readOptions(raw, pipe, {}), [], host as unknown as NodeJS.Process);
	const [logName] = readdirSync(join(home, 'logs'));
	const log = join(home, 'logs', logName ?? '');
	return {exitCode, host, out: host.streams.out(), err: host.streams.err(), log, logText: readFileSync(log, 'utf8')};
}

describe('options', () => {
	test('without a terminal output is plain and without colour', () => {
		expect(readOptions({}, pipe, {})).toMatchObject({plain: true, color: false, limit: [], json: false, yes: false});
		expect(readOptions({}, terminal, {})).toMatchObject({plain: false, color: true});
		expect(readOptions({plain: true}, terminal, {})).toMatchObject({plain: true, color: true});
	});

	test('NO_COLOR, --no-color and --json take the colours away', () => {
		expect(readOptions({}, terminal, {NO_COLOR: '1'}).color).toBe(false);
		expect(readOptions({}, terminal, {NO_COLOR: ''}).color).toBe(true);
		expect(readOptions({color: false}, terminal, {}).color).toBe(false);
		expect(readOptions({json: true}, terminal, {})).toMatchObject({color: false, plain: true});
	});
});

describe('failures', () => {
	test('carry the exit code of what happened', () => {
		const problem = {cause: 'It broke.', fix: 'Mend it.', host: 'a', field: 'b'};
		const touched = new SetupError({...problem, exitCode: 1});
		const input = new SetupError({...problem, exitCode: 2});
		expect(toFailure(touched)).toEqual({events: [{event: 'error', ...problem}], exitCode: 1});
		expect(toFailure(new SetupErrors([input, input]))).toMatchObject({events: [{}, {}], exitCode: 2});
		expect(toFailure(new Interrupted())).toEqual({events: [], exitCode: 130});
	});

	test('an unforeseen one is a sentence without its stack', () => {
		const {events, exitCode} = toFailure(new TypeError('x is not a function\n    at y'));
		expect(exitCode).toBe(1);
		expect(events[0]?.cause).toBe('mesos-setup met something it does not know how to handle: x is not a function.');
	});
});

describe('a run', () => {
	test('events are drawn and logged, the log is for this user alone', async () => {
		const {exitCode, out, log, logText} = await runTest(async (_, __, {emit}) => {
			emit({event: 'note', text: 'Hello'});
			emit({event: 'output', host: 'a', line: 'not drawn'});
			return 3;
		});
		expect(exitCode).toBe(3);
		expect(out).toBe('Hello\n');
		expect(logText).toContain('"line":"not drawn"');
		expect(log).toMatch(/\/\d{4}-\d\d-\d\dT[\d-]+Z-test\.log$/);
		expect(statSync(log).mode & 0o777).toBe(0o600);
	});

	test('the stack of an unforeseen error is in the log, which the message names', async () => {
		const {exitCode, err, log, logText} = await runTest(async () => {
			throw new TypeError('oops');
		});
		expect(exitCode).toBe(1);
		expect(err).toContain(`oops.`);
		expect(err).toContain(`Log: ${log}`);
		expect(err).not.toContain(' at ');
		expect(logText).toMatch(/TypeError: oops\n\s+at /);
	});

	test('an exception outside every promise ends the same way', async () => {
		const {host, err} = await runTest(async (_, __, {streams}) => {
			(streams as unknown as EventEmitter).emit('uncaughtException', new Error('late'));
			return 0;
		});
		expect(host.exit).toHaveBeenCalledWith(1);
		expect(err).toMatch(/know how to handle: late\./);
	});

	test('the first Ctrl-C aborts and says how to go on, the second leaves', async () => {
		const {exitCode, host, err} = await runTest(async (_, __, {signal, streams}) => {
			const source = streams as unknown as EventEmitter;
			expect(signal.aborted).toBe(false);
			source.emit('SIGINT');
			expect(signal.aborted).toBe(true);
			expect(signal.reason).toBeInstanceOf(Interrupted);
			source.emit('SIGTERM');
			return 0;
		});
		expect(host.exit).toHaveBeenCalledWith(130);
		expect(exitCode).toBe(130);
		expect(err).toMatch(/The same command goes on from here/);
	});

	test('no listener stays behind', async () => {
		const {host} = await runTest(async () => 0);
		expect(host.eventNames()).toEqual([]);
	});

	test('--log-file is appended to, and refused where it cannot be written', async () => {
		const file = join(newHome(), 'own.log');
		writeFileSync(file, 'before\n');
		openRunLog({home: newHome(), verb: 'x', file}).line('after');
		expect(readFileSync(file, 'utf8')).toMatch(/^before\n.*after\n$/);
		expect(() => openRunLog({home: newHome(), verb: 'x', file: '/nowhere/a.log'})).toThrow(
			/^--log-file: the log cannot be written/,
		);
	});

	test('a home that cannot be written to is no reason to have no log', () => {
		const file = join(newHome(), 'file');
		writeFileSync(file, '');
		const log = openRunLog({home: join(file, 'home'), verb: 'x'});
		log.line('here');
		expect(readFileSync(log.path, 'utf8')).toContain('here');
	});
});

describe('questions', () => {
	const streams = {...fakeStreams(), stdin: {isTTY: false}} as unknown as Parameters<typeof createAsk>[1];

	test('--yes answers them', async () => {
		await expect(createAsk({yes: true}, streams).confirm('Install?')).resolves.toBe(true);
	});

	test('without a terminal they are refused and the way out is named', async () => {
		const ask = createAsk({yes: false}, streams);
		await expect(ask.confirm('Install?')).rejects.toMatchObject({
			exitCode: 2,
			message: expect.stringContaining('--yes'),
		});
		await expect(ask.passphrase('key.pem')).rejects.toThrow('MESOS_SETUP_KEY_PASSPHRASE');
	});
});

test('signals are given back', () => {
	const source = Object.assign(new EventEmitter(), {exit: vi.fn()});
	watchInterrupts(source, () => {}).stop();
	expect(source.eventNames()).toEqual([]);
});

test('what libraries do on a signal, such as sending it again, is not done: one Ctrl-C is one', async () => {
	const source = Object.assign(new EventEmitter(), {exit: vi.fn()});
	const others = vi.fn(() => source.emit('SIGINT'));
	source.once('SIGINT', others);
	const {signal, stop} = watchInterrupts(source, () => {});
	source.once('SIGINT', others);
	source.on('SIGWINCH', others);
	await Promise.resolve();
	source.emit('SIGINT');
	expect(signal.aborted).toBe(true);
	expect(others).not.toHaveBeenCalled();
	expect(source.exit).not.toHaveBeenCalled();
	stop();
	expect(source.eventNames()).toEqual(['SIGWINCH']);
});

test('a closed pipe or terminal is no error, a full disk is', () => {
	const stream = new EventEmitter();
	const complaints: string[] = [];
	ignoreClosedReaders(stream, new EventEmitter(), text => complaints.push(text));
	const fail = (code: string) => () => stream.emit('error', Object.assign(new Error(code), {code}));
	expect(fail('EPIPE')).not.toThrow();
	expect(fail('EIO')).not.toThrow();
	expect(complaints).toEqual([]);
	expect(fail('ENOSPC')).toThrow('ENOSPC');
	expect(complaints).toEqual([expect.stringMatching(/output cannot be written: ENOSPC.*run the same command again/)]);
});
