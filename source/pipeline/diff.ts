import {createTwoFilesPatch} from 'diff';

/** A unified diff of what a step found and what it wants; empty text is what does not exist. Undefined without texts. */
export function unifiedDiff(
	title: string,
	current: string | undefined,
	candidate: string | undefined,
): string | undefined {
	if (current === undefined && candidate === undefined) return undefined;
	const patch = createTwoFilesPatch(
		current ? title : '/dev/null',
		candidate ? title : '/dev/null',
		current ?? '',
		candidate ?? '',
		undefined,
		undefined,
		{context: 3},
	);
	// Before them the library names and underlines the file once more.
	return patch.slice(patch.indexOf('\n--- ') + 1);
}
