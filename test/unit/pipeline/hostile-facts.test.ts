import fc from 'fast-check';
import {expect, test} from 'vitest';
import {recordSchema} from '../../../source/cluster/record-schema.ts';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import type {Member} from '../../../source/pipeline/fleet.ts';
import {gatherFacts, parseFacts} from '../../../source/pipeline/host-facts.ts';
import {checkBelongs, knownRecord} from '../../../source/pipeline/known-record.ts';
import type {Session} from '../../../source/remote/session.ts';
import {cluster} from '../cluster/example.ts';

const headings =
	'os uname cgroup selinux memory disk cpus hostname hostname_addresses addresses boot_id clock user host_json cluster_json units end';
const line = fc.oneof(
	fc.constantFrom(...headings.split(' ').map(name => `@ ${name}`)),
	fc.constantFrom(
		'',
		'@ ',
		'@ __proto__',
		'@ constructor',
		'Id=__proto__',
		'Id=x.service',
		'LoadState=loaded',
		'ActiveState=active',
		'=',
		'\u001b[2J',
	),
	fc.constantFrom(
		'1e999',
		'-1',
		'9'.repeat(400),
		'0x10',
		'1.5',
		'NaN',
		'/dev/x 1 2 3 4% /',
		'cgroup2fs',
		'tmpfs',
		'systemd 252',
	),
	fc.string({unit: 'binary', maxLength: 30}),
);
const output = fc.array(line, {maxLength: 60}).map(lines => lines.join('\n'));

/** Every string in it, keys included. */
function strings(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, item]) => [key, ...strings(item)]);
}

test('whatever a host answers, facts are facts: no exception, no control character, no number that is none', () => {
	fc.assert(
		fc.property(output, text => {
			const {host_json, cluster_json, ...facts} = parseFacts(text, 0, 1);
			expect(strings(facts).join('')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
			for (const value of Object.values(facts))
				if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
			expect(typeof host_json === 'string' || host_json === null).toBe(true);
			expect(Object.getPrototypeOf(facts.units)).toBe(Object.prototype);
		}),
		{numRuns: 3000},
	);
});

test('nor do its identity files do more than be refused', () => {
	const json = fc.oneof(
		fc.json(),
		fc.string({unit: 'binary'}),
		fc
			.record({id: fc.string({unit: 'binary'}), name: fc.constantFrom('prod', '\u001b[2Jx'), host: fc.string()})
			.map(({id, name, host}) => JSON.stringify({cluster: {id, name}, host, role: 'master', zookeeper_id: 1})),
		fc.constant(JSON.stringify({id: 'a', name: 'prod', hosts: []})),
	);
	const prod = cluster(1, 1);
	const record = recordSchema.parse({id: 'a', name: 'prod', hosts: []});
	fc.assert(
		fc.property(fc.option(json), fc.option(json), (host_json, cluster_json) => {
			const member = {host: prod.hosts[0], facts: {host_json, cluster_json}} as unknown as Member;
			for (const look of [() => knownRecord(prod, [member], undefined), () => checkBelongs(member, record)]) {
				try {
					look();
				} catch (error) {
					expect(error).toBeInstanceOf(SetupError);
				}
			}
		}),
		{numRuns: 2000},
	);
});

test('an answer that breaks off is no answer', async () => {
	const session = (answer: string) => ({host: 'slave-1', ask: async () => answer}) as unknown as Session;
	await expect(gatherFacts(session('@ os\namzn\n@ unam'))).rejects.toThrow(/^slave-1: its answer .* breaks off/);
	expect((await gatherFacts(session('@ os\namzn\n@ end\n'))).os.id).toBe('amzn');
});
