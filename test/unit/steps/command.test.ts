import {existsSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {command} from '../../../source/steps/command.ts';
import {Sandbox, shellsWithPath} from './shells.ts';

describe.each(shellsWithPath)('a command under %s', (...shell) => {
	test('is looked at, done, and compliant from then on', () => {
		const host = new Sandbox();
		const {check, apply} = command({check: '[ -e "$SANDBOX/done" ]', apply: ': > "$SANDBOX/done"'});
		expect(host.check(shell, check).status).toBe(1);
		expect(existsSync(host.path('done'))).toBe(false);
		expect(host.apply(shell, apply).status).toBe(0);
		expect(host.check(shell, check).status).toBe(0);
	});

	test('a check answers with its status and leaves the shell as it was', () => {
		const host = new Sandbox();
		for (const status of [0, 1, 2, 77]) {
			const {check} = command({check: `return ${status}`, apply: ':'});
			expect(host.check(shell, check).status).toBe(status);
		}
	});

	test('an apply ends at its first error', () => {
		const host = new Sandbox();
		const {apply} = command({check: 'return 1', apply: 'false\n: > "$SANDBOX/beyond"'});
		expect(host.apply(shell, apply).status).not.toBe(0);
		expect(existsSync(host.path('beyond'))).toBe(false);
	});
});
