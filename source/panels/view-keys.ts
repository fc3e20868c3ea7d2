import type {Key} from 'ink';
import type {Glyphs} from './look.ts';
import type {Move, ViewAction, ViewState} from './view-state.ts';

const letters: Record<string, Move> = {k: 'up', j: 'down', h: 'left', l: 'right', g: 'first', G: 'last'};

function moveOf(input: string, key: Key): Move | undefined {
	if (key.upArrow) return 'up';
	if (key.downArrow) return 'down';
	if (key.leftArrow) return 'left';
	if (key.rightArrow) return 'right';
	if (key.pageUp) return 'page-up';
	if (key.pageDown || input === ' ') return 'page-down';
	if (key.home) return 'first';
	if (key.end) return 'last';
	return letters[input];
}

/** What a key means where the user is; undefined when nothing. */
export function actionOf(input: string, key: Key, view: ViewState): ViewAction | undefined {
	if (key.escape) return {do: 'back'};
	if (key.ctrl || key.meta) return undefined;
	if (view.typing) {
		if (key.return) return {do: 'enter'};
		if (key.backspace || key.delete) return {do: 'erase'};
		return input === '' || /\p{Cc}/u.test(input) ? undefined : {do: 'write', text: input};
	}
	if (key.return) return {do: 'open'};
	if (input === '/') return {do: 'type'};
	if (input === 'f') return {do: 'trouble'};
	const where = moveOf(input, key);
	return where && {do: 'move', where};
}

export type Hint = {readonly key: string; readonly what: string; readonly short: string};

/** The keys that do something now, most wanted first. */
export function hintsOf(view: ViewState, kind: 'panels' | 'list', {keys}: Glyphs, stopping: boolean): Hint[] {
	const stop: Hint = {key: '^C', what: stopping ? 'leave at once' : 'stop', short: stopping ? 'leave' : 'stop'};
	if (view.typing) {
		return [
			{key: keys.enter, what: 'keep the filter', short: 'keep'},
			{key: 'Esc', what: 'clear', short: 'clear'},
			stop,
		];
	}
	if (view.open) {
		return [
			{key: keys.upDown, what: 'scroll', short: 'scroll'},
			{key: 'PgUp PgDn', what: 'page', short: ''},
			{key: 'g G', what: 'ends', short: 'ends'},
			{key: keys.leftRight, what: 'other host', short: 'host'},
			{key: 'Esc', what: 'back', short: 'back'},
			stop,
		];
	}
	const move = kind === 'panels' ? keys.all : keys.upDown;
	return [
		{key: move, what: 'choose', short: ''},
		{key: keys.enter, what: 'open log', short: 'log'},
		{key: '/', what: 'filter', short: 'filter'},
		{key: 'f', what: view.onlyTrouble ? 'all hosts' : 'only trouble', short: view.onlyTrouble ? 'all' : 'trouble'},
		stop,
	];
}
