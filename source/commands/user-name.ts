import {userInfo} from 'node:os';

/** Who runs this: the login name, or the number of a user that the system has no name for, as containers start programs. */
export function userName(look: () => {username: string} = userInfo): string {
	try {
		return look().username;
	} catch {
		return `uid ${process.getuid?.()}`;
	}
}
