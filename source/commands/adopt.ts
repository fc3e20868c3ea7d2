import {type Defaults, readDefaults} from '../cluster/cluster-file.ts';
import type {Cluster, Host} from '../cluster/model.ts';
import {isAddress} from '../cluster/names.ts';
import {clusterSchema} from '../cluster/schema.ts';
import {settingsPath} from '../cluster/settings.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {type HostKeys, openStore, type Store} from '../cluster/store.ts';
import {regionOf} from '../discovery/aws.ts';
import type {Candidate} from '../discovery/candidate.ts';
import {discover} from '../discovery/ec2.ts';
import {clusterTag} from '../discovery/policy.ts';
import {type Adopted, adopt, type LookedAt} from '../pipeline/adopt.ts';
import {errorEvent} from '../pipeline/error-event.ts';
import {Fleet} from '../pipeline/fleet.ts';
import {bundlePaths} from '../sources/resolve.ts';
import {createConnect} from './connector.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

function refuse(field: string | undefined, cause: string, fix: string, exitCode: 1 | 2 = 2): SetupError {
	return new SetupError({field, cause, fix, exitCode});
}

type Place = {address: string; candidate?: Candidate};

function typedPlaces(words: readonly string[]): Place[] {
	const wrong = words.find(word => !isAddress(word));
	if (wrong !== undefined) {
		throw refuse(wrong, 'is neither an IP address nor a host name.', 'Name hosts of the cluster, a master among them.');
	}
	return [...new Set(words)].map(address => ({address}));
}

/** The running instances whose tags say that they are one cluster. */
async function taggedPlaces(options: CommandOptions, inside: boolean, frame: Run): Promise<Place[]> {
	const {profile, cluster} = options;
	const region = await regionOf({profile, region: options.region});
	const filters = {[`tag:${clusterTag}`]: [cluster ?? '*']};
	const found = await discover({profile, region, filters, signal: frame.signal});
	const names = [...new Set(found.map(({tags}) => tags[clusterTag] ?? ''))].sort();
	if (found.length === 0) {
		const tag = cluster === undefined ? clusterTag : `${clusterTag}=${cluster}`;
		throw refuse(
			'--region',
			`no instance in ${region} carries the tag ${tag}.`,
			'Name another --region, or hosts by address, a master among them: mesos-setup adopt 203.0.113.10',
			1,
		);
	}
	if (names.length > 1) {
		throw refuse(
			'--cluster',
			`the tags in ${region} speak of several clusters: ${names.join(', ')}.`,
			'Name one of them.',
		);
	}
	return found.flatMap(candidate => {
		const {id, name, private_ip, public_ip, state} = candidate;
		const address = inside ? private_ip : (public_ip ?? private_ip);
		if (state === 'running' && address !== '') return [{address, candidate}];
		frame.emit({event: 'note', text: `${name || id} is ${state} and not looked at.`});
		return [];
	});
}

/** A cluster of nobody, to connect with: hosts are called by their addresses until they say who they are. */
function strangers(places: readonly Place[], options: CommandOptions, defaults: Defaults): Cluster {
	const host = {name: 'stranger', role: 'master', address: '192.0.2.1', private_ip: '192.0.2.1'} as const;
	const {hosts: _, ...base} = clusterSchema.parse({name: 'adopted', hosts: [host]});
	const ssh = {...base.ssh, ...defaults.ssh};
	const {user = ssh.user, key = ssh.key} = options;
	const hosts = places.map(
		({address, candidate}): Host => ({
			name: address,
			role: 'slave',
			address,
			private_ip: candidate?.private_ip ?? address,
			instance: candidate?.id,
			mesos: {attributes: {}, agent_flags: {}, master_flags: {}},
		}),
	);
	const region = places[0]?.candidate?.region;
	return {...base, ...defaults, ssh: {...ssh, user, key}, region, profile: region && options.profile, hosts};
}

/** Keys are pinned under the names the hosts turn out to have. */
function keysInHand(): HostKeys {
	const seen = new Map<string, string>();
	return {get: host => seen.get(host), set: (host, fingerprint) => void seen.set(host, fingerprint)};
}

async function look(
	cluster: Cluster,
	places: readonly Place[],
	keys: HostKeys,
	store: Store,
	frame: Run,
): Promise<LookedAt[]> {
	const instances = new Map(
		places.flatMap(({address, candidate}) => (candidate ? [[address, candidate] as const] : [])),
	);
	const seen = {instances, refusals: new Map<string, SetupError>()};
	const connect = await createConnect({cluster, store, seen}, frame, frame.emit, undefined, keys);
	const fleet = new Fleet(cluster.hosts, cluster.hosts, connect, frame.emit);
	try {
		const found: LookedAt[] = [];
		for (const {name} of cluster.hosts) {
			const member = await fleet.member(name).catch((error: unknown) => frame.emit(errorEvent(error, name)));
			const candidate = instances.get(name);
			const {id = '', private_ip = '', tags = {}} = candidate ?? {};
			const instance = candidate && {id, private_ip, cluster: tags[clusterTag] ?? ''};
			if (!member) continue;
			const settings = await member.session.ask(`cat ${settingsPath} 2>/dev/null || :`);
			found.push({address: name, instance, facts: member.facts, settings});
		}
		return found;
	} finally {
		await fleet.close();
	}
}

/** What the hosts carry wins, then what the store held of it. */
function merged({record, hosts, frameworks, settings: carried}: Adopted, fresh: Cluster, store: Store): Cluster {
	const before = store.load(record.name);
	if (before?.record && before.record.id !== record.id) {
		throw refuse(
			record.name,
			`this computer knows another cluster of that name (id ${before.record.id}, not ${record.id}).`,
			`Forget the old one first: its menu in the guided install, or remove ${record.name}.json from the store.`,
		);
	}
	const {hosts: own, ...shared} = carried ?? {};
	const settings = {...(before?.cluster ?? {...fresh, frameworks}), ...shared};
	return {
		...settings,
		name: record.name,
		region: fresh.region ?? settings.region,
		profile: fresh.profile ?? settings.profile,
		ssh: fresh.ssh,
		hosts: hosts.map(host => {
			const known = before?.cluster.hosts.find(({name}) => name === host.name);
			const mesos = (own ? own[host.name] : known?.mesos) ?? {attributes: {}, agent_flags: {}, master_flags: {}};
			return {...host, instance: host.instance ?? known?.instance, mesos};
		}),
	};
}

/** What its description has now, and what people have to add to it before the next apply. */
function toBeSaid({settings, frameworks}: Adopted, cluster: Cluster): string[] {
	if (!settings) {
		const running = Object.entries(frameworks).flatMap(([name, runs]) => (runs ? [name] : []));
		return [
			`Its masters carry no settings (an older mesos-setup installed them), so only the frameworks that run are known: ${running.join(', ') || 'none'}. Add to its cluster file before the next apply, or with "Edit settings" of the guided install: sources, images, and of mesos port_ranges, attributes, agent_flags and master_flags, also those of single hosts. mesos-setup plan shows what would differ.`,
		];
	}
	const bundles = bundlePaths(cluster).join(', ');
	return [
		'Sources, images, frameworks, ports, attributes and flags are those of its last apply.',
		...(bundles ? [`Its software comes from the bundle ${bundles}: have it here before the next apply.`] : []),
	];
}

/** Makes a cluster known to this computer again: from the tags of its instances, or from some of its hosts. Changes no host. */
export async function run(options: CommandOptions, words: string[], frame: Run): Promise<number> {
	const began = Date.now();
	const defaults = options.defaults === undefined ? {} : await readDefaults(options.defaults);
	const inside = defaults.ssh?.bastion !== undefined;
	const places = words.length > 0 ? typedPlaces(words) : await taggedPlaces(options, inside, frame);
	const store = openStore(frame.home);
	const fresh = strangers(places, options, defaults);
	const keys = keysInHand();
	const found = await look(fresh, places, keys, store, frame);
	if (found.length === 0) return 1;
	const adopted = adopt(found, options.cluster);
	const {record, hosts, notes, lookedAt} = adopted;
	const cluster = merged(adopted, fresh, store);
	store.save(record.name, {...store.load(record.name), cluster, record});
	const pinned = store.hostKeys(record.name);
	for (const [name, address] of lookedAt) {
		const fingerprint = keys.get(address);
		if (fingerprint !== undefined) pinned.set(name, fingerprint);
	}
	for (const text of notes) frame.emit({event: 'note', text});
	const count = (role: string) => hosts.filter(host => host.role === role).length;
	const title = `${record.name} (id ${record.id}): ${count('master')} masters, ${count('slave')} slaves`;
	frame.emit({
		event: 'note',
		text: `This computer knows ${title}. Look at it: mesos-setup status --cluster ${record.name}`,
	});
	for (const text of toBeSaid(adopted, cluster)) frame.emit({event: 'note', text});
	if (options.json) frame.emit({event: 'summary', hosts: {}, changed: 0, failed: 0, ms: Date.now() - began});
	return 0;
}
