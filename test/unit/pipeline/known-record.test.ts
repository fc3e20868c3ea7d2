import {expect, test} from 'vitest';
import type {Cluster, ClusterRecord} from '../../../source/cluster/model.ts';
import type {Member} from '../../../source/pipeline/fleet.ts';
import {checkBelongs, knownRecord} from '../../../source/pipeline/known-record.ts';

const cluster = {name: 'prod'} as Cluster;
const entry = (name: string, zookeeper_id?: number) =>
	({name, role: zookeeper_id ? 'master' : 'slave', address: 'a', private_ip: 'p', zookeeper_id}) as const;
const record = (id: string, ...hosts: ClusterRecord['hosts']): ClusterRecord => ({id, name: 'prod', hosts});

function member(name: string, carries: {table?: ClusterRecord; id?: string; cluster?: string; raw?: string}): Member {
	const host_json = carries.id
		? JSON.stringify({
				cluster: {id: carries.id, name: carries.cluster ?? 'prod'},
				host: name,
				role: 'master',
				zookeeper_id: 1,
			})
		: (carries.raw ?? null);
	return {
		host: {name, role: 'master', address: 'a', private_ip: 'p'},
		facts: {host_json, cluster_json: carries.table ? JSON.stringify(carries.table) : null},
	} as Member;
}

test('a cluster never installed is unknown, not guessed', () => {
	expect(knownRecord(cluster, [member('master-1', {})], undefined)).toBeUndefined();
});

test('no master and no copy: refused', () => {
	expect(() => knownRecord(cluster, [], undefined)).toThrow(/no master can be reached/);
	expect(() => knownRecord(cluster, [], record('a', entry('slave-1')))).toThrow(/no master can be reached/);
	expect(knownRecord(cluster, [], record('a', entry('master-1', 1)))?.id).toBe('a');
});

test("the masters' table wins over the store, which adds what was added since", () => {
	const table = record('a', entry('master-1', 7));
	const stored = record('a', entry('master-1', 1), entry('slave-9'));
	const known = knownRecord(cluster, [member('master-1', {table, id: 'a'})], stored);
	expect(known?.hosts).toEqual([entry('master-1', 7), entry('slave-9')].map(host => JSON.parse(JSON.stringify(host))));
});

test('ids survive a lost store and a lost table: the hosts carry their own', () => {
	const known = knownRecord(cluster, [member('master-1', {id: 'a'})], undefined);
	expect(known).toMatchObject({id: 'a', hosts: [{name: 'master-1', zookeeper_id: 1}]});
});

test('two clusters of one name are never mixed', () => {
	const table = record('a', entry('master-1', 1));
	expect(() => knownRecord(cluster, [member('master-1', {table})], record('b', entry('master-1', 1)))).toThrow(
		/disagree on the identity/,
	);
});

test("a host of another cluster is refused with that cluster's name", () => {
	const foreign = member('master-1', {id: 'z', cluster: 'staging'});
	expect(() => knownRecord(cluster, [foreign], undefined)).toThrow(/master-1: belongs to the cluster "staging"/);
	expect(() => checkBelongs(foreign, record('a'))).toThrow(/staging/);
});

test('an unreadable host.json is named, not overwritten', () => {
	expect(() => knownRecord(cluster, [member('master-1', {raw: '{'})], undefined)).toThrow(
		/master-1: \/etc\/mesos-setup\/host.json is there but cannot be read/,
	);
});
