/** Questions in line mode. Each resolves with `back` where the person wants to go back (Esc), and rejects on Ctrl-C. */
export type Prompts = {
	/** Resolves with the index of a choice. */
	select(
		message: string,
		choices: readonly {label: string; hint: string}[],
		initial?: number,
	): Promise<number | typeof back>;
	/** Resolves with the indices of choices; those with `disabled` cannot be chosen and say why. */
	choose(
		message: string,
		choices: readonly {label: string; hint: string; disabled?: string | undefined; chosen: boolean}[],
	): Promise<number[] | typeof back>;
	input(message: string, initial: string): Promise<string | typeof back>;
	secret(message: string): Promise<string | typeof back>;
	/** Prints lines. */
	say(lines: readonly string[]): void;
};

/** A text could be the word back itself. */
export const back: unique symbol = Symbol('back');
