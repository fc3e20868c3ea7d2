/**
 * A string as one word of POSIX sh that holds no newline itself: a frame is one line, so a newline travels as `$N`,
 * which the runner has set. Throws on NUL, which no shell can hold.
 */
export function shellWord(text: string): string {
	if (text.includes('\0')) throw new TypeError('A text with a NUL byte cannot pass through a shell.');
	return `'${text.replaceAll("'", String.raw`'\''`).replaceAll('\n', `'"$N"'`)}'`;
}
