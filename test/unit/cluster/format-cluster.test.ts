import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import {formatDuration, parseDuration} from '../../../source/cluster/duration.ts';
import {formatCluster} from '../../../source/cluster/format-cluster.ts';
import {clusterJsonSchema} from '../../../source/cluster/schema.ts';
import {cluster} from './example.ts';
import {hostileAttributes, hostileText} from './hostile.ts';

test('defaults are left out, hosts take a line each', () => {
	expect(formatCluster(cluster(1, 1, 'timeouts: {connect: 20s, gate: 90s}\nframeworks: {chronos: false}'))).toBe(
		`name: prod
hosts:
  - {name: master-1, role: master, address: 203.0.1.1, private_ip: 10.0.1.1}
  - {name: slave-1, role: slave, address: 203.0.2.1, private_ip: 10.0.2.1}
frameworks:
  chronos: false
timeouts:
  gate: 90s
`,
	);
});

test('what is written is read back as the very same cluster, whatever the flags and attributes hold', () => {
	const spelling = fc.constantFrom('#no', 'yes', '1.10', '0o17', '~', 'a: b', ' x ', '*a', '&a', '!!x', '');
	const value = fc.oneof(hostileText('/canary'), spelling);
	fc.assert(
		fc.property(
			hostileAttributes('/canary'),
			value,
			value,
			fc.integer({min: 1, max: 86_400_000}),
			(attributes, isolation, acls, gate) => {
				const original = cluster(1, 2);
				original.mesos = {...original.mesos, attributes, agent_flags: {isolation, quiet: true}, master_flags: {acls}};
				original.timeouts.gate = gate;
				for (const host of original.hosts.slice(1)) host.mesos.agent_flags = {launcher: isolation};
				expect(parseClusterFile(formatCluster(original))).toEqual({
					...original,
					mesos: {...original.mesos, attributes: {...attributes}},
				});
			},
		),
		{numRuns: 500},
	);
});

test('no control character of it is printed as it is', () => {
	fc.assert(
		fc.property(hostileAttributes('/canary'), hostileText('/canary'), (attributes, isolation) => {
			const original = cluster(1, 1);
			original.mesos = {...original.mesos, attributes, agent_flags: {isolation}};
			expect(formatCluster(original)).not.toMatch(/(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
		}),
		{numRuns: 500},
	);
});

test('durations survive exactly', () => {
	fc.assert(fc.property(fc.integer({min: 1, max: 86_400_000}), ms => parseDuration(formatDuration(ms)) === ms));
	expect([500, 1000, 90_000, 300_000, 7_200_000].map(formatDuration)).toEqual(['500ms', '1s', '90s', '5m', '2h']);
});

test('the JSON Schema knows what the file knows', () => {
	expect(clusterJsonSchema()).toMatchObject({
		required: ['name', 'hosts'],
		additionalProperties: false,
		properties: {
			hosts: {items: {properties: {role: {enum: ['master', 'slave', 'agent']}}}},
			timeouts: {additionalProperties: false},
		},
	});
});
