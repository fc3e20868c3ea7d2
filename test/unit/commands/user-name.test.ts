import {expect, test} from 'vitest';
import {userName} from '../../../source/commands/user-name.ts';

test('a user without a name on this system has a number', () => {
	expect(userName(() => ({username: 'ada'}))).toBe('ada');
	const nameless = () => {
		throw new Error('uv_os_get_passwd returned ENOENT');
	};
	expect(userName(nameless)).toBe(`uid ${process.getuid?.()}`);
});
