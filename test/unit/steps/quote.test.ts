import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {decoded, quote} from '../../../source/steps/quote.ts';
import {Sandbox, shells} from './shells.ts';

const hostile = fc.oneof(
	fc.string({unit: 'binary', maxLength: 40}),
	fc.string({unit: 'grapheme', maxLength: 40}),
	fc.string({unit: fc.constantFrom(...`'"\\\`$(){};&|<>*?[]!#~ \n\r\t\u001b\u0081\u0088\u007f%=-`), maxLength: 40}),
	fc.constantFrom('$(touch canary)', '`touch canary`', "'; touch canary; '", '\u001b]0;x\u0007', '--', '-n', '\\c'),
);

/** No NUL, which no shell word can hold, and no lone surrogate, which UTF-8 has no bytes for. */
const words = hostile.map(text => text.replaceAll('\0', '').toWellFormed());

describe.each(shells)('quote under %s', (...shell) => {
	const [program = 'sh', ...rest] = shell;

	test('every string arrives as the same bytes and does nothing', () => {
		const host = new Sandbox();
		fc.assert(
			fc.property(fc.array(words, {minLength: 500, maxLength: 500}), texts => {
				const script = texts.map(text => `printf '%s\\0' ${quote(text)}`).join('\n');
				const run = spawnSync(program, rest, {input: script, cwd: host.folder});
				expect(run.stderr.toString()).toBe('');
				expect(run.stdout.toString().split('\0').slice(0, -1)).toEqual(texts);
			}),
			{numRuns: 20},
		);
		expect(existsSync(host.path('canary'))).toBe(false);
	});

	test('every string survives eval and a comparison', () => {
		fc.assert(
			fc.property(fc.array(words, {minLength: 300, maxLength: 300}), texts => {
				const cases = texts.map(
					text => `eval ${quote(`[ ${quote(text)} = ${quote(text)} ] && _t=${quote(text)}`)} &&
[ "$_t" = ${quote(text)} ] || echo no`,
				);
				const run = spawnSync(program, rest, {input: cases.join('\n')});
				expect(run.stdout.toString() + run.stderr.toString()).toBe('');
			}),
			{numRuns: 10},
		);
	});

	test('content of any bytes is printed as it is', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({maxLength: 200}), {minLength: 20, maxLength: 20}), contents => {
				const run = spawnSync(program, rest, {input: contents.map(decoded).join('\n')});
				expect(run.stdout).toEqual(Buffer.concat(contents));
			}),
			{numRuns: 5},
		);
	});
});
