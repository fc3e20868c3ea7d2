import type {Key} from './keys.ts';

/** One line being typed. `at` counts graphemes before the cursor. */
export type TextInput = {text: string; at: number};

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** The single signs of a text, as a person counts them. */
export function signs(text: string): string[] {
	return [...graphemes.segment(text)].map(({segment}) => segment);
}

/** A text with the cursor behind it. */
export function textInput(text = ''): TextInput {
	return {text, at: signs(text).length};
}

function edited(before: readonly string[], after: readonly string[]): TextInput {
	return {text: [...before, ...after].join(''), at: before.length};
}

/** What a key makes of the line; undefined when it is no key of an input. Keys are those of readline. */
export function typeInto({text, at}: TextInput, {name, text: typed, ctrl}: Key): TextInput | undefined {
	const all = signs(text);
	const before = all.slice(0, at);
	const after = all.slice(at);
	if (name === 'left' || (ctrl && typed === 'b')) return {text, at: Math.max(0, at - 1)};
	if (name === 'right' || (ctrl && typed === 'f')) return {text, at: Math.min(all.length, at + 1)};
	if (name === 'home' || (ctrl && typed === 'a')) return {text, at: 0};
	if (name === 'end' || (ctrl && typed === 'e')) return {text, at: all.length};
	if (name === 'backspace' || (ctrl && typed === 'h')) return edited(before.slice(0, -1), after);
	if (name === 'delete' || (ctrl && typed === 'd')) return edited(before, after.slice(1));
	if (ctrl && typed === 'u') return edited([], after);
	if (ctrl && typed === 'k') return edited(before, []);
	if (ctrl && typed === 'w') return edited(signs(before.join('').replace(/\S+\s*$/, '')), after);
	if (name !== 'text' || ctrl) return undefined;
	// A pasted line often brings its line end along.
	const line = signs(typed.replaceAll(/[\r\n]+$/g, '').replaceAll(/\p{Cc}+/gu, ' '));
	return edited([...before, ...line], after);
}
