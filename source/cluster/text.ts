/** A value as it can be shown on one line of any terminal: quoted, control characters escaped, cut after 80 characters. */
export function quote(value: string): string {
	const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
	const escaped = shown.replace(
		/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
		character => `\\u{${character.codePointAt(0)?.toString(16)}}`,
	);
	return `\`${escaped}\``;
}

/** Whether `value` arrives in a file of one line as the very same bytes: no line end, no NUL, nothing UTF-8 cannot say. */
export function fitsOneLine(value: string): boolean {
	return !/[\n\r\0]/.test(value) && value.isWellFormed();
}
