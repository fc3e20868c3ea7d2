import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import {rowsOf} from '../../../source/commands/line-prompts.ts';

test('choices stand in columns, each in one row of the terminal', () => {
	const rows = rowsOf(
		[
			{label: 'web', hint: 'm7i.large  eu-west-1a'},
			{label: '名前', hint: 'a reason that is far too long for a terminal of so few columns'},
		],
		50,
	);
	expect(rows.map(({message}) => stringWidth(message))).toEqual([4, 4]);
	for (const {message, hint} of rows) expect(stringWidth(`> [x] ${message} ${hint}`)).toBeLessThanOrEqual(50);
	expect(rows[1]?.hint).toMatch(/^a reason that is far.*\.\.\.$/);
});

test('choices of the same name are told apart', () => {
	const rows = rowsOf(
		[
			{label: 'web', hint: ''},
			{label: 'web', hint: ''},
			{label: 'db', hint: ''},
		],
		80,
	);
	expect(rows.map(({name}) => name)).toEqual(['web', 'web (2)', 'db']);
});
