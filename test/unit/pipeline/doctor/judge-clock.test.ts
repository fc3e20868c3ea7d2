import {expect, test} from 'vitest';
import {judgeClocks} from '../../../../source/pipeline/doctor/judge-clock.ts';

const judge = (...offsets: number[]) =>
	judgeClocks(offsets.map((offset, i) => ({host: `h${i + 1}`, offset}))).map(
		({host, check}) => `${host ?? 'here'} ${check.status} ${check.detail}`,
	);

test('clocks within a second are fine', () => {
	expect(judge(900, -80, 0).map(line => line.split(' ')[1])).toEqual(['ok', 'ok', 'ok']);
});

test('the one that is off is named with direction and distance, the others are not blamed', () => {
	expect(judge(10, 61_000, -20)).toEqual([
		'h1 ok within 0.1 s of the others',
		expect.stringMatching(/^h2 failed its clock is 61\.0 s ahead of the middle/),
		'h3 ok within 0.1 s of the others',
	]);
	expect(judge(10, -7_200_000, -20)[1]).toMatch(/^h2 failed its clock is 2 h behind/);
	expect(judge(10, -5000, -20)[1]).toMatch(/^h2 warn its clock is 5\.0 s behind/);
});

test('when this computer is the one that is off, it is told and no host is', () => {
	expect(judge(-600_000, -600_010, -599_990, -600_000)).toEqual([
		...[1, 2, 3, 4].map(n => `h${n} ok within 0.1 s of the others`),
		expect.stringMatching(/^here warn This computer's clock is 10 min ahead/),
	]);
});

test('of two that differ, each is as far from the middle', () => {
	const [host = ''] = judge(120_000);
	expect(host).toMatch(/^h1 failed its clock is 60\.0 s ahead/);
});

test('no host at all is no clock at all', () => expect(judge()).toEqual([]));
