import {describe, expect, test} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {adopt, type LookedAt} from '../../../source/pipeline/adopt.ts';

const record = {
	id: 'c-1',
	name: 'prod',
	hosts: [
		{name: 'master-1', role: 'master', address: '203.0.113.10', private_ip: '10.0.1.10', zookeeper_id: 2},
		{name: 'slave-1', role: 'slave', address: '203.0.113.20', private_ip: '10.0.1.20'},
	],
} as const;

type Wish = {
	id?: string;
	name?: string;
	role?: string;
	table?: object | null;
	tag?: string;
	address?: string;
	inside?: string;
	settings?: string;
};

function host(own: string, wish: Wish = {}): LookedAt {
	const {id = 'c-1', name = 'prod', role = own.replace(/-\d+$/, ''), tag} = wish;
	const table = wish.table === undefined && role === 'master' ? record : wish.table;
	const inside = wish.inside ?? `10.0.1.${own === 'master-1' ? 10 : 20}`;
	return {
		settings: wish.settings ?? '',
		address: wish.address ?? `198.51.100.${own === 'master-1' ? 10 : 20}`,
		instance: tag === undefined ? undefined : {id: `i-${own}`, private_ip: inside, cluster: tag},
		facts: {
			host_json: JSON.stringify({cluster: {id, name}, host: own, role}),
			cluster_json: table ? JSON.stringify(table) : null,
			addresses: [inside],
			units: role === 'master' ? {marathon: 'active'} : {},
		},
	};
}

const problem = (...found: Parameters<typeof adopt>): SetupError => {
	try {
		adopt(...found);
	} catch (error) {
		if (error instanceof SetupError) return error;
	}
	throw new Error('nothing was refused');
};

test('a master alone is enough; who was not looked at is where the masters know it', () => {
	const {hosts, record: table, frameworks, notes, lookedAt} = adopt([host('master-1')]);
	expect(table).toEqual(record);
	expect(hosts.map(({name, address, private_ip}) => [name, address, private_ip])).toEqual([
		['master-1', '198.51.100.10', '10.0.1.10'],
		['slave-1', '203.0.113.20', '10.0.1.20'],
	]);
	expect(frameworks).toEqual({marathon: true, chronos: false});
	expect([...lookedAt]).toEqual([['master-1', '198.51.100.10']]);
	expect(notes).toEqual(['Not looked at, taken as the masters know them: slave-1 (203.0.113.20).']);
});

test('instances found by their tags keep their ids; a slave no master has heard of belongs to it', () => {
	const added = host('slave-2', {tag: 'prod', inside: '10.0.1.21', address: '198.51.100.21'});
	const {hosts, notes} = adopt([host('master-1', {tag: 'prod'}), host('slave-1', {tag: 'prod'}), added], 'prod');
	expect(hosts.map(({name, instance, private_ip}) => [name, instance, private_ip])).toEqual([
		['master-1', 'i-master-1', '10.0.1.10'],
		['slave-1', 'i-slave-1', '10.0.1.20'],
		['slave-2', 'i-slave-2', '10.0.1.21'],
	]);
	expect(notes).toEqual([]);
});

test('a host without an installation is left out and told', () => {
	const bare = host('slave-1');
	bare.facts.host_json = null;
	expect(adopt([host('master-1'), bare]).notes[0]).toContain('198.51.100.20 belongs to no cluster');
	expect(problem([bare]).reason).toContain('no cluster was found: 198.51.100.20 has no /etc/mesos-setup/host.json');
});

describe('nothing is mixed or guessed', () => {
	test.each<[string, LookedAt[], string | undefined, RegExp]>([
		[
			'two clusters',
			[host('master-1'), host('slave-1', {id: 'c-2', name: 'test'})],
			undefined,
			/different clusters: .*\(master-1\) to "prod" \(id c-1\); .*\(slave-1\) to "test" \(id c-2\)/,
		],
		[
			'two of one name',
			[host('master-1'), host('slave-1', {id: 'c-2'})],
			undefined,
			/"prod" \(id c-1\); .* "prod" \(id c-2\)/,
		],
		[
			'a tag that lies',
			[host('master-1', {tag: 'test'})],
			undefined,
			/tagged mesos-setup:cluster=test, but its host.json says "prod"/,
		],
		['another name than wanted', [host('master-1')], 'test', /belongs to "prod", not to "test"/],
		['no master', [host('slave-1')], undefined, /only masters do/],
		[
			'a table of another cluster',
			[host('master-1', {table: {...record, id: 'c-9'}})],
			undefined,
			/cluster.json is of the cluster c-9/,
		],
		[
			'a copy of a host',
			[host('master-1'), host('slave-1'), host('slave-1', {address: '198.51.100.99', inside: '10.0.1.99'})],
			undefined,
			/both say they are slave-1/,
		],
		[
			'another role',
			[host('master-1'), host('slave-1', {role: 'master', table: null})],
			undefined,
			/is a slave in the masters' table, but its host.json says master/,
		],
		[
			'what is no JSON',
			[{...host('master-1'), facts: {...host('master-1').facts, host_json: '{'}}],
			undefined,
			/cannot be read/,
		],
	])('%s', (_, found, wanted, cause) => {
		const {reason, exitCode, fix} = problem(found, wanted);
		expect(reason).toMatch(cause);
		expect(exitCode).toBe(1);
		expect(fix).toMatch(/\.$|=prod$/);
	});

	test('masters that disagree on an id', () => {
		const other = {...record, hosts: [{...record.hosts[0], zookeeper_id: 1}]};
		const second = host('master-2', {table: other, address: '198.51.100.11'});
		expect(problem([host('master-1'), second]).reason).toMatch(
			/disagree on master-1: ZooKeeper id 2 says 198.51.100.10, 1 says/,
		);
	});
});

test('settings are those the masters carry; where they differ or cannot be read it is said', () => {
	const table = {...record, hosts: [...record.hosts, {...record.hosts[0], name: 'master-2', zookeeper_id: 1}]};
	const carrying = (...all: string[]) =>
		adopt(all.map((settings, i) => host(`master-${i + 1}`, {table, settings, inside: `10.0.1.${10 + i}`})));
	const off = '{"frameworks": {"chronos": false}}';
	expect(carrying('', '').settings).toBeUndefined();
	expect(carrying(off, off)).toMatchObject({settings: {frameworks: {chronos: false}}, notes: [expect.any(String)]});
	expect(carrying(off, '{}').notes).toContain(
		'master-1 and master-2 carry different settings; those of master-1 are taken.',
	);
	const broken = carrying('{', off);
	expect(broken.settings?.frameworks).toEqual({marathon: true, chronos: false});
	expect(broken.notes.join()).toMatch(/The settings that master-1 carries .* cannot be read/);
});
