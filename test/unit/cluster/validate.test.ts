import {describe, expect, test} from 'vitest';
import {parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import {daemonPorts} from '../../../source/cluster/ports.ts';
import {validateCluster} from '../../../source/cluster/validate.ts';
import {cluster, clusterYaml, thrown} from './example.ts';

const message = (yaml: string) => thrown(() => parseClusterFile(yaml)).message;

describe('hosts', () => {
	test('one must be a master', () => {
		expect(message(clusterYaml(0, 2))).toMatch(/^hosts: no host has the role master/);
	});

	test.each([
		[
			'name',
			clusterYaml(1, 2).replace('slave-2', 'slave-1'),
			/slave-1 hosts\[2\]\.name: slave-1 is already the name of hosts\[1\]/,
		],
		[
			'address',
			clusterYaml(1, 2).replace('203.0.2.2', '203.0.2.1'),
			/slave-2 hosts\[2\]\.address: .* hosts\[1\] \(slave-1\)/,
		],
		[
			'private ip',
			clusterYaml(1, 2).replace('10.0.2.2', '10.0.1.1'),
			/slave-2 hosts\[2\]\.private_ip: .* hosts\[0\] \(master-1\)/,
		],
	])('the same %s twice', (_, yaml, expected) => {
		expect(message(yaml)).toMatch(expected);
	});

	test.each(['127.0.0.1', '127.1.2.3', '0.0.0.0', '224.0.0.1', '255.255.255.255'])('%s is no private ip', ip => {
		expect(message(clusterYaml(1, 1).replace('10.0.2.1', ip))).toMatch(/slave-1 hosts\[1\]\.private_ip: /);
	});
});

describe('warnings', () => {
	test('an even number of masters, with the quorum explained', () => {
		const [warning] = validateCluster(cluster(4, 1)).warnings;
		expect(warning).toMatch(/^4 masters survive the loss of 1, as 3 would: 3 of 4 must agree \(the quorum\)/);
	});

	test('three masters and a slave are nothing to talk about', () => {
		expect(validateCluster(cluster(3, 1)).warnings).toEqual([]);
	});

	test('a single master, no slave, flags of another role', () => {
		expect(validateCluster(cluster(1, 1)).warnings).toEqual([expect.stringContaining('With a single master')]);
		expect(validateCluster(cluster(3, 0)).warnings).toEqual([expect.stringContaining('No host has the role slave')]);
		const yaml = clusterYaml(3, 1).replace('10.0.2.1}', '10.0.2.1, mesos: {master_flags: {quiet: true}}}');
		expect(validateCluster(parseClusterFile(yaml)).warnings).toEqual([
			'slave-1 is a slave, so its mesos.master_flags have no effect.',
		]);
	});
});

describe('ports', () => {
	test.each([...daemonPorts.keys(), 22])('%i cannot be offered to tasks', port => {
		expect(message(clusterYaml(1, 1, `mesos: {port_ranges: "31000-32000,${port}-${port}"}`))).toMatch(
			new RegExp(`^mesos.port_ranges: offers .* but port ${port} belongs to`),
		);
	});

	test("ssh's own port, where it is another", () => {
		expect(message(clusterYaml(1, 1, 'ssh: {port: 7022}'))).toMatch(/port 7022 belongs to sshd/);
	});

	test.each(['', '31000', '32000-31000', '1-70000', '0-10', 'a-b', '31000-32000,', '31000-32000;9-10'])(
		'%j is no list of ranges',
		ranges => {
			expect(message(clusterYaml(1, 1, `mesos: {port_ranges: "${ranges}"}`))).toMatch(/^mesos\.port_ranges: /);
		},
	);
});

describe('flags', () => {
	test.each([
		['agent_flags', 'quite: true', /mesos\.agent_flags\.quite: mesos-agent has no flag `quite`.*Did you mean quiet\?/],
		['agent_flags', 'zk: x', /mesos-agent has no flag `zk`/],
		['agent_flags', 'no-quiet: true', /Did you mean quiet\?/],
		['agent_flags', 'master: x', /the flag master is set by the tool, from the list of masters/],
		['agent_flags', 'attributes: x', /is set by the tool, from mesos\.attributes/],
		['agent_flags', 'quiet: maybe', /the flag quiet is a switch, `maybe` is no value/],
		['agent_flags', 'isolation: true', /the flag isolation takes a value, not true/],
		['agent_flags', 'isolation: "a\\nb"', /the flag isolation holds a line end/],
		['agent_flags', 'isolation: "a\\0b"', /the flag isolation holds a line end or a NUL/],
		['agent_flags', 'isolation: "\\ud800"', /the flag isolation/],
		['agent_flags', 'constructor: x', /mesos-agent has no flag `constructor`/],
		['agent_flags', `isolation: ${'x'.repeat(60_001)}`, /the flag isolation is longer than 60000 bytes/],
		['master_flags', 'quorum: 2', /the flag quorum is set by the tool, from the number of masters/],
		['master_flags', 'isolation: x', /mesos-master has no flag `isolation`/],
		['master_flags', 'help: true', /the flag help is set by the tool/],
	])('%s {%s}', (part, flag, expected) => {
		expect(message(clusterYaml(1, 1, `mesos: {${part}: {${flag}}}`))).toMatch(expected);
	});

	test('those of Mesos pass as they are, shell characters and all', () => {
		const flags = cluster(
			1,
			1,
			`mesos: {agent_flags: {isolation: "$(reboot) 'x' \\\\ \\t \\e[31m é", quiet: true, gc_delay: 1days}}`,
		).mesos.agent_flags;
		expect(flags).toEqual({isolation: "$(reboot) 'x' \\ \t \u001b[31m é", quiet: true, gc_delay: '1days'});
	});

	test("a host's own are checked as well", () => {
		const yaml = clusterYaml(1, 1).replace('10.0.2.1}', '10.0.2.1, mesos: {agent_flags: {gcdelay: 1days}}}');
		expect(message(yaml)).toMatch(/slave-1 hosts\[1\]\.mesos\.agent_flags\.gcdelay: .*Did you mean gc_delay\?/);
	});
});

describe('attributes', () => {
	test.each([
		['id: x', /the attribute id is set by the tool/],
		['"a:b": x', /`a:b` cannot be the key/],
		['"a;b": x', /`a;b` cannot be the key/],
		['"": x', /cannot be the key/],
		['a: "x;y"', /cannot take `x;y` as the value/],
		['a: "x\\ny"', /cannot take `x\\u\{a\}y` as the value/],
		['a: ""', /as the value of an attribute/],
		['a: "x)("', /its brackets do not match/],
		['a: "{x, y}"', /it knows no sets as attributes/],
		['a: "x[1-2]"', /it takes a bracket for the start of ranges/],
		['a: "[1-2, 5]"', /it takes a bracket for the start of ranges/],
		[`a: ${'x'.repeat(60_000)}`, /attributes: all of it together is longer than 60000 bytes/],
	])('%s', (attribute, expected) => {
		expect(message(clusterYaml(1, 1, `mesos: {attributes: {${attribute}}}`))).toMatch(expected);
	});

	test('ranges, blanks, colons and shell characters pass', () => {
		const attributes = {a: '[1-2, 5-9]', b: 'x y', c: 'http://x:1/', d: '$(touch /canary) `id` | & > "\'\\'};
		expect(cluster(1, 1, `mesos: {attributes: ${JSON.stringify(attributes)}}`).mesos.attributes).toEqual(attributes);
	});
});
