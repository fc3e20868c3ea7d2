import type {Problem} from './problem.ts';
import {back, type Prompts} from './prompts.ts';
import {goBack} from './reducer.ts';
import {failedIn} from './screens/verified.ts';
import type {WizardState} from './state.ts';
import {columns} from './table.ts';

export type Change = (state: WizardState) => WizardState;
export type Question = (state: WizardState, prompts: Prompts) => Promise<Change>;

export const enter = {name: 'enter', text: '', ctrl: false} as const;
export const letter = (text: string) => ({name: 'text', text, ctrl: false}) as const;
export const stay: Change = state => state;
export const quit: Change = state => ({...state, exit: {code: failedIn(state) ? 1 : 0}});

export const sentence = ({host, field, cause, fix}: Problem) =>
	`! ${[host, field].filter(Boolean).join(' ')}${host || field ? ': ' : ''}${cause} ${fix}`;

/** What is still to be said of a run. */
export const untold = (problems: readonly Problem[]) => problems.filter(({told}) => !told).map(sentence);

// So much of an instance fits into a line beside its name.
const told = ['type', 'zone', 'private', 'system'];

export const describe = (one: Parameters<(typeof columns)[number]['of']>[0]) =>
	columns
		.filter(({name}) => told.includes(name))
		.map(({of}) => of(one))
		.filter(Boolean)
		.join('  ');

/** Choices with the ways out behind them; what is chosen is a change of the state. */
export async function pick(
	prompts: Prompts,
	message: string,
	choices: readonly {label: string; hint?: string; change: Change}[],
	initial = 0,
): Promise<Change> {
	const shown = choices.map(({label, hint = ''}) => ({label, hint}));
	const index = await prompts.select(message, shown, initial);
	return index === back ? goBack : (choices[index]?.change ?? stay);
}

export const outs = [
	{label: 'Back', change: goBack},
	{label: 'Quit', change: quit},
];

export async function ask(
	prompts: Prompts,
	message: string,
	initial: string,
	change: (text: string) => Change,
): Promise<Change> {
	const text = await prompts.input(message, initial);
	return text === back ? goBack : change(text);
}
