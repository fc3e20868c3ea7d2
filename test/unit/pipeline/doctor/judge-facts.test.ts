import {expect, test} from 'vitest';
import type {HostFacts} from '../../../../source/cluster/facts.ts';
import {judgeFacts} from '../../../../source/pipeline/doctor/judge-facts.ts';
import {facts, host} from '../../roles/cluster-fixture.ts';
import {complaintsOf} from './fixtures.ts';

const master = host('master-1', 'master', '10.0.1.11');
const judging = {now: new Date('2026-07-01'), allowUnsupported: false};
const judge = (changes: Partial<HostFacts>, whom = master) => complaintsOf(judgeFacts(whom, facts(changes), judging));

test('a fresh t3.medium has nothing wrong', () => {
	expect(judge({})).toEqual([]);
	expect(judgeFacts(master, facts(), judging).map(({check}) => check)).toEqual([
		...['platform', 'architecture', 'memory', 'private_ip', 'hostname', 'SELinux', 'firewall'],
	]);
});

test.each<[string, Partial<HostFacts>, RegExp]>([
	[
		'an unknown system',
		{os: {id: 'debian', version_id: '11', pretty_name: 'Debian GNU/Linux 11'}},
		/^failed platform: .*Debian GNU\/Linux 11.* Use hosts that run Amazon Linux 2023/,
	],
	['Arm', {arch: 'aarch64'}, /^warn architecture: .*aarch64.*"sources"/],
	['something else', {arch: 'riscv64'}, /^failed architecture: .*riscv64/],
	['a t3.micro', {memory_mb: 957}, /^warn memory: 957 MB.*Marathon.*instance type/],
	['a t3.nano', {memory_mb: 470}, /^failed memory: 470 MB.*too little/],
	[
		'a public address as private_ip',
		{addresses: ['127.0.0.1', '172.31.4.5'], hostname_addresses: ['172.31.4.5']},
		/^failed private_ip: 10\.0\.1\.11 is no address.*172\.31\.4\.5\).*private_ip of master-1/,
	],
	[
		'a name without address',
		{hostname_addresses: []},
		/^warn hostname: .*does not resolve.*works all the same.*\/etc\/hosts/,
	],
	[
		'a name that is loopback',
		{hostname_addresses: ['127.0.1.1']},
		/^warn hostname: .*resolves to 127\.0\.1\.1.*works all the same.*"10\.0\.1\.11 ip-10-0-1-11"/,
	],
	[
		'a name of another host',
		{hostname_addresses: ['10.0.9.9']},
		/^warn hostname: .*10\.0\.9\.9, which is no address of this host/,
	],
	['SELinux enforcing', {selinux: 'enforcing'}, /^warn SELinux: .*enforcing.*makes it permissive/],
])('%s', (_, changes, expected) => {
	const found = judge(changes);
	expect(found).toHaveLength(1);
	expect(found[0]).toMatch(expected);
});

test('a slave needs less memory than a master', () => {
	expect(judge({memory_mb: 957}, host('slave-1', 'slave', '10.0.1.11'))).toEqual([]);
});

test('firewalld is opened by apply, so it is no trouble', () => {
	expect(judge({firewall: 'firewalld'})).toEqual([]);
	expect(judgeFacts(master, facts({firewall: 'firewalld'}), judging).at(-1)?.detail).toContain('opens the ports');
});

test('a system out of support works, with a warning; until its last day it has none', () => {
	const os = {id: 'amzn', version_id: '2', pretty_name: 'Amazon Linux 2'};
	const on = (day: string) => judgeFacts(master, facts({os}), {now: new Date(day), allowUnsupported: false})[0];
	expect(on('2026-07-01')).toMatchObject({status: 'warn', detail: expect.stringContaining('2026-06-30')});
	expect(on('2026-06-30T12:00:00Z')).toMatchObject({status: 'ok'});
});
