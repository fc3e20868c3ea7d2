import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {iamPolicy} from '../../../source/discovery/policy.ts';

const folder = join(import.meta.dirname, '../../../source/discovery');

test.each([
	['eu-west-1', 'aws'],
	['us-gov-west-1', 'aws-us-gov'],
	['cn-north-1', 'aws-cn'],
	[undefined, 'aws'],
])('its resources are of the partition of %s', (region, partition) => {
	const [, ...writes] = iamPolicy({fixNetwork: true, tag: true}, region).Statement;
	expect(writes.map(({Resource}) => Resource.split(':')[1])).toEqual([partition, partition]);
});

test('the policy allows every action that is asked for, and no other', () => {
	const asked = readdirSync(folder).flatMap(name => {
		const text = readFileSync(join(folder, name), 'utf8');
		return [...text.matchAll(/(?:ask|ec2\.ask)\('([A-Z]\w+)'/g)].map(match => `ec2:${match[1]}`);
	});
	const all = iamPolicy({fixNetwork: true, tag: true}).Statement.flatMap(({Action}) => Action);
	expect(all.toSorted()).toEqual([...new Set(asked)].sort());
});
