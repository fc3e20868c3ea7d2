import {type Candidate, standing} from '../discovery/candidate.ts';
import type {Key} from './keys.ts';
import {type TextInput, textInput, typeInto} from './text-input.ts';

export const columns = [
	{name: 'name', title: 'NAME', of: (row: Candidate) => row.name},
	{name: 'id', title: 'ID', of: (row: Candidate) => row.id},
	{name: 'type', title: 'TYPE', of: (row: Candidate) => row.type},
	{name: 'zone', title: 'ZONE', of: (row: Candidate) => row.zone},
	{name: 'private', title: 'PRIVATE IP', of: (row: Candidate) => row.private_ip},
	{name: 'public', title: 'PUBLIC IP', of: (row: Candidate) => row.public_ip ?? ''},
	{name: 'system', title: 'SYSTEM', of: (row: Candidate) => row.system},
	{name: 'state', title: 'STATE', of: (row: Candidate) => (row.state === '' ? '' : standing(row))},
	{name: 'key', title: 'KEY', of: (row: Candidate) => row.key_name ?? ''},
] as const;

export type Column = (typeof columns)[number];

/** How a table of candidates is looked at; the rows themselves are kept elsewhere. */
export type Table = {
	/** Id of the row under the cursor; the first row when it is not shown. */
	at: string | undefined;
	filter: TextInput;
	/** What is typed goes into the filter. */
	filtering: boolean;
	sort: Column['name'] | undefined;
};

export const emptyTable: Table = {at: undefined, filter: textInput(), filtering: false, sort: undefined};

const collator = new Intl.Collator('en', {numeric: true, sensitivity: 'base'});

/** The rows that are shown, in their order. Every word of the filter must be somewhere in a row. */
export function shownRows(rows: readonly Candidate[], {filter, sort}: Table): Candidate[] {
	const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
	const shown = rows.filter(row => {
		const text = [...columns.map(({of}) => of(row)), row.unsuitable ?? ''].join(' ').toLowerCase();
		return words.every(word => text.includes(word));
	});
	const column = columns.find(({name}) => name === sort);
	return column ? shown.sort((a, b) => collator.compare(column.of(a), column.of(b))) : shown;
}

/** Index of the row under the cursor. */
export function cursorIn(shown: readonly Candidate[], {at}: Table): number {
	return Math.max(
		0,
		shown.findIndex(({id}) => id === at),
	);
}

/** Where a list that is `height` rows high begins, so that the cursor is in sight. */
export function firstShown(count: number, cursor: number, height: number): number {
	return Math.max(0, Math.min(cursor - Math.floor(height / 2), count - height));
}

/** The cursor of a list after a key that moves it; undefined for every other key. */
export function moved(cursor: number, count: number, {name, text, ctrl}: Key, page = 10): number | undefined {
	const steps: Partial<Record<Key['name'], number>> = {
		up: -1,
		down: 1,
		pageUp: -page,
		pageDown: page,
		home: -count,
		end: count,
	};
	const letter = name === 'text' && !ctrl ? {k: -1, j: 1}[text] : undefined;
	const step = steps[name] ?? letter;
	return step === undefined ? undefined : Math.max(0, Math.min(count - 1, cursor + step));
}

/** What a key does to a table; undefined when it is none of the table's keys. */
export function pressInTable(table: Table, rows: readonly Candidate[], key: Key): Table | undefined {
	const plain = key.name === 'text' && !key.ctrl ? key.text : '';
	if (table.filtering) {
		if (key.name === 'enter') return {...table, filtering: false};
		if (key.name === 'escape') return {...table, filtering: false, filter: textInput()};
		const filter = typeInto(table.filter, key);
		if (filter) return {...table, filter, at: shownRows(rows, {...table, filter})[0]?.id ?? table.at};
	}
	const shown = shownRows(rows, table);
	const to = plain === '' || !table.filtering ? moved(cursorIn(shown, table), shown.length, key) : undefined;
	if (to !== undefined) return {...table, at: shown[to]?.id};
	if (plain === '/') return {...table, filtering: true};
	if (key.name === 'escape' && table.filter.text !== '') return {...table, filter: textInput()};
	if (plain !== 's') return undefined;
	const used = columns.filter(({of}) => rows.some(row => of(row) !== ''));
	const next = used[used.findIndex(({name}) => name === table.sort) + 1];
	return {...table, sort: next?.name};
}
