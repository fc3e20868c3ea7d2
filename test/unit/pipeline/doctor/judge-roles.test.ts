import {expect, test} from 'vitest';
import type {HostFacts} from '../../../../source/cluster/facts.ts';
import type {IdentifiedCluster} from '../../../../source/cluster/model.ts';
import {judgeRoles} from '../../../../source/pipeline/doctor/judge-roles.ts';
import {cluster, facts, host} from '../../roles/cluster-fixture.ts';
import {complaintsOf} from './fixtures.ts';

const slave = host('slave-1', 'slave', '10.0.1.101');
const master = host('master-1', 'master', '10.0.1.11');
const sources = cluster(1, 1).sources;
const judge = (changes: Partial<HostFacts>, whom = slave, others: IdentifiedCluster['sources'] = {}) =>
	judgeRoles(whom, {...cluster(1, 1), sources: {...sources, ...others}}, facts(changes));

test('clusterd on cgroup v2 is fine, and all roles give their steps', () => {
	const {checks, planned} = judge({});
	expect(complaintsOf(checks)).toEqual([]);
	expect(checks).toContainEqual({check: 'cgroup', status: 'ok', detail: 'v2, which the chosen Mesos can use'});
	expect(new Set(planned.map(({role}) => role))).toEqual(new Set(['common', 'docker', 'mesos-agent']));
});

test.each<[string, HostFacts['cgroup'], 'apache' | 'clusterd', RegExp | undefined]>([
	['clusterd on v1', 'v1', 'clusterd', /^failed cgroup: clusterd needs cgroup v2.*Boot the host with cgroup v2/],
	['apache on v2', 'v2', 'apache', /^failed cgroup: .*cgroup v2.*does not start.*grubby/],
	['apache on v1', 'v1', 'apache', undefined],
	['hybrid', 'hybrid', 'clusterd', /^failed cgroup: .*mixes cgroup v1 and v2.*Boot it with cgroup v2 alone/],
	['no cgroups', 'none', 'apache', /^failed cgroup: .*no cgroup file system/],
])('%s', (_, cgroup, build, expected) => {
	const found = complaintsOf(judge({cgroup}, slave, {mesos: {kind: 'package', name: 'mesos', build}}).checks);
	expect(found).toEqual(expected ? [expect.stringMatching(expected)] : []);
});

test('what the installation asks to mend by a reboot is a warning there, and only that', () => {
	const apache: IdentifiedCluster = {
		...cluster(1, 1),
		sources: {...sources, mesos: {kind: 'package', name: 'mesos', build: 'apache'}},
	};
	const asked = (cgroup: HostFacts['cgroup'], of = apache) =>
		complaintsOf(judgeRoles(slave, of, facts({cgroup}), true).checks);
	expect(asked('v2')).toEqual([expect.stringMatching(/^warn cgroup: .*does not start.*asks whether the host may be/)]);
	expect(asked('none')).toEqual([expect.stringMatching(/^failed cgroup/)]);
	expect(asked('v1', cluster(1, 1))).toEqual([expect.stringMatching(/^failed cgroup: clusterd needs/)]);
});

test('a master has no containers, so its cgroups do not matter', () => {
	expect(complaintsOf(judge({cgroup: 'hybrid'}, master).checks)).toEqual([]);
});

test('a component without a source, a source without a checksum: told once, with the field', () => {
	const {mesos: _, ...rest} = sources;
	const without = complaintsOf(judgeRoles(slave, {...cluster(1, 1), sources: rest}, facts()).checks);
	expect(without).toEqual([expect.stringMatching(/^failed source mesos: .*by default.*Choose one/)]);
	const unchecked = complaintsOf(
		judge({}, master, {zookeeper: {kind: 'archive', url: 'https://a.example/z.tar.gz'}}).checks,
	);
	expect(unchecked).toEqual([expect.stringMatching(/^failed source zookeeper: .*without a checksum/)]);
});

test('iptables and nftables rules are their owner’s: ports and members are named', () => {
	expect(complaintsOf(judge({firewall: 'nftables'}, master).checks)).toEqual([
		expect.stringMatching(/^warn firewall: Its nftables rules .*2181, 2888.* in from 10\.0\.1\.11, 10\.0\.1\.101/),
	]);
});
