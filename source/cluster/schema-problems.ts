import leven from 'leven';
import type {z} from 'zod';
import {quote} from './text.ts';

/** Where in the cluster file: keys and list positions from the top. */
export type Path = readonly PropertyKey[];

export type Problem = {path: Path; cause: string; fix: string};

/** `['hosts', 2, 'private_ip']` as people write it: `hosts[2].private_ip`. */
export function formatField(path: Path): string {
	return path
		.map((key, index) => {
			if (typeof key === 'number') return `[${key}]`;
			const text = String(key);
			if (!/^[\w-]{1,60}$/.test(text)) return `[${quote(text).slice(1, -1)}]`;
			return index === 0 ? text : `.${text}`;
		})
		.join('');
}

/** The word of `known` that was probably meant, if any is close enough. */
export function closest(word: string, known: Iterable<string>): string | undefined {
	if (word.length > 60) return undefined;
	let best: string | undefined;
	let bestDistance = Math.min(3, Math.ceil(word.length / 3)) + 1;
	for (const candidate of known) {
		const distance = leven(word.toLowerCase(), candidate, {maxDistance: bestDistance});
		if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
	}
	return best;
}

const nouns: Record<string, string> = {
	string: 'text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	object: 'a map of keys',
	record: 'a map of keys',
	array: 'a list',
};

function describe(value: unknown): string {
	if (value === null) return 'empty';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'a map of keys';
	return typeof value === 'string' ? `the text ${quote(value)}` : quote(String(value));
}

function wrongType(expected: string, value: unknown): {cause: string; fix: string} {
	if (value === undefined) return {cause: 'is missing.', fix: `Add it; it is ${nouns[expected] ?? expected}.`};
	const cause = `is ${describe(value)}, but must be ${nouns[expected] ?? expected}.`;
	if (expected === 'string' && ['number', 'boolean'].includes(typeof value)) return {cause, fix: 'Put it in quotes.'};
	return {cause, fix: 'Correct it.'};
}

function oneOf(values: readonly unknown[], value: unknown): {cause: string; fix: string} {
	const meant = typeof value === 'string' ? closest(value, values.map(String)) : undefined;
	return {
		cause: value === undefined ? 'is missing.' : `is ${describe(value)}, which is not one of its values.`,
		fix: meant ? `Did you mean ${meant}?` : `Use one of: ${values.join(', ')}.`,
	};
}

function valueAt(root: unknown, path: Path): unknown {
	return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
}

function toProblems(issue: z.core.$ZodIssue, input: unknown): Problem[] {
	const {path} = issue;
	const value = valueAt(input, path);
	switch (issue.code) {
		case 'unrecognized_keys':
			return issue.keys.map(key => {
				// The schema's message of this issue is the list of keys it knows (schema.ts).
				const known = issue.message.split(' ');
				const meant = closest(key, known);
				return {
					path: [...path, key],
					cause: `the key ${quote(key)} is unknown.`,
					fix: meant ? `Did you mean ${meant}?` : `Known here: ${known.join(', ')}.`,
				};
			});
		case 'invalid_type':
			return [{path, ...wrongType(issue.expected, value)}];
		case 'invalid_value':
			return [{path, ...oneOf(issue.values, value)}];
		case 'invalid_union':
			return 'options' in issue && Array.isArray(issue.options)
				? [{path, ...oneOf(issue.options, value)}]
				: [{path, cause: `is ${describe(value)}, but must be text, a number, true or false.`, fix: 'Correct it.'}];
		default: {
			const [cause = issue.message, fix = 'Correct it.'] = issue.message.split('\n');
			return [{path, cause, fix}];
		}
	}
}

/** What the schema found wrong with `input`, in words; one problem for each place. */
export function schemaProblems(error: z.ZodError, input: unknown): Problem[] {
	const seen = new Set<string>();
	return error.issues
		.flatMap(issue => toProblems(issue, input))
		.filter(({path}) => {
			const field = formatField(path);
			return !seen.has(field) && seen.add(field);
		});
}
