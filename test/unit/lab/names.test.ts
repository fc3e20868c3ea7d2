import {describe, expect, test} from 'vitest';
import {hostAddresses, labNames} from '../../lab/names.ts';

describe('names of a lab', () => {
	test('labs of two clones and two labs of one clone share nothing but the cache', () => {
		const labs = [labNames('demo', '/a'), labNames('demo', '/b'), labNames('test', '/a')];
		for (const part of ['folder', 'namespace', 'stateFile', 'keyFile', 'lockFile'] as const)
			expect(new Set(labs.map(lab => lab[part])).size).toBe(3);
	});

	test('the same folder always gives the same names', () => {
		expect(labNames('demo', '/a')).toEqual(labNames('demo', '/a'));
	});

	test.each(['', 'Demo', '../x', 'a b', 'a/b', 'snapshots', 'x'.repeat(40)])('"%s" is refused', name => {
		expect(() => labNames(name)).toThrow('cannot be called');
	});
});

describe('addresses of hosts', () => {
	test('masters from .11, slaves from .21, others from .101', () => {
		const names = ['master-1', 'master-3', 'slave-1', 'slave-40', 'bastion', 'spare'];
		const ends = [11, 13, 21, 60, 101, 102].map(end => `198.18.0.${end}`);
		expect([...hostAddresses(names)]).toEqual(names.map((name, index) => [name, ends[index]]));
	});

	test('no two hosts share an address, however many there are', () => {
		const masters = Array.from({length: 12}, (_, index) => `master-${index + 1}`);
		const slaves = Array.from({length: 90}, (_, index) => `slave-${index + 1}`);
		const addresses = hostAddresses([...masters, ...slaves, 'other']);
		expect(new Set(addresses.values()).size).toBe(masters.length + slaves.length + 1);
	});

	test('a name given twice is refused', () => {
		expect(() => hostAddresses(['slave-1', 'slave-1'])).toThrow('Two hosts of the lab are called slave-1');
	});
});
