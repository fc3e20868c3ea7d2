import {chmodSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {block} from '../../../source/steps/block.ts';
import {Sandbox, shells, shown} from './shells.ts';

const marker = 'mesos-setup prod';
const lines = ['10.0.1.10 master-1', '10.0.1.20 slave-1'];
const text = `# BEGIN ${marker}\n${lines.join('\n')}\n# END ${marker}\n`;

describe.each(shells)('block under %s', (...shell) => {
	test.each([
		['at the end of a file', '127.0.0.1 localhost\n', `127.0.0.1 localhost\n${text}`],
		['after a last line without newline', '127.0.0.1 localhost', `127.0.0.1 localhost\n${text}`],
		['in an empty file', '', text],
		['in place of an older block', `a\n# BEGIN ${marker}\nold\n# END ${marker}\nb`, `a\n${text}b`],
		['in place of an empty block on top', `# BEGIN ${marker}\n# END ${marker}\n\n\nb\n\n`, `${text}\n\nb\n\n`],
		['where the closing line lacks its newline', `a\n# BEGIN ${marker}\nx\n# END ${marker}`, `a\n${text}`],
		['instead of two blocks', `a\n${text}b\n${text}${text}c\n`, `a\n${text}b\nc\n`],
		['beside a block of another cluster', text.replaceAll('prod', 'test'), text.replaceAll('prod', 'test') + text],
		[
			'beside lines that only look like it',
			` # BEGIN ${marker}\n# BEGIN ${marker}s\n`,
			` # BEGIN ${marker}\n# BEGIN ${marker}s\n${text}`,
		],
		['among bytes of another encoding', 'caf\xe9 \0 \x1b[0m\r\n', `caf\xe9 \0 \x1b[0m\r\n${text}`],
	])('%s', (_, before, after) => {
		const host = new Sandbox();
		const path = host.path('hosts');
		writeFileSync(path, before, 'latin1');
		chmodSync(path, 0o640);
		const script = block({path, marker, lines});
		expect(host.check(shell, script.check)).toMatchObject({status: 1, stdout: '', stderr: ''});
		if (!before.includes('\xe9'))
			expect(shown(host.check(shell, script.show ?? ''))).toEqual([before || undefined, after]);
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(readFileSync(path, 'latin1')).toBe(after);
		expect(statSync(path).mode & 0o7777).toBe(0o640);
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stdout: '', stderr: ''});
	});

	test('a missing file is created', () => {
		const host = new Sandbox();
		const script = block({path: host.path('hosts'), marker, lines});
		expect(host.check(shell, script.check).status).toBe(1);
		expect(shown(host.check(shell, script.show ?? ''))).toEqual([undefined, text]);
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(readFileSync(host.path('hosts'), 'utf8')).toBe(text);
		expect(statSync(host.path('hosts')).mode & 0o7777).toBe(0o644);
	});

	test.each([
		['never closed', `a\n# BEGIN ${marker}\nb\n`],
		['never opened', `a\n# END ${marker}\nb\n`],
		['opened twice', `# BEGIN ${marker}\na\n# BEGIN ${marker}\nb\n# END ${marker}\n`],
		['right, then never closed', `${text}# BEGIN ${marker}\n`],
	])('a block %s is an error and the file stays', (_, before) => {
		const host = new Sandbox();
		const path = host.path('hosts');
		writeFileSync(path, before);
		const script = block({path, marker, lines});
		const checked = host.check(shell, script.check);
		expect(checked).toMatchObject({status: 2});
		expect(checked.stderr).toContain('do not come in pairs');
		expect(host.apply(shell, script.apply)).toMatchObject({status: 1});
		expect(readFileSync(path, 'utf8')).toBe(before);
	});

	test('no lines mean no block, and the file is again what it was', () => {
		const host = new Sandbox();
		const path = host.path('hosts');
		const script = block({path, marker, lines: []});
		expect(host.check(shell, script.check).status).toBe(0);
		writeFileSync(path, `a\n${text}b\n`);
		expect(host.check(shell, script.check).status).toBe(1);
		expect(shown(host.check(shell, script.show ?? ''))[1]).toBe('a\nb\n');
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(readFileSync(path, 'utf8')).toBe('a\nb\n');
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stderr: ''});
	});

	test('follows a link instead of replacing it', () => {
		const host = new Sandbox();
		mkdirSync(host.path('real'));
		writeFileSync(host.path('real/hosts'), 'a\n');
		symlinkSync('real/hosts', host.path('hosts'));
		expect(host.apply(shell, block({path: host.path('hosts'), marker, lines}).apply).status).toBe(0);
		expect(readlinkSync(host.path('hosts'))).toBe('real/hosts');
		expect(readFileSync(host.path('real/hosts'), 'utf8')).toBe(`a\n${text}`);
	});

	test('hostile lines arrive as they are, other lines stay as they are', () => {
		const host = new Sandbox();
		const line = fc.oneof(
			fc.string({unit: 'binary', maxLength: 30}),
			fc.string({unit: fc.constantFrom(...`'"\\\`$()&|/*#.[]^ \t\r\u001b\u0081%`), maxLength: 20}),
		);
		const clean = line
			.map(content => content.replaceAll(/[\0\n]/g, '').toWellFormed())
			.filter(content => !content.startsWith('# '));
		fc.assert(
			fc.property(
				fc.array(clean, {minLength: 1, maxLength: 8}),
				fc.array(clean, {minLength: 1, maxLength: 8}),
				(ours, theirs) => {
					const path = host.path('hosts');
					writeFileSync(path, `${theirs.join('\n')}\n`);
					const script = block({path, marker, lines: ours});
					expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
					expect(readFileSync(path, 'utf8')).toBe(
						`${theirs.join('\n')}\n${[`# BEGIN ${marker}`, ...ours, `# END ${marker}`].join('\n')}\n`,
					);
					expect(host.check(shell, script.check)).toMatchObject({status: 0, stdout: '', stderr: ''});
				},
			),
			// Fewer on a machine that is busy; a counter-example, too, is told with its seed before the test's time is over.
			{numRuns: 40, interruptAfterTimeLimit: 60_000},
		);
	});
});

test.each([`# BEGIN ${marker}`, '# END other', 'two\nlines', 'a\0'])('refuses the line %j', line => {
	expect(() => block({path: '/etc/hosts', marker, lines: [line]})).toThrow('cannot be used as a line of a block');
});
