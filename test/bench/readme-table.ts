import type {Result} from './measure.ts';
import {figure, goalWords} from './table.ts';

/** bench.json: the last measurement of every line of the table. */
export type Measured = {
	measured: string;
	machine: string;
	node: string;
	results: (Result & {met?: boolean | undefined})[];
};

const begin = '<!-- bench -->\n';
const end = '<!-- /bench -->';

function markdown({measured, machine, node, results}: Measured): string {
	const rows = results.map(({key, measure, value, goal, met, note = ''}) => {
		const judged = met === false ? `**${goalWords(goal)}: no**` : goalWords(goal);
		return `| \`${key}\` | ${measure} | ${figure(value)} | ${judged} | ${note} |`;
	});
	return [
		'| key | measure | value | goal | |',
		'| --- | --- | --- | --- | --- |',
		...rows,
		'',
		`Measured ${measured} on ${machine}, Node ${node}.`,
		'',
	].join('\n');
}

/** The README with its table as bench.json says. Throws where it has no place for one. */
export function withTable(readme: string, measured: Measured): string {
	const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
	if (from === -1 || to < from) throw new Error(`README.md has no lines "${begin.trim()}" and "${end}".`);
	return `${readme.slice(0, from)}${begin}${markdown(measured)}${readme.slice(to)}`;
}
