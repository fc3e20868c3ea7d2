import Table from 'cli-table3';
import {isMet, type Result} from './measure.ts';

/** As many digits as mean something. */
export function figure(value: number | undefined): string {
	if (value === undefined) return 'not measured';
	return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function goalWords(goal: Result['goal']): string {
	if (!goal) return 'told';
	if ('atMost' in goal) return `<= ${goal.atMost}`;
	return 'below' in goal ? `< ${goal.below}` : `>= ${goal.atLeast}`;
}

function verdict(result: Result): string {
	const met = isMet(result);
	return met === undefined ? '' : met ? 'yes' : 'NO';
}

/** The results for people. */
export function table(results: readonly Result[]): string {
	const drawn = new Table({
		head: ['key', 'measure', 'value', 'goal', 'met'],
		style: {head: [], border: []},
		wordWrap: true,
		colWidths: [26, 64, 14, 10, 6],
	});
	for (const result of results)
		drawn.push([result.key, result.measure, figure(result.value), goalWords(result.goal), verdict(result)]);
	const notes = results.filter(({note}) => note).map(({key, note}) => `${key}: ${note}`);
	return [drawn.toString(), ...notes].join('\n');
}
