import {describe, expect, test} from 'vitest';
import {roleFacts} from '../../../source/wizard/screens/roles.ts';
import {emptyTable, pressInTable, shownRows} from '../../../source/wizard/table.ts';
import {type TextInput, textInput, typeInto} from '../../../source/wizard/text-input.ts';
import {parseTypedHost, parseTypedHosts} from '../../../source/wizard/typed-hosts.ts';
import {candidate, fleet, key} from './fixture.ts';

describe('a line being typed', () => {
	const type = (...words: string[]) =>
		words.reduce<TextInput>((input, word) => typeInto(input, key(word)) ?? input, textInput('ab cd'));

	test.each([
		[['x'], 'ab cdx', 6],
		[['Left', 'x'], 'ab cxd', 5],
		[['^a', 'x'], 'xab cd', 1],
		[['Left', 'Backspace'], 'ab d', 3],
		[['^w'], 'ab ', 3],
		[['Left', 'Left', '^k'], 'ab ', 3],
		[['Left', 'Left', '^u'], 'cd', 0],
		[['Left', 'Left', 'Left', 'Left', 'Left', 'Left', 'x'], 'xab cd', 1],
		[['👍🏽', 'Backspace'], 'ab cd', 5],
		[['pasted\r\n'], 'ab cdpasted', 11],
		[['a\tb'], 'ab cda b', 8],
		[['Up', 'Tab'], 'ab cd', 5],
	])('%j', (words, text, at) => {
		expect(type(...words)).toEqual({text, at});
	});
});

describe('the table', () => {
	test('every word of the filter must be somewhere in the row', () => {
		const names = (filter: string) =>
			shownRows(fleet, {...emptyTable, filter: textInput(filter)}).map(({name}) => name);
		expect(names('slave eu-west-1a')).toEqual(['slave-1']);
		expect(names('WINDOWS')).toEqual(['windows']);
		expect(names('stopped')).toEqual(['old']);
		expect(names('nothing like this')).toEqual([]);
	});

	test('numbers sort as numbers', () => {
		const rows = [10, 9, 100].map((n, i) => candidate(`web-${n}`, i));
		expect(shownRows(rows, {...emptyTable, sort: 'name'}).map(({name}) => name)).toEqual([
			'web-9',
			'web-10',
			'web-100',
		]);
	});

	test('the cursor stays on its row when the order changes', () => {
		const down = pressInTable(emptyTable, fleet, key('Down'));
		const sorted = down && pressInTable({...down, sort: 'key'}, fleet, key('s'));
		expect(down?.at).toBe(fleet[1]?.id);
		expect(sorted).toMatchObject({at: fleet[1]?.id, sort: undefined});
	});

	test('columns that say nothing are not sorted by', () => {
		const typed = parseTypedHosts(['10.0.0.1', '10.0.0.2']).candidates;
		const sorts: unknown[] = [];
		let table = emptyTable;
		for (let i = 0; i < 4; i++) {
			table = pressInTable(table, typed, key('s')) ?? table;
			sorts.push(table.sort);
		}
		expect(sorts).toEqual(['id', 'private', 'public', undefined]);
	});
});

describe('typed hosts', () => {
	test.each([
		['10.0.0.1', {name: '', public_ip: '10.0.0.1', private_ip: '10.0.0.1'}, undefined],
		['web.example, 10.0.0.1, master', {public_ip: 'web.example', private_ip: '10.0.0.1'}, 'master'],
		['slave-9=203.0.113.9,10.0.0.9', {name: 'slave-9', public_ip: '203.0.113.9', private_ip: '10.0.0.9'}, undefined],
		['203.0.113.9   10.0.0.9 s', {public_ip: '203.0.113.9', private_ip: '10.0.0.9'}, 'slave'],
		['2001:db8::1 10.0.0.9 agent', {public_ip: '2001:db8::1', private_ip: '10.0.0.9'}, 'slave'],
	])('%s', (line, expected, role) => {
		const parsed = parseTypedHost(line);
		expect(parsed).toMatchObject({candidate: expected});
		expect('role' in parsed ? parsed.role : undefined).toBe(role);
	});

	test.each([
		['web.example', 'private address is missing'],
		['10.0.0.1 10.0.0.2 king', '`king` is neither'],
		['No Name=10.0.0.1', 'is neither'],
		['-bad-=10.0.0.1', 'no host name'],
		['@', 'neither an IP address nor a host name'],
	])('%s is refused', (line, cause) => {
		expect(parseTypedHost(line)).toMatchObject({cause: expect.stringContaining(cause)});
	});

	test('comments and empty lines are passed over, twins are not', () => {
		const {candidates, problems} = parseTypedHosts(['# mine', '', '10.0.0.1', '10.0.0.1 master']);
		expect(candidates).toHaveLength(1);
		expect(problems).toMatchObject([{cause: '10.0.0.1 is written twice.'}]);
	});
});

test.each([
	[5, 3, ['5 masters: survives 2 failures (3 of 5 must agree).']],
	[4, 3, ['4 masters: 3 must agree, so they survive 1 failure, like 3 masters. Use 5 or 3.']],
	[
		9,
		1,
		[
			'9 masters: survives 4 failures (5 of 9 must agree).',
			'More than seven masters make every decision slower and nothing safer.',
		],
	],
	[3, 0, ['3 masters: survives 1 failure (2 of 3 must agree).', 'Without a slave nothing can run on the cluster.']],
])('%i masters and %i slaves', (masters, slaves, texts) => {
	expect(roleFacts(masters, slaves).map(({text}) => text)).toEqual(texts);
});
