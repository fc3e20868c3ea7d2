/** The words of a line of shell as the runner gets them: quotes taken off, `$N` for line ends filled in. */
export function wordsOf(line: string): string[] {
	const words: string[] = [];
	let word: string | undefined;
	const pieces = line.matchAll(/'([^']*)'|"\$N"|\\(.)|( +)|([^'"\\ ]+)/gs);
	for (const [piece, quoted, escaped, blank, plain] of pieces) {
		if (blank !== undefined) {
			if (word !== undefined) words.push(word);
			word = undefined;
		} else word = (word ?? '') + (piece === '"$N"' ? '\n' : (quoted ?? escaped ?? plain ?? ''));
	}
	if (word !== undefined) words.push(word);
	return words;
}

/** A step as it comes in a frame. */
export type StepFrame = {
	id: string;
	mode: 'plan' | 'apply' | 'hold';
	live: boolean;
	title: string;
	check: string;
	/** Of plan `show`, of hold `state`, of apply nothing. */
	extra: string;
	apply: string;
};

export function stepOf([
	,
	id = '',
	mode,
	,
	,
	,
	live,
	title = '',
	check = '',
	apply = '',
	extra = '',
]: string[]): StepFrame {
	const known = mode === 'plan' || mode === 'apply' ? mode : 'hold';
	return {id, mode: known, live: live === '1', title, check, apply, extra};
}

/** The first content that a step's text carries, which for files and blocks is what they write. */
export function contentOf(text: string): string | undefined {
	const [, blob] = /printf %s '([A-Za-z0-9+/=]*)' \| base64 -d/.exec(text) ?? [];
	return blob === undefined ? undefined : Buffer.from(blob, 'base64').toString();
}
