import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type {Span} from '../../panels/line.tsx';
import type {Glyphs, Look, Tone} from '../../panels/look.ts';
import {oneLine} from '../../panels/run-reducer.ts';
import type {Problem} from '../problem.ts';
import {firstShown} from '../table.ts';
import {signs, type TextInput} from '../text-input.ts';

/** One row of a screen's body. */
export type Row = readonly Span[];

/** Where a screen draws: so many cells, and no more rows than that. */
export type Canvas = {width: number; height: number; look: Look};

export const blank: Row = [{text: ''}];

export function row(text: string, tone: Tone = 'plain'): Row {
	return [{text, tone}];
}

/** `text`, harmless, in exactly `width` cells. */
export function fitted(text: string, width: number, {ellipsis}: Glyphs): string {
	const clean = oneLine(text);
	const full = stringWidth(clean);
	if (full <= width) return clean + ' '.repeat(width - full);
	let cut = '';
	for (const sign of signs(clean)) {
		if (stringWidth(cut + sign) > width - 1) break;
		cut += sign;
	}
	return cut + ellipsis + ' '.repeat(Math.max(0, width - 1 - stringWidth(cut)));
}

/** Text over as many rows as it needs. */
export function paragraph(text: string, width: number, tone: Tone = 'plain', indent = ''): Row[] {
	const room = Math.max(10, width - stringWidth(indent));
	const lines = wrapAnsi(oneLine(text), room, {hard: true}).split('\n');
	return lines.map(line => row(indent + line.trimEnd(), tone));
}

/** The same with a sign in front of its first row. */
export function marked(sign: string, text: string, width: number, tone: Tone, textTone: Tone = 'plain'): Row[] {
	return paragraph(text, width - 2, textTone).map((spans, i) => [{text: i === 0 ? `${sign} ` : '  ', tone}, ...spans]);
}

/** What is wrong, where, and what helps. */
export function problemRows({host, field, cause, fix}: Problem, {width, look}: Canvas): Row[] {
	const where = [host, field].filter(Boolean).join(' ');
	return [
		...marked(look.glyphs.failed, `${where ? `${where}: ` : ''}${cause}`, width, 'failed', 'failed'),
		...paragraph(fix, width, 'plain', '  '),
	];
}

/** As much of a list as there is room for, the row under the cursor in sight; what is above and below is counted. */
export function windowed(rows: readonly Row[], cursor: number, height: number, look: Look): Row[] {
	if (rows.length <= height) return [...rows];
	const room = Math.max(1, height - 1);
	const first = firstShown(rows.length, cursor, room);
	const above = first;
	const below = rows.length - first - room;
	const parts = [above > 0 ? `${above} above` : '', below > 0 ? `${below} below` : ''].filter(Boolean);
	return [...rows.slice(first, first + room), row(`  ${parts.join(`  ${look.glyphs.dot}  `)}`, 'quiet')];
}

/** A list without a cursor, from its row `first` on. */
export function scrolled(rows: readonly Row[], first: number, height: number, look: Look): Row[] {
	if (rows.length <= height) return [...rows];
	const room = Math.max(1, height - 1);
	return windowed(rows, Math.min(first, rows.length - room) + Math.floor(room / 2), height, look);
}

/** The two cells in front of every row of a list. */
export function pointer(on: boolean, {glyphs}: Look): Span {
	return {text: on ? `${glyphs.focus} ` : '  ', tone: 'focus'};
}

/** In front of a line being typed. */
export const prompt: Span = {text: '> ', tone: 'focus'};

export type Item = {label: string; hint: string; tone?: Tone};

/** A list of things to choose from, hints in a column of their own. */
export function itemRows(items: readonly Item[], cursor: number, {width, look}: Canvas): Row[] {
	const longest = Math.max(...items.map(({label}) => stringWidth(oneLine(label))), 0);
	const labelWidth = Math.min(longest, Math.max(20, width - 22));
	const hintWidth = width - labelWidth - 5;
	return items.map(({label, hint, tone = 'plain'}, i) => [
		pointer(i === cursor, look),
		{text: fitted(label, labelWidth, look.glyphs), tone: i === cursor ? 'focus' : tone},
		{text: hintWidth > 8 ? `   ${fitted(hint, hintWidth, look.glyphs).trimEnd()}` : '', tone: 'quiet'},
	]);
}

/** A line being typed behind its sign, the cursor always in sight. */
export function inputSpans({text, at}: TextInput, width: number, {glyphs}: Look, secret = false): Span[] {
	const all = secret ? signs(text).map(() => '*') : signs(oneLine(text));
	const cursor = glyphs.bar.full === '#' ? '_' : '▏';
	const before = all.slice(0, at).join('');
	const after = all.slice(at).join('');
	let shown = before;
	while (stringWidth(shown) > Math.max(4, width - 2)) shown = signs(shown).slice(1).join('');
	const rest = fitted(after, Math.max(0, width - stringWidth(shown) - 1), glyphs).trimEnd();
	return [
		{text: shown, tone: 'strong'},
		{text: cursor, tone: 'focus'},
		{text: rest, tone: 'strong'},
	];
}

/** A spinner's place in a text that stands still: what is being waited for. */
export function waiting(text: string, {glyphs}: Look): Row {
	return [
		{text: `${glyphs.running} `, tone: 'running'},
		{text: text.endsWith('.') ? text : `${text} ${glyphs.ellipsis}`},
	];
}
