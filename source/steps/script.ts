import {quote} from './quote.ts';

/** What a step kind compiles to; compile() adds what all kinds have in common. */
export type Script = {
	check: string;
	apply: string;
	show?: string | undefined;
	state?: string | undefined;
	/** False where a KILL would do harm. */
	kill?: false | undefined;
	live?: true | undefined;
};

/**
 * Text for the runner's own shell. The function gives it `return` (a status without a fork and without `exit`) and
 * positional parameters of its own.
 */
export function inFunction(body: string): string {
	return `_c() {\n${body.trim()}\n}\n_c`;
}

/** A script of its own (`sh -eu`) in which `fail SENTENCE` ends with status 1. */
export function asScript(body: string): string {
	return `fail() { printf '%s\\n' "$1" >&2; exit 1; }\n${body.trim()}\n`;
}

/** Ends a check with "cannot tell" and a sentence for the user. */
export function undecided(sentence: string): string {
	return `{ printf '%s\\n' ${quote(sentence)} >&2; return 2; }`;
}

/** The two lines of `show`: the base64 of what the commands print, both knowing the variables that `prepare` sets. */
export function blobs(current: string, candidate: string, prepare = ''): string {
	return inFunction(`
${prepare}
{ ${current}
} | base64 | tr -d '\\n'
printf '\\n'
{ ${candidate}
} | base64 | tr -d '\\n'
printf '\\n'`);
}
