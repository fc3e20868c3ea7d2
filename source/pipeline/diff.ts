import {createTwoFilesPatch} from 'diff';

const decode = (blob: string | undefined) => (blob ? Buffer.from(blob, 'base64').toString('utf8') : '');

/** A unified diff of what a step found and what it wants, both base64; undefined where there is nothing to compare. */
export function unifiedDiff(
	title: string,
	current: string | undefined,
	candidate: string | undefined,
): string | undefined {
	if (current === undefined && candidate === undefined) return undefined;
	const patch = createTwoFilesPatch(
		current ? title : '/dev/null',
		candidate ? title : '/dev/null',
		decode(current),
		decode(candidate),
		undefined,
		undefined,
		{context: 3},
	);
	// The first line is a ruler of the library's own.
	return patch.slice(patch.indexOf('\n') + 1);
}
