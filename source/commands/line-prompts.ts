import enquirer from 'enquirer';
import {marked} from '../cluster/simulated.ts';
import {back, type Prompts} from '../wizard/prompts.ts';
import {tolerateLatePause} from './ask.ts';
import {Interrupted} from './interrupt.ts';
import type {Streams} from './options.ts';

type Choice = {name: string; message: string; hint?: string; disabled?: boolean | string};
type Question =
	| {type: 'select'; message: string; choices: Choice[]; initial: number}
	| {type: 'multiselect'; message: string; choices: Choice[]; initial: string[]}
	| {type: 'input'; message: string; initial: string}
	| {type: 'password'; message: string};

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
			const asked = {name: 'answer', ...question, message, stdin, stdout: stderr} as Parameters<
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
	return {
		async select(message, choices, initial = 0) {
			const shown = choices.map(({label, hint}, i) => ({name: `${i}`, message: label, hint}));
			const answer = await prompt<string>({type: 'select', message, choices: shown, initial});
			return answer === back ? back : Number(answer);
		},
		async choose(message, choices) {
			const shown = choices.map(({label, hint, disabled}, i) => ({
				name: `${i}`,
				message: label,
				hint: disabled ?? hint,
				...(disabled === undefined ? {} : {disabled: true}),
			}));
			const initial = choices.flatMap(({chosen}, i) => (chosen ? [`${i}`] : []));
			const told = `${message} (Space chooses, Enter goes on)`;
			const answer = await prompt<string[]>({type: 'multiselect', message: told, choices: shown, initial});
			return answer === back ? back : answer.map(Number);
		},
		input: (message, initial) => prompt<string>({type: 'input', message, initial}),
		secret: message => prompt<string>({type: 'password', message}),
		say: lines => {
			for (const line of lines) stdout.write(`${marked(line, mark)}\n`);
		},
	};
}
