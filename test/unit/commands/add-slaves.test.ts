import {expect, test} from 'vitest';
import {slavesNamed} from '../../../source/commands/add-slaves.ts';
import {prod} from '../wizard/fixture.ts';

const {cluster} = prod;
const named = (...words: string[]) =>
	slavesNamed(words, cluster).map(({name, address, private_ip, role}) => [name, address, private_ip, role]);

test('new hosts get the next names, or their own', () => {
	expect(named('10.0.1.40', 'extra=203.0.113.41,10.0.1.41')).toEqual([
		['slave-2', '10.0.1.40', '10.0.1.40', 'slave'],
		['extra', '203.0.113.41', '10.0.1.41', 'slave'],
	]);
});

test('a host the cluster has already is meant again, as after an interruption', () => {
	expect(named('203.0.113.13,10.0.1.13')).toEqual([['slave-1', '203.0.113.13', '10.0.1.13', 'slave']]);
});

test.each([
	['10.0.1.10', 'is the master master-1'],
	['10.0.1.40,master', 'named as a master'],
	['slave-1=10.0.1.40', 'is not the slave-1 of the cluster'],
	['nobody', 'private address is missing'],
])('%s is refused before anything is touched', (word, cause) => {
	expect(() => named(word)).toThrow(cause);
});
