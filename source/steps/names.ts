import {posix} from 'node:path';
import {SetupError} from '../cluster/setup-error.ts';

/** The text with control characters made visible, for sentences that reach a terminal. */
export function visible(text: string): string {
	return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, character => {
		return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
	});
}

/**
 * The path, if it is absolute, in its shortest form and of one line. Everything else in it is allowed.
 * @throws SetupError (exit 2)
 */
export function checkedPath(path: string): string {
	if (path.startsWith('/') && path !== '/' && !/[\0\n]/.test(path) && !path.endsWith('/')) {
		if (posix.normalize(path) === path) return path;
	}
	throw new SetupError({
		cause: `'${visible(path)}' cannot be used as a path on a host.`,
		fix: 'Give an absolute path of one line without "." or ".." parts and without a slash at its end.',
		exitCode: 2,
	});
}

/**
 * The value, if the pattern allows it.
 * @param what what the value is, for the sentence: `package name`
 * @throws SetupError (exit 2)
 */
export function checkedName(what: string, value: string, pattern: RegExp): string {
	if (pattern.test(value)) return value;
	throw new SetupError({
		cause: `'${visible(value)}' cannot be used as a ${what}.`,
		fix: `Give a ${what} that matches ${pattern.source}.`,
		exitCode: 2,
	});
}

/** Names of users and groups as useradd takes them. */
export const accountName = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;

/**
 * @throws SetupError (exit 2) unless the text is an http or https address of one line
 */
export function checkedUrl(url: string): URL {
	const parsed = /[\s\0]/.test(url) ? null : URL.parse(url);
	if (parsed && ['http:', 'https:'].includes(parsed.protocol)) return parsed;
	throw new SetupError({
		cause: `'${visible(url)}' is no http or https address.`,
		fix: 'Give the full address, starting with http:// or https://.',
		exitCode: 2,
	});
}
