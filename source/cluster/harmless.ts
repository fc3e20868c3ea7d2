import {stripVTControlCharacters} from 'node:util';

/** What acts on a terminal instead of being drawn, or turns the reading direction; line ends and tabs do not. */
const acting = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** `text` from a host, unable to move the cursor, colour the screen or turn the reading direction; line ends and tabs stay. */
export function harmless(text: string): string {
	return stripVTControlCharacters(text.replaceAll('\r\n', '\n')).replace(acting, '');
}

/** JSON, or YAML whose strings stand in double quotes, with the same value and nothing in it that acts on a terminal. */
export function escapeActing(json: string): string {
	return json.replace(acting, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether `escapeActing` would change it. */
export function isActing(text: string): boolean {
	return text.search(acting) !== -1;
}
