import enquirer from 'enquirer';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import {marked} from '../cluster/simulated.ts';
import {back, type Prompts} from '../wizard/prompts.ts';
import {tolerateLatePause} from './ask.ts';
import {Interrupted} from './interrupt.ts';
import type {Streams} from './options.ts';

type Choice = {name: string; message: string; hint: string; disabled?: boolean; indicator?: string};
type Line = {input: string; cursor: number};
type Question =
	| {type: 'select'; message: string; choices: Choice[]; initial: number}
	| {type: 'multiselect'; message: string; choices: Choice[]; initial: string[]}
	| {type: 'input'; message: string; actions: {ctrl: Record<string, string>}; onRun(this: Line): void}
	| {type: 'password'; message: string};

// Enquirer tells the chosen from the others, and the one under the cursor, by colour alone.
const signs = {pointer: {on: '> ', off: '  '}, indicator: {on: '[x]', off: '[ ]'}};
const widestLabel = 40;

// Readline's, which enquirer has but for the one that empties the line.
const keysOfLine = {
	...{a: 'first', b: 'backward', c: 'cancel', d: 'deleteForward', e: 'last', f: 'forward'},
	...{h: 'delete', j: 'submit', k: 'cutForward', u: 'reset', w: 'cutLeft', m: 'submit'},
};

/** Choices in columns, each in one row of the terminal: what wraps enquirer cannot count. */
export function rowsOf(choices: readonly {label: string; hint: string}[], columns: number): Choice[] {
	const width = Math.min(widestLabel, Math.max(...choices.map(({label}) => stringWidth(label)), 0));
	const seen = new Map<string, number>();
	return choices.map(({label, hint}) => {
		const count = (seen.get(label) ?? 0) + 1;
		seen.set(label, count);
		// What was chosen is shown by this name, and found by it again.
		const name = count === 1 ? label : `${label} (${count})`;
		const message = label + ' '.repeat(Math.max(0, width - stringWidth(label)));
		const room = columns - stringWidth(message) - 10;
		const [first = ''] = wrapAnsi(hint, Math.max(10, room), {hard: true}).split('\n');
		return {name, message, hint: first === hint ? hint : `${first}...`};
	});
}

/** The wizard's questions as enquirer's prompts. They go to stderr: stdout belongs to the result. */
export function linePrompts({stdin, stdout, stderr}: Streams, mark?: string): Prompts {
	const prompt = async <Answer>(question: Question): Promise<Answer | typeof back> => {
		const restore = tolerateLatePause();
		let interrupted = false;
		// Enquirer calls both of them a cancelled prompt.
		const watch = (data: Buffer | string) => {
			if (data.toString().includes('\u0003')) interrupted = true;
		};
		stdin.on('data', watch);
		try {
			// Its types know neither these options of choices nor that an initial choice may be several.
			const message = marked(question.message, mark);
			const asked = {name: 'answer', ...signs, ...question, message, stdin, stdout: stderr} as Parameters<
				typeof enquirer.prompt
			>[0];
			const answers = await enquirer.prompt<{answer: Answer}>(asked);
			return answers.answer;
		} catch (error) {
			if (error !== '' && error !== undefined) throw error;
			if (interrupted) throw new Interrupted();
			return back;
		} finally {
			stdin.off('data', watch);
			// Enquirer pauses stdin a tick after it answers.
			await new Promise(resolve => setImmediate(resolve));
			restore();
		}
	};
	const width = () => stderr.columns || 80;
	return {
		async select(message, choices, initial = 0) {
			const rows = rowsOf(choices, width());
			const answer = await prompt<string>({type: 'select', message, choices: rows, initial});
			return answer === back ? back : rows.findIndex(({name}) => name === answer);
		},
		async choose(message, choices) {
			const told = choices.map(({label, hint, disabled}) => ({label, hint: disabled ?? hint}));
			const rows = rowsOf(told, width()).map((row, i) =>
				choices[i]?.disabled === undefined ? row : {...row, disabled: true, indicator: '   '},
			);
			const initial = rows.flatMap(({name}, i) => (choices[i]?.chosen ? [name] : []));
			const how = `${message} (Space chooses, Enter goes on)`;
			const answer = await prompt<string[]>({type: 'multiselect', message: how, choices: rows, initial});
			return answer === back ? back : rows.flatMap(({name}, i) => (answer.includes(name) ? [i] : []));
		},
		input: (message, initial) =>
			prompt<string>({
				type: 'input',
				message,
				actions: {ctrl: keysOfLine},
				// What stands there can be emptied, too; enquirer's own `initial` would come back.
				onRun() {
					this.input = initial;
					this.cursor = initial.length;
				},
			}),
		secret: message => prompt<string>({type: 'password', message}),
		say: lines => {
			const room = width() - marked('', mark).length;
			for (const line of lines)
				stdout.write(`${marked(wrapAnsi(line, room, {trim: false}).replaceAll('\n ', '\n'), mark)}\n`);
		},
	};
}
