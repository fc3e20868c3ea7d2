// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {Ec2Error} from './ec2-error.ts';
import type {Query} from './query.ts';

/** What a filter of that name compares with; several values where a thing has several. */
export type Fields<T> = Record<string, (thing: T) => readonly (string | undefined)[]>;

/** Things that have tags can be filtered by `tag:KEY` and `tag-key`. */
type Tagged = {tags?: Readonly<Record<string, string>>};

/** Those that pass every `Filter.N`; values of one filter are alternatives, with `*` and `?` as in EC2. */
export function filtered<T extends Tagged>(things: readonly T[], query: Query, fields: Fields<T>): T[] {
	const tests = query.parts('Filter').map(filter => {
		const name = filter.required('Name');
		const patterns = filter.texts('Value').map(wildcard);
		const read = readerOf(name, fields);
		return (thing: T) => read(thing).some(value => value !== undefined && patterns.some(one => one.test(value)));
	});
	return things.filter(thing => tests.every(test => test(thing)));
}

function readerOf<T extends Tagged>(name: string, fields: Fields<T>): (thing: T) => readonly (string | undefined)[] {
	if (name.startsWith('tag:')) return ({tags}) => [tags?.[name.slice(4)]];
	if (name === 'tag-key') return ({tags}) => Object.keys(tags ?? {});
	const read = fields[name];
	if (!read) throw new Ec2Error('InvalidParameterValue', `The filter '${name}' is invalid`);
	return read;
}

function wildcard(text: string): RegExp {
	const pattern = text
		.replace(/[.+^${}()|[\]\\]/g, '\\$&')
		.replaceAll('*', '.*')
		.replaceAll('?', '.');
	return new RegExp(`^${pattern}$`, 's');
}

const mostAtOnce = 1000;

/** One page of an answer and the token of the next. */
export function paged<T>(things: readonly T[], query: Query): {page: T[]; nextToken: string | undefined} {
	const size = Number(query.text('MaxResults') ?? mostAtOnce);
	if (!Number.isInteger(size) || size < 5 || size > mostAtOnce) {
		throw new Ec2Error(
			'InvalidParameterValue',
			`Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
		);
	}
	const token = query.text('NextToken');
	const start = token
		? Number(
				Buffer.from(token, 'base64url')
					.toString()
					.replace(/^from-/, ''),
			)
		: 0;
	if (!Number.isInteger(start)) throw new Ec2Error('InvalidParameterValue', 'Unable to parse pagination token');
	const end = start + size;
	return {
		page: things.slice(start, end),
		nextToken: end < things.length ? Buffer.from(`from-${end}`).toString('base64url') : undefined,
	};
}

/** Those with the ids of `parameter.N`, or all where none is given. @throws `code`, as EC2, when one does not exist */
export function byId<T extends {id: string}>(
	things: readonly T[],
	query: Query,
	parameter: string,
	{code, what}: {code: string; what: string},
): T[] {
	const ids = query.texts(parameter);
	if (ids.length === 0) return [...things];
	const missing = ids.filter(id => !things.some(thing => thing.id === id));
	if (missing.length > 0) {
		const text =
			missing.length === 1
				? `The ${what} '${missing[0]}' does not exist`
				: `The ${what}s '${missing.join(', ')}' do not exist`;
		throw new Ec2Error(code, text);
	}
	return things.filter(thing => ids.includes(thing.id));
}
