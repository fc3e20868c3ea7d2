import {spawn} from 'node:child_process';
import {PassThrough} from 'node:stream';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {cleanText, lineFeed} from '../../../source/remote/clean-text.ts';
import {parseAnswer, readOwner, readReply, readVerdict, stepFrame} from '../../../source/remote/frames.ts';
import {childPipe, readLines} from '../../../source/remote/pipe.ts';
import {StartError, startRunner} from '../../../source/remote/start-runner.ts';
import {step} from './local-host.ts';

describe('clean text', () => {
	test('holds no control character but newline and tab, whatever came', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary'}), text => {
				expect(cleanText(text)).not.toMatch(/[^\P{Cc}\n\t]/u);
			}),
		);
		expect(cleanText('\u001b[31mred\u001b[0m\r\n\u001b]0;title\u0007x\0y\u0008\u009b2J')).toBe('red\nxy');
	});

	test('lines come whole, the last state of a progress bar counts, a flood is counted and not shown', () => {
		const seen: string[] = [];
		let now = 5000;
		const feed = lineFeed(
			line => seen.push(line),
			() => now,
		);
		feed(Buffer.from('one\ntw'));
		feed(Buffer.from('o\n 10%\r 50%\r100%\n\n'));
		expect(seen.splice(0)).toEqual(['one', 'two', '100%']);
		feed(Buffer.from('again\n'.repeat(100_000)));
		expect(seen.length).toBeLessThanOrEqual(50);
		now += 1000;
		seen.length = 0;
		feed(Buffer.from(`${'x'.repeat(5000)}\n`));
		expect(seen[0]).toMatch(/^\.\.\. 999\d\d more lines not shown$/);
		expect(seen[1]).toHaveLength(500);
	});
});

describe('frames', () => {
	test('what a mode cannot use does not travel', () => {
		const wish = step({apply: 'APPLY', show: 'SHOW', state: 'STATE'});
		expect(stepFrame(1, wish, 'hold')).not.toMatch(/APPLY|SHOW/);
		expect(stepFrame(1, wish, 'plan')).not.toMatch(/APPLY|STATE/);
		expect(stepFrame(1, {...wish, secret: true}, 'plan')).not.toContain('SHOW');
		expect(stepFrame(1, wish, 'apply')).not.toMatch(/SHOW|STATE/);
	});

	test('a frame is one line, whatever the texts hold', () => {
		const text = fc.string({unit: 'binary'}).map(value => value.replaceAll('\0', ''));
		fc.assert(
			fc.property(text, text, text, (title, check, apply) => {
				expect(stepFrame(1, step({title, check, apply}), 'apply').match(/\n/g)).toHaveLength(1);
			}),
		);
	});

	test('no line without the nonce is an answer, and no answer makes the reader throw', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary'}), line => {
				expect(parseAnswer(line, 'abcdef')).toBeUndefined();
			}),
		);
		const words = fc.array(
			fc.oneof(
				fc.constantFrom('ok', 'changed', 'would-change', 'held', 'failed', 'answer', '>', 'check', '1'),
				fc.string(),
			),
			{maxLength: 6},
		);
		fc.assert(
			fc.property(words, some => {
				readVerdict(some);
				readOwner(some[0]);
				readReply(some);
			}),
		);
		expect(parseAnswer('abcdef 12 ok', 'abcdef')).toEqual({id: 12, words: ['ok']});
		expect(parseAnswer(' abcdef 12 ok', 'abcdef')).toBeUndefined();
		expect(parseAnswer('abcdef x ok', 'abcdef')).toBeUndefined();
	});
});

describe('lines of a stream', () => {
	test('are the same however it is cut', () => {
		fc.assert(
			fc.property(
				fc.array(fc.string({unit: 'grapheme'})),
				fc.infiniteStream(fc.integer({min: 1, max: 9})),
				(texts, cuts) => {
					const lines = texts.map(text => text.replaceAll('\n', ' '));
					const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));
					const stream = new PassThrough();
					const seen: string[] = [];
					readLines(
						stream,
						line => seen.push(line),
						() => seen.push('overflow'),
					);
					for (let from = 0; from < bytes.length; ) {
						const length = cuts.next().value ?? 1;
						stream.emit('data', bytes.subarray(from, from + length));
						from += length;
					}
					expect(seen).toEqual(lines);
				},
			),
		);
	});

	test('without end are given up, not kept', () => {
		const stream = new PassThrough();
		let overflows = 0;
		readLines(
			stream,
			() => {},
			() => {
				overflows += 1;
			},
		);
		for (let megabyte = 0; megabyte < 9; megabyte += 1) stream.emit('data', Buffer.alloc(1_048_576, 65));
		expect(overflows).toBe(1);
	});
});

describe('a shell that becomes no runner', () => {
	async function trouble(script: string, timeout = 5000): Promise<StartError> {
		const pipe = childPipe(spawn('/bin/sh', ['-c', script], {stdio: 'pipe'}));
		const waiting = startRunner(pipe, {line: 'true\n', nonce: 'abcdef', raw: false, timeout});
		const error = await waiting.catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(StartError);
		return error as StartError;
	}

	test.each([
		['sudo: sorry, you must have a tty to run sudo', 'tty'],
		['sudo: no tty present and no askpass program specified', 'tty'],
		['sudo: a password is required', 'password'],
		['sudo: sorry, a password is required to run sudo', 'password'],
		['Sorry, user bob may not run sudo on ip-10-0-0-1.', 'sudo-denied'],
		['bob is not in the sudoers file.  This incident will be reported.', 'sudo-denied'],
		['bash: line 1: exec: sudo: not found', 'sudo-missing'],
		['sh: 1: exec: sudo: not found', 'sudo-missing'],
		['fish: Unknown command: sudo', 'sudo-missing'],
		['sh: base64: command not found', 'tool-missing'],
		['Please login as the user "ec2-user" rather than the user "root".', 'other-user'],
		['Please login as the user admin rather than the user root.', 'other-user'],
		['sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set', 'sudo-broken'],
		['sudo: Ein Passwort ist notwendig', 'sudo-broken'],
		['sudo: Account or password is expired, reset your password and try again', 'expired'],
		['WARNING: Your password has expired.', 'expired'],
		['Your account has expired; please contact your system administrator.', 'expired'],
		['This account is currently not available.', 'closed'],
	])('%s', async (text, kind) => {
		const error = await trouble(`echo '${text}' >&2; exit 1`);
		expect(error.trouble).toBe(kind);
		expect(error.said).toContain(text);
	});

	test('but stays silent is given up', async () => {
		expect((await trouble('echo "your name?"; cat >/dev/null', 200)).trouble).toBe('silent');
	});

	test('but talks without end keeps its last words only', async () => {
		const error = await trouble('head -c 3000000 /dev/zero | tr "\\\\0" "x\\\\n"; echo; echo last words; exit 1');
		expect(error.said.length).toBeLessThanOrEqual(4096);
		expect(error.said).toContain('last words');
	});

	test('but lacks a tool says which', async () => {
		const error = await trouble('echo; echo abcdef broken missing flock');
		expect(error).toMatchObject({trouble: 'tool-missing', said: 'missing flock'});
	});
});
