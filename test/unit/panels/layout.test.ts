import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Layout, layoutOf, least, windowStart} from '../../../source/panels/layout.ts';

const size = fc.record({columns: fc.integer({min: 40, max: 300}), rows: fc.integer({min: 10, max: 120})});

function rowsOf(layout: Layout): number {
	if (layout.kind === 'panels') return layout.lines.reduce((sum, [cell]) => sum + (cell?.height ?? 0), 0);
	return layout.kind === 'list' ? layout.visible + layout.preview + (layout.head ? 1 : 0) : 0;
}

describe('layout', () => {
	test('fills the terminal and never exceeds it, whatever its size, hosts and troubles', () => {
		fc.assert(
			fc.property(size, fc.integer({min: 0, max: 300}), fc.integer({min: 0, max: 60}), (size, hosts, trouble) => {
				const layout = layoutOf(size, hosts, trouble);
				expect(layout.header + layout.trouble + layout.body + 1).toBe(size.rows);
				expect(rowsOf(layout)).toBe(layout.body);
				expect(layout.body).toBeGreaterThan(0);
				if (layout.kind !== 'panels') return;
				expect(layout.lines.flat()).toHaveLength(hosts);
				for (const line of layout.lines) {
					expect(line.reduce((sum, {width}) => sum + width, 0)).toBeLessThanOrEqual(size.columns);
					for (const {width, height} of line) {
						expect(width).toBeGreaterThanOrEqual(36);
						expect(height).toBeGreaterThanOrEqual(4);
					}
				}
			}),
		);
	});

	const shape = (columns: number, rows: number, hosts: number, trouble = 0) => {
		const layout = layoutOf({columns, rows}, hosts, trouble);
		return layout.kind === 'panels' ? layout.lines.map(line => line.length) : layout.kind;
	};

	test('six hosts are panels in 80x24, three in 60x20, a hundred are lines', () => {
		expect(shape(80, 24, 6)).toEqual([2, 2, 2]);
		expect(shape(120, 40, 6)).toEqual([2, 2, 2]);
		expect(shape(60, 20, 3)).toEqual([1, 1, 1]);
		expect(shape(80, 24, 100)).toBe('list');
		expect(shape(80, 24, 6, 5)).toEqual([2, 2, 2]);
	});

	test('trouble takes a third of the screen at most', () => {
		expect(layoutOf({columns: 80, rows: 24}, 6, 50).trouble).toBe(8);
	});

	test('a terminal that is too small is told apart', () => {
		expect(layoutOf({columns: least.columns - 1, rows: 24}, 6, 0).kind).toBe('small');
		expect(layoutOf({columns: 80, rows: least.rows - 1}, 6, 0).kind).toBe('small');
	});
});

describe('window of a list', () => {
	test('always holds the focus, stays inside and moves no more than it must', () => {
		const any = fc.integer({min: 0, max: 200});
		fc.assert(
			fc.property(
				fc.integer({min: 1, max: 200}),
				any,
				fc.integer({min: 1, max: 60}),
				any,
				(all, at, visible, before) => {
					const focus = at % all;
					const start = windowStart(focus, all, visible, before);
					expect(start).toBeGreaterThanOrEqual(0);
					expect(start).toBeLessThanOrEqual(Math.max(0, all - visible));
					expect(focus).toBeGreaterThanOrEqual(start);
					expect(focus).toBeLessThan(start + visible);
				},
			),
		);
		expect(windowStart(12, 100, 10, 5)).toBe(5);
		expect(windowStart(15, 100, 10, 5)).toBe(6);
		expect(windowStart(3, 100, 10, 5)).toBe(3);
	});
});
