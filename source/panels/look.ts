import {simulationMark} from '../cluster/simulated.ts';

/** The eight parts of a box, as Ink takes them. */
export type Frame = Record<
	'topLeft' | 'top' | 'topRight' | 'right' | 'bottomRight' | 'bottom' | 'bottomLeft' | 'left',
	string
>;

/** Clockwise from the upper left corner. */
function frame(parts: string): Frame {
	const [topLeft = '', top = '', topRight = '', right = '', bottomRight = '', bottom = '', bottomLeft = '', left = ''] =
		parts;
	return {topLeft, top, topRight, right, bottomRight, bottom, bottomLeft, left};
}

/** The signs a terminal can show. */
export type Glyphs = {
	readonly ok: string;
	readonly changed: string;
	readonly failed: string;
	readonly running: string;
	readonly waiting: string;
	readonly stopped: string;
	readonly skipped: string;
	readonly focus: string;
	readonly dot: string;
	readonly ellipsis: string;
	readonly rule: string;
	readonly bar: {readonly full: string; readonly rest: string};
	readonly frame: Frame;
	/** Of what has the focus. */
	readonly focusFrame: Frame;
	readonly keys: {readonly upDown: string; readonly all: string; readonly leftRight: string; readonly enter: string};
	readonly spinner: readonly string[];
	/** `text` in characters this terminal has. */
	readonly text: (text: string) => string;
};

const unicode: Glyphs = {
	ok: '✔',
	changed: '●',
	failed: '✖',
	running: '▸',
	waiting: '·',
	stopped: '■',
	skipped: '-',
	focus: '▌',
	dot: '·',
	ellipsis: '…',
	rule: '─',
	bar: {full: '━', rest: '─'},
	frame: frame('╭─╮│╯─╰│'),
	focusFrame: frame('┏━┓┃┛━┗┃'),
	keys: {upDown: '↑↓', all: '↑↓←→', leftRight: '←→', enter: '⏎'},
	spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
	text: text => text,
};

const ascii: Glyphs = {
	ok: '+',
	changed: '*',
	failed: 'x',
	running: '>',
	waiting: '.',
	stopped: '#',
	skipped: '-',
	focus: '>',
	dot: '-',
	ellipsis: '~',
	rule: '-',
	bar: {full: '#', rest: '-'},
	frame: frame('+-+|+-+|'),
	focusFrame: frame('#=###=##'),
	keys: {upDown: 'Up/Down', all: 'Arrows', leftRight: 'Left/Right', enter: 'Enter'},
	spinner: ['|', '/', '-', '\\'],
	text: text => text.replace(/[^\u0020-\u007e]/gu, '?'),
};

/** Only a terminal or a locale that says it cannot gets ASCII; many that can say nothing. */
export function glyphsFor(env: NodeJS.ProcessEnv): Glyphs {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	const simple = /^(linux|dumb|vt\d|cons\d|ansi$)/.test(env.TERM ?? '');
	const foreign = locale !== '' && !/utf-?8/i.test(locale);
	return simple || foreign ? ascii : unicode;
}

/** What a text means; with it goes always a sign or a word, so that it can be read without colours. */
export type Tone = 'plain' | 'quiet' | 'strong' | 'ok' | 'running' | 'changed' | 'failed' | 'focus';

/** Style of a text for Ink. */
export type Style = {color?: string; bold?: true; dimColor?: true; inverse?: true};

const shapes: Record<Tone, Style> = {
	plain: {},
	quiet: {dimColor: true},
	strong: {bold: true},
	ok: {},
	running: {},
	changed: {},
	failed: {bold: true},
	focus: {bold: true},
};

// The terminal's own palette: it is what the user reads well, on light and on dark.
const colours: Partial<Record<Tone, string>> = {
	ok: 'green',
	running: 'cyan',
	changed: 'yellow',
	failed: 'red',
	focus: 'cyan',
};

/** How the panels look in one terminal. */
export type Look = {
	readonly glyphs: Glyphs;
	readonly style: (tone: Tone) => Style;
	/** Stands in the header of every screen. */
	readonly mark?: string | undefined;
};

export function lookFor(env: NodeJS.ProcessEnv, color: boolean): Look {
	const style = (tone: Tone): Style => {
		const colour = color ? colours[tone] : undefined;
		return colour === undefined ? shapes[tone] : {...shapes[tone], color: colour};
	};
	return {glyphs: glyphsFor(env), style, mark: simulationMark(env)};
}
