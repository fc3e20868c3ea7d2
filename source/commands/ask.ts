import readline from 'node:readline';
import {SetupError} from '../cluster/setup-error.ts';
import {Interrupted} from './interrupt.ts';
import type {CommandOptions, Streams} from './options.ts';

/** Questions in line mode. */
export type Ask = {
	/** Throws a SetupError (exit 2) where `confirm` could not be answered later: better before anything is touched. */
	mustBeAskable(question: string): void;
	/** True at once with --yes. Throws a SetupError (exit 2) where nobody can answer, Interrupted on Ctrl-C. */
	confirm(question: string): Promise<boolean>;
	/** Throws as `confirm`. @param path of the key */
	passphrase(path: string): Promise<string>;
};

/**
 * Ctrl-C in a prompt makes enquirer pause an interface it has closed, which Node 24 answers with an exception nobody can
 * catch. Undone when the prompt is over.
 */
export function tolerateLatePause(): () => void {
	const {pause} = readline.Interface.prototype;
	readline.Interface.prototype.pause = function (this: readline.Interface & {closed?: boolean}) {
		return this.closed ? this : pause.call(this);
	};
	return () => {
		readline.Interface.prototype.pause = pause;
	};
}

export function createAsk(options: Pick<CommandOptions, 'yes'>, streams: Streams): Ask {
	const {stdin, stderr} = streams;

	// Questions go to stderr: stdout belongs to the result.
	const prompt = async <Answer>(question: {type: 'confirm' | 'password'; message: string}): Promise<Answer> => {
		// Most runs ask nothing.
		const {default: enquirer} = await import('enquirer');
		const restore = tolerateLatePause();
		try {
			const answers = await enquirer.prompt<{answer: Answer}>({name: 'answer', ...question, stdin, stdout: stderr});
			return answers.answer;
		} catch (error) {
			// Enquirer rejects with an empty string when the question is cancelled.
			if (error === '' || error === undefined) throw new Interrupted();
			throw error;
		} finally {
			// Enquirer pauses stdin a tick after it answers.
			await new Promise(resolve => setImmediate(resolve));
			restore();
		}
	};
	const needTerminal = (question: string, fix: string) => {
		if (stdin.isTTY && stderr.isTTY) return;
		throw new SetupError({
			cause: `"${question}" needs an answer, but there is no terminal to ask on.`,
			fix,
			exitCode: 2,
		});
	};

	const mustBeAskable = (question: string) => {
		if (!options.yes) needTerminal(question, 'Run it with --yes to agree beforehand.');
	};

	return {
		mustBeAskable,
		async confirm(question) {
			if (options.yes) return true;
			mustBeAskable(question);
			return prompt<boolean>({type: 'confirm', message: question});
		},
		async passphrase(path) {
			const question = `Passphrase of ${path}`;
			needTerminal(question, 'Use MESOS_SETUP_KEY_PASSPHRASE.');
			return prompt<string>({type: 'password', message: question});
		},
	};
}
