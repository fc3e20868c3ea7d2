import stringWidth from 'string-width';
import type {Candidate} from '../../discovery/candidate.ts';
import type {Span} from '../../panels/line.tsx';
import type {Tone} from '../../panels/look.ts';
import {oneLine} from '../../panels/run-reducer.ts';
import {type Column, columns, cursorIn, shownRows, type Table} from '../table.ts';
import {blank, type Canvas, fitted, inputSpans, paragraph, pointer, type Row, row, windowed} from './rows.ts';

/** Which columns go first when there is no room for all. */
const importance: Column['name'][] = ['name', 'private', 'zone', 'type', 'state', 'public', 'system', 'key', 'id'];
const widest = 26;

type Placed = {column: Column; width: number};

/** The columns that fit into `width` cells, in their usual order; those that say nothing of any row are left out. */
function place(rows: readonly Candidate[], sort: Table['sort'], width: number): Placed[] {
	const placed = columns.flatMap((column): Placed[] => {
		const texts = rows.map(one => oneLine(column.of(one)));
		if (texts.every(text => text === '')) return [];
		const longest = Math.max(...texts.map(text => stringWidth(text)), column.title.length + 2);
		return [{column, width: Math.min(widest, longest)}];
	});
	const total = () => placed.reduce((sum, one) => sum + one.width + 2, 0);
	for (const name of importance.toReversed().filter(column => column !== sort)) {
		if (total() <= width + 2) break;
		const at = placed.findIndex(({column}) => column.name === name);
		if (at >= 0 && placed.length > 2) placed.splice(at, 1);
	}
	return placed;
}

/** What the columns leave out, in rows of whole entries. */
function details(one: Candidate, placed: readonly Placed[], width: number): Row[] {
	const hidden = columns.filter(column => !placed.some(other => other.column.name === column.name) && column.of(one));
	const rows: string[] = [];
	for (const {title, of} of hidden) {
		const entry = `${title.toLowerCase().replace(' ip', '')} ${oneLine(of(one))}`;
		const last = rows.at(-1);
		if (last !== undefined && stringWidth(`${last}   ${entry}`) <= width) rows[rows.length - 1] = `${last}   ${entry}`;
		else rows.push(entry);
	}
	return rows.map(text => row(text, 'quiet'));
}

export type Mark = {text: string; tone: Tone};

/**
 * A table of candidates with a mark in front of every row, over at most `canvas.height` rows: filter, head, rows, and the
 * row under the cursor in full where not all of its columns have room.
 */
export function tableRows(
	all: readonly Candidate[],
	table: Table,
	canvas: Canvas,
	markOf: (one: Candidate) => Mark,
	markWidth: number,
): Row[] {
	const {width, height, look} = canvas;
	const {glyphs} = look;
	const shown = shownRows(all, table);
	const cursor = cursorIn(shown, table);
	const placed = place(all, table.sort, width - markWidth - 4);
	const cells = (textOf: (column: Column) => string, toneOf: (column: Column) => Tone): Span[] =>
		placed.map(({column, width: room}, i) => ({
			text: `${i === 0 ? '' : '  '}${fitted(textOf(column), room, glyphs)}`,
			tone: toneOf(column),
		}));
	const arrow = glyphs.bar.full === '#' ? ' v' : ' ↓';
	const sorted = ({name}: Column) => table.sort === name;
	const head: Row = [
		{text: ' '.repeat(markWidth + 4)},
		...cells(
			column => column.title + (sorted(column) ? arrow : ''),
			column => (sorted(column) ? 'strong' : 'quiet'),
		),
	];
	const lines = shown.map((one, i): Row => {
		const mark = markOf(one);
		const front = [pointer(i === cursor, look), {text: `${fitted(mark.text, markWidth, glyphs)}  `, tone: mark.tone}];
		const {unsuitable} = one;
		if (unsuitable === undefined) {
			return [
				...front,
				...cells(
					column => column.of(one),
					() => (i === cursor ? 'focus' : 'plain'),
				),
			];
		}
		const nameWidth = placed[0]?.width ?? 10;
		const reason = fitted(unsuitable, width - markWidth - 6 - nameWidth, glyphs).trimEnd();
		return [...front, {text: `${fitted(one.name || one.id, nameWidth, glyphs)}  ${reason}`, tone: 'quiet'}];
	});
	const filterRow: Row[] =
		table.filtering || table.filter.text !== ''
			? [
					[
						{text: '/ ', tone: 'focus'},
						...(table.filtering ? inputSpans(table.filter, width - 24, look) : [{text: oneLine(table.filter.text)}]),
						{text: `   ${shown.length} of ${all.length}`, tone: 'quiet'},
					],
				]
			: [];
	const here = shown[cursor];
	const bound = here?.slave_only ? paragraph(`slave only: it ${here.slave_only}`, width, 'changed') : [];
	const about = here && height >= 9 ? [...bound, ...details(here, placed, width)].slice(0, 2) : [];
	const detailRows = about.length > 0 ? [blank, ...about] : [];
	const room = height - 1 - filterRow.length - detailRows.length;
	const body =
		shown.length === 0 ? [row('  Nothing matches the filter.', 'quiet')] : windowed(lines, cursor, room, look);
	return [...filterRow, head, ...body, ...detailRows];
}
