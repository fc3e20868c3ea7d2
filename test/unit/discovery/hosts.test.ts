import {describe, expect, test} from 'vitest';
import type {HostRole} from '../../../source/cluster/model.ts';
import type {Candidate} from '../../../source/discovery/candidate.ts';
import {toHosts} from '../../../source/discovery/hosts.ts';
import {suggest} from '../../../source/discovery/suggest.ts';

let count = 0;
const candidate = (special: Partial<Candidate> = {}): Candidate => {
	count++;
	return {
		id: `i-${count}`,
		name: '',
		type: 'm7i.large',
		region: 'eu-west-1',
		zone: 'eu-west-1a',
		vpc: 'vpc-1',
		subnet: 'subnet-1',
		private_ip: `10.0.0.${count}`,
		system: 'Amazon Linux 2023',
		arch: 'x86_64',
		state: 'running',
		key_name: 'prod',
		launched: '2026-09-01T08:00:00.000Z',
		security_groups: [],
		spot: false,
		tags: {},
		...special,
	};
};
const many = (number: number, special: (index: number) => Partial<Candidate> = () => ({})) =>
	Array.from({length: number}, (_, index) => candidate(special(index)));
const zone = (index: number) => `eu-west-1${'abc'[index % 3]}`;

describe('hosts of chosen instances', () => {
	const named = (choices: [string, HostRole][], known: string[] = []) =>
		toHosts(
			choices.map(([name, role]) => ({candidate: candidate({name}), role})),
			known,
		).map(({name}) => name);

	test('have the addresses and id of the instance', () => {
		const one = candidate({name: 'web', public_ip: '203.0.113.1'});
		const [host] = toHosts([{candidate: one, role: 'master'}]);
		expect(host).toEqual({
			name: 'web',
			role: 'master',
			address: '203.0.113.1',
			private_ip: one.private_ip,
			instance: one.id,
			mesos: {attributes: {}, agent_flags: {}, master_flags: {}},
		});
		expect(toHosts([{candidate: candidate({private_ip: '10.9.9.9'}), role: 'slave'}])[0]?.address).toBe('10.9.9.9');
	});

	test('are called as their tag says where that can be', () => {
		expect(
			named([
				['Mesos-A', 'master'],
				['mesos-b', 'slave'],
				['', 'slave'],
			]),
		).toEqual(['mesos-a', 'mesos-b', 'slave-1']);
	});

	test.each(['my server', 'web.example.com', '10', 'localhost', '-x', 'master-2', 'ümlaut'])('not %s', name => {
		expect(named([[name, 'slave']])).toEqual(['slave-1']);
	});

	test('a name two of them have, or a known host, is no name', () => {
		expect(
			named([
				['mesos', 'master'],
				['mesos', 'master'],
				['mesos', 'slave'],
			]),
		).toEqual(['master-1', 'master-2', 'slave-1']);
		expect(
			named(
				[
					['slave-1', 'slave'],
					['', 'slave'],
				],
				['slave-1', 'slave-7'],
			),
		).toEqual(['slave-8', 'slave-9']);
	});

	test('numbers never meet a tag', () => {
		expect(
			named([
				['', 'slave'],
				['slave-1', 'slave'],
			]),
		).toEqual(['slave-2', 'slave-1']);
	});
});

describe('the suggestion', () => {
	const masters = (candidates: Candidate[]) => {
		const {roles} = suggest(candidates);
		return candidates.filter(({id}) => roles.get(id) === 'master');
	};

	test('is three masters in three zones, the others slaves', () => {
		const six = many(6, index => ({zone: `eu-west-1${'aaaabc'[index]}`}));
		const {roles, explanation} = suggest(six);
		expect(
			masters(six)
				.map(one => one.zone)
				.sort(),
		).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
		expect([...roles.values()].filter(role => role === 'slave')).toHaveLength(3);
		expect(explanation).toBe(
			'Three masters in three zones: any one of them may fail, or a whole zone. The other 3 become slaves.',
		);
	});

	test('follows names first', () => {
		const six = ['slave-1', 'slave-2', 'slave-3', 'master-1', 'master-2', 'master-3'].map(name => candidate({name}));
		expect(masters(six).map(({name}) => name)).toEqual(['master-1', 'master-2', 'master-3']);
		expect(suggest(six).explanation).toMatch(
			/^Three masters in one zone: any one of them may fail, but not the zone\./,
		);
	});

	test('makes no master of a spot instance while there is another', () => {
		const five = many(5, index => ({spot: index < 2, zone: zone(index)}));
		expect(masters(five)).toEqual(five.slice(2));
	});

	describe('where some can be slaves only', () => {
		const slave_only = 'has an Arm processor';
		const arm = (number: number) => many(number, index => ({name: `arm-${index}`, slave_only}));

		test('masters are the others, whatever the names say', () => {
			const others = many(3, index => ({name: `slave-${index}`}));
			const all = [candidate({name: 'master-1', slave_only}), ...others];
			expect(masters(all)).toEqual(others);
			expect(suggest(all).explanation).toMatch(/ One of them can be a slave only: master-1 has an Arm processor\.$/);
		});

		test('two others make one master, for two survive no more', () => {
			const others = many(2);
			const all = [...arm(3), ...others];
			expect(masters(all)).toEqual([others[0]]);
			expect(suggest(all).explanation).toMatch(/^One master and 4 slaves, .* 3 of them can be slaves only: arm-0 has/);
		});

		test('where there are no others, it says so', () => {
			expect(masters(arm(4))).toHaveLength(3);
			expect(suggest(arm(4)).explanation).toMatch(/ But none of them can be a master: arm-0 has an Arm processor\./);
		});
	});

	test.each([1, 2, 3])('%i instances make one master', number => {
		expect(masters(many(number))).toHaveLength(1);
	});

	test('never five masters by itself', () => {
		expect(masters(many(20, index => ({zone: zone(index)})))).toHaveLength(3);
	});

	test('leaves out what cannot serve, and other networks and keys', () => {
		const able = many(4);
		const others = [candidate({unsuitable: 'is stopped'}), candidate({vpc: 'vpc-2'}), candidate({key_name: 'other'})];
		const {roles, explanation} = suggest([...others, ...able]);
		expect([...roles.keys()].sort()).toEqual(able.map(({id}) => id).sort());
		expect(explanation).toMatch(/2 more in another network or with another key are left out\.$/);
		expect(suggest([candidate({unsuitable: 'is stopped'})])).toEqual({
			roles: new Map(),
			explanation: 'None of these instances can serve.',
		});
	});

	test('leaves alone what tags say belongs to a cluster, and names the way to it', () => {
		const free = many(2);
		const owned = candidate({tags: {'mesos-setup:cluster': 'prod'}});
		const {roles, explanation} = suggest([owned, ...free]);
		expect([...roles.keys()].sort()).toEqual(free.map(({id}) => id).sort());
		expect(explanation).toMatch(/Tags say that instances belong to prod: "mesos-setup adopt"/);
		expect(suggest([owned]).explanation).toMatch(/^None of these instances is free\. Tags say/);
	});

	test('guesses nothing among very many, unless names tell', () => {
		const crowd = many(1000, index => ({name: `web-${index}`}));
		expect(suggest(crowd).roles.size).toBe(0);
		expect(suggest(crowd).explanation).toMatch(/^1000 instances could serve, too many/);
		const ours = many(5, index => ({name: `mesos-${index}`}));
		expect([...suggest([...crowd, ...ours]).roles.keys()]).toEqual(ours.map(({id}) => id));
	});
});
