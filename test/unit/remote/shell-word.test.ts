import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {shellWord} from '../../../source/remote/shell-word.ts';
import {type LocalHost, type LocalSession, localHost, shells} from './local-host.ts';

const hostile = fc.oneof(
	fc.string({unit: 'binary', maxLength: 60}),
	fc.string({
		unit: fc.constantFrom(
			"'",
			'"',
			'\n',
			'\r',
			'\\',
			'$',
			'`',
			'$N',
			'!',
			'\u001b',
			' ',
			'\t',
			'*',
			'%',
			'\u0081',
			'ā',
			'\u007f',
			'a',
		),
	}),
);

describe.each(shells.map(shell => ({shell, name: shell.join(' ')})))('words under $name', ({shell}) => {
	let host: LocalHost;
	let session: LocalSession;
	beforeAll(async () => {
		host = localHost(shell);
		session = await host.open();
	});
	afterAll(async () => {
		await session.close();
		host.remove();
	});

	test('every text without NUL arrives as the same bytes, through two rounds of quoting', async () => {
		const texts = fc.array(
			hostile.map(text => text.replaceAll('\0', '').toWellFormed()),
			{minLength: 1, maxLength: 100},
		);
		await fc.assert(
			fc.asyncProperty(texts, async words => {
				const printed = await session.ask(`printf '%s\\n.\\n' ${words.map(shellWord).join(' ')}`);
				expect(printed).toBe(words.map(word => `${word}\n.\n`).join(''));
			}),
			{numRuns: 40},
		);
	});
});

test('a word is one line, and NUL is refused', () => {
	fc.assert(
		fc.property(hostile, text => {
			if (text.includes('\0')) expect(() => shellWord(text)).toThrow('NUL');
			else expect(shellWord(text)).not.toContain('\n');
		}),
	);
});
