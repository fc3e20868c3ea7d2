import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {absentHosts, begunRecord, identify} from '../../../source/cluster/identity.ts';
import type {Cluster} from '../../../source/cluster/model.ts';
import {quorum, survives} from '../../../source/cluster/quorum.ts';
import {cluster, thrown} from './example.ts';

const newId = () => 'id-1';
const ids = (record: {hosts: {name: string; zookeeper_id?: number | undefined}[]}) =>
	Object.fromEntries(record.hosts.map(host => [host.name, host.zookeeper_id]));
const changed = (from: Cluster, change: (copy: Cluster) => void) => {
	const copy = structuredClone(from);
	change(copy);
	return copy;
};
const host = (from: Cluster, name: string) => {
	const found = from.hosts.find(one => one.name === name);
	if (!found) throw new Error(name);
	return found;
};

describe('a new cluster', () => {
	test('masters are numbered from 1 in the order of the file, slaves are not', () => {
		expect(identify(cluster(3, 1), undefined, newId)).toMatchObject({id: 'id-1', name: 'prod'});
		expect(ids(identify(cluster(3, 1), undefined, newId))).toEqual({
			'master-1': 1,
			'master-2': 2,
			'master-3': 3,
			'slave-1': undefined,
		});
	});
});

describe('a known cluster', () => {
	const known = identify(cluster(3, 2), undefined, newId);
	const refusal = (change: (copy: Cluster) => void) =>
		thrown(() => identify(changed(cluster(3, 2), change), known, () => 'other')).message;

	test('nothing is renumbered, whatever the order of the file', () => {
		fc.assert(
			fc.property(fc.shuffledSubarray(cluster(3, 2).hosts, {minLength: 5}), hosts => {
				const again = identify({...cluster(3, 2), hosts}, known, () => 'other');
				expect(ids(again)).toEqual(ids(known));
				expect(again.id).toBe('id-1');
			}),
		);
	});

	test('a slave may be added, and may be left out without being forgotten', () => {
		const fewer = changed(cluster(3, 3), copy => copy.hosts.splice(3, 1));
		const record = identify(fewer, known, newId);
		expect(record.hosts.map(({name}) => name).sort()).toEqual([
			'master-1',
			'master-2',
			'master-3',
			'slave-1',
			'slave-2',
			'slave-3',
		]);
		expect(absentHosts(fewer, record).map(({name}) => name)).toEqual(['slave-1']);
	});

	test('new addresses of a host are taken over', () => {
		const moved = changed(cluster(3, 2), copy => {
			host(copy, 'slave-1').private_ip = '10.9.9.9';
			host(copy, 'master-1').address = '198.51.100.1';
		});
		const record = identify(moved, known, newId);
		expect(record.hosts.find(({name}) => name === 'slave-1')?.private_ip).toBe('10.9.9.9');
		expect(record.hosts.find(({name}) => name === 'master-1')?.address).toBe('198.51.100.1');
	});

	test('a changed set of masters is refused and the quorum explained', () => {
		const gone = refusal(copy => copy.hosts.shift());
		expect(gone).toMatch(
			/^hosts: the set of masters .* \(master-1 is missing\): its 3 masters decide by a quorum of 2/,
		);
		const added = refusal(copy =>
			copy.hosts.push({...host(copy, 'slave-1'), name: 'master-4', role: 'master', private_ip: '10.0.1.4'}),
		);
		expect(added).toMatch(/\(master-4 is new\).*Keep exactly these masters: master-1, master-2, master-3/);
	});

	test('a changed role is refused', () => {
		expect(
			refusal(copy => {
				host(copy, 'slave-1').role = 'master';
			}),
		).toBe('slave-1 hosts[3].role: is a slave of the cluster; its role cannot change to master. Set it back to slave.');
	});

	test('a master that moved is refused', () => {
		expect(
			refusal(copy => {
				host(copy, 'master-2').private_ip = '10.0.1.99';
			}),
		).toMatch(/^master-2 hosts\[1\]\.private_ip: is the master with ZooKeeper id 2 at 10\.0\.1\.2/);
	});

	test('a known machine under a new name is refused', () => {
		expect(
			refusal(copy => {
				host(copy, 'slave-2').name = 'slave-9';
			}),
		).toMatch(/^slave-9 hosts\[4\]\.name: 10\.0\.2\.2 is known as slave-2/);
	});

	test('another name of the cluster is refused', () => {
		expect(
			refusal(copy => {
				copy.name = 'test';
			}),
		).toMatch(/^name: these hosts belong to the cluster prod/);
	});
});

describe('an apply that died early', () => {
	const wanted = identify(cluster(3, 2), undefined, newId);
	const once = (...begun: string[]) => begunRecord(wanted, undefined, new Set(begun));

	test('before any host: nothing is remembered', () => {
		expect(once()).toBeUndefined();
	});

	test('on slaves only: they keep the id of the cluster, its masters may still be others', () => {
		const known = once('slave-1');
		expect(known).toMatchObject({id: 'id-1', hosts: [{name: 'slave-1'}]});
		const others = changed(cluster(3, 2), copy => {
			host(copy, 'master-3').private_ip = '10.0.1.99';
			copy.hosts.splice(0, 1);
			host(copy, 'slave-2').name = 'slave-9';
		});
		expect(ids(identify(others, known, () => 'other'))).toMatchObject({'master-2': 1, 'master-3': 2});
		const turned = changed(cluster(3, 2), copy => {
			host(copy, 'slave-1').role = 'master';
		});
		expect(thrown(() => identify(turned, known, newId)).message).toMatch(/its role cannot change/);
	});

	test('on one master: all of it is settled', () => {
		expect(once('master-2')).toEqual(wanted);
		const fewer = changed(cluster(3, 2), copy => copy.hosts.splice(0, 1));
		expect(thrown(() => identify(fewer, once('master-2'), newId)).message).toMatch(/master-1 is missing/);
	});

	test('of a cluster that has run forgets nothing', () => {
		const more = identify(cluster(3, 3), wanted, newId);
		expect(begunRecord(more, wanted, new Set())).toEqual(more);
	});
});

test('a quorum is more than half', () => {
	expect([1, 2, 3, 4, 5, 7].map(quorum)).toEqual([1, 2, 2, 3, 3, 4]);
	expect([1, 2, 3, 4, 5, 7].map(survives)).toEqual([0, 0, 1, 1, 2, 3]);
});
