import type {HostFacts} from '../cluster/facts.ts';
import type {ClusterRecord, HostRole} from '../cluster/model.ts';
import {parseSettings, type Settings, settingsPath} from '../cluster/settings.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {type CarriedIdentity, carriedIdentity} from './known-record.ts';

/** A host that was looked at, and how it was found. */
export type LookedAt = {
	address: string;
	/** What EC2 says of it, where it was found by its tags. */
	instance?: {id: string; private_ip: string; cluster: string} | undefined;
	facts: Pick<HostFacts, 'host_json' | 'cluster_json' | 'addresses' | 'units'>;
	/** Content of its settings.json; empty where there is none. */
	settings: string;
};

export type Adopted = {
	record: ClusterRecord;
	hosts: {name: string; role: HostRole; address: string; private_ip: string; instance?: string | undefined}[];
	/** Address of each host that was looked at, by its name in the cluster. */
	lookedAt: Map<string, string>;
	frameworks: {marathon: boolean; chronos: boolean};
	/** Those of the last apply, where a master carries them. */
	settings: Settings | undefined;
	/** What is not as it should be and does not matter. */
	notes: string[];
};

type Member = LookedAt & {own: CarriedIdentity['own'] & object; table: ClusterRecord | undefined};
type Known = ClusterRecord['hosts'][number];

function refuse(cause: string, fix: string, host?: string): SetupError {
	return new SetupError({host, cause, fix, exitCode: 1});
}

const list = (words: readonly string[]) => words.join(', ');

/** Those that carry a cluster's identity, which must be one and the same. */
function members(found: readonly LookedAt[], wanted: string | undefined, notes: string[]): Member[] {
	const all = found.flatMap(one => {
		const {own, table} = carriedIdentity(one.address, one.facts);
		if (own) return [{...one, own, table}];
		notes.push(`${one.address} belongs to no cluster: it has no /etc/mesos-setup/host.json. It is left out.`);
		return [];
	});
	if (all.length === 0) {
		throw refuse(
			`no cluster was found: ${list(found.map(({address}) => address))} ${found.length === 1 ? 'has' : 'have'} no /etc/mesos-setup/host.json.`,
			'Name a master of the cluster, or install one with mesos-setup apply.',
		);
	}
	const byId = Map.groupBy(all, ({own}) => own.cluster.id);
	if (byId.size > 1) {
		const groups = [...byId].map(([id, ones]) => {
			const hosts = ones.map(({address, own}) => `${address} (${own.host})`);
			return `${list(hosts)} to "${ones[0]?.own.cluster.name}" (id ${id})`;
		});
		throw refuse(
			`these hosts belong to different clusters: ${groups.join('; ')}.`,
			'Name the hosts of one cluster only; tags that say something else are wrong.',
		);
	}
	for (const {address, own, instance} of all) {
		const {name} = own.cluster;
		if (instance && instance.cluster !== name) {
			throw refuse(
				`is tagged mesos-setup:cluster=${instance.cluster}, but its host.json says "${name}".`,
				`Correct the tag: aws ec2 create-tags --resources ${instance.id} --tags Key=mesos-setup:cluster,Value=${name}`,
				address,
			);
		}
		if (wanted !== undefined && wanted !== name) {
			throw refuse(`belongs to "${name}", not to "${wanted}": its host.json says so.`, 'Correct --cluster.', address);
		}
	}
	return all;
}

/** The masters' table of hosts and ids; nothing else may stand for it, for ids are given once. */
function tableOf(all: readonly Member[]): ClusterRecord {
	const [first] = all;
	const {id = '', name = ''} = first?.own.cluster ?? {};
	const tables = all.flatMap(({table, address}) => (table ? [{table, address}] : []));
	const largest = tables.sort((a, b) => b.table.hosts.length - a.table.hosts.length)[0];
	if (!largest) {
		throw refuse(
			`none of ${list(all.map(({address, own}) => `${address} (${own.host})`))} keeps the table of hosts and ids of "${name}": only masters do.`,
			'Name a master of the cluster; without one nobody knows the ZooKeeper ids.',
		);
	}
	for (const {table, address} of tables) {
		if (table.id !== id) {
			throw refuse(
				`its cluster.json is of the cluster ${table.id}, its host.json of ${id}.`,
				'Restore /etc/mesos-setup from a backup of this host.',
				address,
			);
		}
		for (const host of table.hosts) {
			const other = largest.table.hosts.find(one => one.name === host.name);
			if (other && other.zookeeper_id !== host.zookeeper_id) {
				throw refuse(
					`the masters disagree on ${host.name}: ZooKeeper id ${other.zookeeper_id} says ${largest.address}, ${host.zookeeper_id} says ${address}.`,
					'Compare with /var/lib/zookeeper/myid on that host, and correct the cluster.json that is wrong.',
				);
			}
		}
	}
	return largest.table;
}

/** What the masters were installed with; they may differ after an apply that did not reach all of them. */
function settingsOf(masters: readonly Member[], notes: string[]): Settings | undefined {
	const carried = masters.flatMap(({own, settings}) => {
		if (settings === '') return [];
		const parsed = parseSettings(settings);
		if (parsed) return [{host: own.host, text: settings, parsed}];
		notes.push(`The settings that ${own.host} carries (${settingsPath}) cannot be read and are passed over.`);
		return [];
	});
	const [first, ...others] = carried;
	const other = others.find(({text}) => text !== first?.text);
	if (first && other) {
		notes.push(`${first.host} and ${other.host} carry different settings; those of ${first.host} are taken.`);
	}
	return first?.parsed;
}

/** A host that no master has heard of yet: it was added, and the masters learn of it at their next apply. */
function newcomer({own, address, instance, facts}: Member): Known {
	const inside = instance?.private_ip ?? (facts.addresses.includes(address) ? address : facts.addresses[0]);
	return {name: own.host, role: own.role, address, private_ip: inside ?? address, zookeeper_id: own.zookeeper_id};
}

/**
 * The cluster that some hosts say they are: who is who from the masters' table, addresses as they were reached. Throws a
 * SetupError (exit 1) rather than mix clusters or guess.
 * @param wanted the name it must have
 */
export function adopt(found: readonly LookedAt[], wanted?: string): Adopted {
	const notes: string[] = [];
	const all = members(found, wanted, notes);
	const table = tableOf(all);
	const byName = new Map<string, Member>();
	for (const member of all) {
		const {own, address} = member;
		const before = byName.get(own.host);
		if (before && before.facts.addresses.join() !== member.facts.addresses.join()) {
			throw refuse(
				`${before.address} and ${address} both say they are ${own.host} of "${own.cluster.name}".`,
				'One of them is a copy of the other: switch it off, or take /etc/mesos-setup away there.',
			);
		}
		byName.set(own.host, before ?? member);
	}
	const newcomers = [...byName.values()].filter(({own}) => !table.hosts.some(({name}) => name === own.host));
	const record = {...table, hosts: [...table.hosts, ...newcomers.map(newcomer)]};
	const hosts = record.hosts.map(({name, role, address, private_ip}) => {
		const member = byName.get(name);
		if (member && member.own.role !== role) {
			throw refuse(
				`is a ${role} in the masters' table, but its host.json says ${member.own.role}.`,
				'Restore its /etc/mesos-setup/host.json.',
				name,
			);
		}
		const {instance} = member ?? {};
		const inside = instance?.private_ip || private_ip;
		if (inside !== private_ip) notes.push(`${name} is at ${inside} now; the masters' table says ${private_ip}.`);
		return {name, role, address: member?.address ?? address, private_ip, instance: instance?.id};
	});
	const unseen = hosts.filter(({name}) => !byName.has(name));
	if (unseen.length > 0) {
		notes.push(
			`Not looked at, taken as the masters know them: ${list(unseen.map(one => `${one.name} (${one.address})`))}.`,
		);
	}
	const masters = all.filter(({own}) => own.role === 'master');
	const runs = (unit: string) => masters.some(({facts}) => facts.units[unit] !== undefined);
	const lookedAt = new Map([...byName].map(([name, {address}]) => [name, address]));
	const frameworks = {marathon: runs('marathon'), chronos: runs('chronos')};
	return {record, hosts, lookedAt, frameworks, settings: settingsOf(masters, notes), notes};
}
