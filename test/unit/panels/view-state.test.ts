import fc from 'fast-check';
import type {Key} from 'ink';
import {describe, expect, test} from 'vitest';
import {lookFor} from '../../../source/panels/look.ts';
import {initialState} from '../../../source/panels/run-state.ts';
import {actionOf, hintsOf} from '../../../source/panels/view-keys.ts';
import {
	initialView,
	reduceView,
	shownHosts,
	type ViewAction,
	type ViewContext,
	type ViewState,
} from '../../../source/panels/view-state.ts';
import {subject} from './recording.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const context: ViewContext = {shown: names, across: 2, page: 4, logLines: 10};
const go = (actions: ViewAction[], from: ViewState = initialView) =>
	actions.reduce((view, action) => reduceView(view, action, context), from);
const move = (where: Extract<ViewAction, {do: 'move'}>['where']): ViewAction => ({do: 'move', where});

describe('focus', () => {
	test('moves through the grid and stays in it', () => {
		expect(go([move('right')]).focus).toBe('b');
		expect(go([move('down'), move('down')]).focus).toBe('e');
		expect(go([move('up')]).focus).toBe('a');
		expect(go([move('right'), move('down'), move('down')]).focus).toBe('e');
		expect(go([move('last'), move('right')]).focus).toBe('e');
		expect(go([move('last'), move('first'), move('left')]).focus).toBe('a');
	});

	test('is on the first host when the one it was on is not shown any more', () => {
		const gone = {...initialView, focus: 'gone'};
		expect(go([move('right')], gone).focus).toBe('b');
	});
});

describe('an open log', () => {
	const open = go([move('right'), {do: 'open'}]);

	test('follows its end, scrolls back no further than its beginning', () => {
		expect(open).toMatchObject({open: true, back: 0, focus: 'b'});
		expect(go([move('up'), move('up')], open).back).toBe(2);
		expect(go([move('page-up'), move('page-up'), move('page-up')], open).back).toBe(6);
		expect(go([move('first'), move('last')], open).back).toBe(0);
		expect(go([move('down')], open).back).toBe(0);
	});

	test('left and right go to the other hosts, at the end of their logs', () => {
		expect(go([move('up'), move('right')], open)).toMatchObject({focus: 'c', open: true, back: 0});
	});

	test('closes with the key that opened it and with esc', () => {
		expect(go([{do: 'open'}], open).open).toBe(false);
		expect(go([{do: 'back'}], open).open).toBe(false);
	});

	test('nothing opens where nothing is shown', () => {
		expect(reduceView(initialView, {do: 'open'}, {...context, shown: []}).open).toBe(false);
	});
});

describe('filter', () => {
	const hosts = initialState(subject, 0).hosts.map(host =>
		host.name === 'slave-2' ? {...host, state: 'failed' as const} : host,
	);
	const shown = (view: Partial<ViewState>) => shownHosts(hosts, {...initialView, ...view}).map(({name}) => name);

	test('hosts in trouble come first, the others keep their order', () => {
		expect(shown({})).toEqual(['slave-2', 'master-1', 'master-2', 'master-3', 'slave-1', 'slave-3']);
	});

	test('every word must be found in name, role, state or step', () => {
		expect(shown({filter: 'MASTER'})).toEqual(['master-1', 'master-2', 'master-3']);
		expect(shown({filter: 'slave 3'})).toEqual(['slave-3']);
		expect(shown({filter: 'failed'})).toEqual(['slave-2']);
		expect(shown({onlyTrouble: true})).toEqual(['slave-2']);
		expect(shown({filter: 'nothing like it'})).toEqual([]);
	});

	test('is typed, kept with enter, and given up with esc one step after the other', () => {
		const typed = go([{do: 'type'}, {do: 'write', text: 'm'}, {do: 'write', text: 'x'}, {do: 'erase'}]);
		expect(typed).toMatchObject({typing: true, filter: 'm'});
		const kept = go([{do: 'enter'}, {do: 'trouble'}, {do: 'open'}], typed);
		expect(kept).toMatchObject({typing: false, filter: 'm', onlyTrouble: true, open: true});
		const closed = go([{do: 'back'}], kept);
		expect(closed).toMatchObject({open: false, filter: 'm'});
		expect(go([{do: 'back'}], closed)).toMatchObject({filter: '', onlyTrouble: true});
		expect(go([{do: 'back'}, {do: 'back'}], closed)).toMatchObject({filter: '', onlyTrouble: false});
		expect(go([{do: 'back'}], typed)).toMatchObject({typing: false, filter: ''});
	});
});

test('no sequence of actions brings the view out of its bounds', () => {
	const where = fc.constantFrom('up', 'down', 'left', 'right', 'page-up', 'page-down', 'first', 'last');
	const action = fc.oneof(
		where.map((where): ViewAction => ({do: 'move', where: where as never})),
		fc.constantFrom<ViewAction>({do: 'open'}, {do: 'back'}, {do: 'trouble'}, {do: 'type'}, {do: 'enter'}),
	);
	fc.assert(
		fc.property(fc.array(action, {maxLength: 40}), fc.integer({min: 1, max: 7}), (actions, across) => {
			let view = initialView;
			for (const one of actions) view = reduceView(view, one, {...context, across});
			expect(view.focus === undefined || names.includes(view.focus)).toBe(true);
			expect(view.back).toBeGreaterThanOrEqual(0);
			expect(view.back).toBeLessThanOrEqual(6);
			expect(view.top).toBeGreaterThanOrEqual(0);
		}),
	);
});

describe('keys', () => {
	const key = (pressed: Partial<Key>) => pressed as Key;
	const {glyphs} = lookFor({}, false);

	test('letters and arrows move; while a filter is typed letters are text', () => {
		expect(actionOf('j', key({}), initialView)).toEqual({do: 'move', where: 'down'});
		expect(actionOf('', key({pageUp: true}), initialView)).toEqual({do: 'move', where: 'page-up'});
		expect(actionOf('G', key({shift: true}), initialView)).toEqual({do: 'move', where: 'last'});
		const typing = {...initialView, typing: true};
		expect(actionOf('j', key({}), typing)).toEqual({do: 'write', text: 'j'});
		expect(actionOf('', key({backspace: true}), typing)).toEqual({do: 'erase'});
		expect(actionOf('', key({upArrow: true}), typing)).toBeUndefined();
		expect(actionOf('f', key({ctrl: true}), initialView)).toBeUndefined();
		expect(actionOf('x', key({}), initialView)).toBeUndefined();
	});

	test('every key that is listed does something there', () => {
		const listed = (view: ViewState) => hintsOf(view, 'panels', glyphs, false).map(hint => hint.key);
		expect(listed(initialView)).toEqual(['↑↓←→', '⏎', '/', 'f', '^C']);
		expect(listed({...initialView, open: true})).toEqual(['↑↓', 'PgUp PgDn', 'g G', '←→', 'Esc', '^C']);
		expect(listed({...initialView, typing: true})).toEqual(['⏎', 'Esc', '^C']);
		expect(hintsOf(initialView, 'list', glyphs, true).at(-1)?.what).toBe('leave at once');
	});
});
