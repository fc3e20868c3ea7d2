import {stripVTControlCharacters} from 'node:util';

/** `text` from a host, unable to move the cursor, colour the screen or turn the reading direction; line ends and tabs stay. */
export function harmless(text: string): string {
	return stripVTControlCharacters(text.replaceAll('\r\n', '\n')).replace(
		/(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
		'',
	);
}
