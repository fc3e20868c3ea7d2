import type {Key as InkKey} from 'ink';

/** A key as the reducer sees it, whatever the terminal sent for it. */
export type Key = {
	name:
		| 'up'
		| 'down'
		| 'left'
		| 'right'
		| 'pageUp'
		| 'pageDown'
		| 'home'
		| 'end'
		| 'enter'
		| 'escape'
		| 'tab'
		| 'backspace'
		| 'delete'
		| 'text';
	/** What was typed or pasted, for `text`; the letter, with `ctrl`. */
	text: string;
	ctrl: boolean;
};

const named = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageUp'],
	['pageDown', 'pageDown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['tab', 'tab'],
	['backspace', 'backspace'],
	['delete', 'delete'],
] as const;

/** Undefined for what is no key of this program (function keys, releases, control characters). */
export function keyOf(input: string, ink: InkKey): Key | undefined {
	if (ink.eventType === 'release') return undefined;
	const name = named.find(([flag]) => ink[flag])?.[1];
	if (name) return {name, text: '', ctrl: ink.ctrl};
	if (input === '\n') return {name: 'enter', text: '', ctrl: false};
	if (input === '' || (!ink.ctrl && /\p{Cc}/u.test(input))) return undefined;
	return {name: 'text', text: input, ctrl: ink.ctrl};
}
