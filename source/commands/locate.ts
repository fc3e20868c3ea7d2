import {isIPv4} from 'node:net';
import type {Cluster, Host} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Store} from '../cluster/store.ts';
import type {Candidate} from '../discovery/candidate.ts';
import {instancesById} from '../discovery/ec2.ts';
import type {Listener} from '../pipeline/events.ts';
import type {LoadedCluster} from './load-cluster.ts';

/** What EC2 said of the hosts of a cluster, by host name. */
export type Sighting = {
	instances: ReadonlyMap<string, Candidate>;
	/** Hosts that need not be tried, and why. */
	refusals: ReadonlyMap<string, SetupError>;
	/** Why EC2 said nothing. */
	silence?: SetupError | undefined;
};

/** A cluster as it stands now: hosts that are EC2 instances at the addresses they have today. */
export type Located = Pick<LoadedCluster, 'cluster' | 'store' | 'file'> & {seen?: Sighting | undefined};

/** Most runs need nothing of EC2, so it gets no more time than that. */
const patience = 8000;

/** Ranges nobody has on the internet: such an address was chosen on purpose, and is not the one EC2 gives and takes away. */
const isPrivate = (address: string) => /^(10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(address);

/** Whether it is an address that EC2 gave to an instance, and may have given to another one since. */
function isGiven(host: Host): boolean {
	const {address, private_ip} = host;
	if (address === private_ip) return false;
	return isIPv4(address) ? !isPrivate(address) : /^ec2-[\d-]+\..*amazonaws\.com(\.cn)?$/.test(address);
}

type Finding = {address?: string; refusal?: SetupError; doubt?: string};

const stopped: ReadonlySet<string> = new Set(['stopping', 'stopped', 'shutting-down', 'terminated']);

/** What an instance of today means for a host as it was written down. */
export function compare(host: Host, {id, state, region, private_ip, public_ip}: Candidate): Finding {
	const refuse = (cause: string, fix: string) => ({
		refusal: new SetupError({host: host.name, cause, fix, exitCode: 1}),
	});
	if (stopped.has(state)) {
		const ended = state === 'terminated' || state === 'shutting-down';
		return refuse(
			`its instance ${id} is ${state === 'shutting-down' ? 'being terminated' : state}.`,
			ended
				? 'Take the host out of the cluster, or put a new instance in its place.'
				: `Start it: aws ec2 start-instances --region ${region} --instance-ids ${id}`,
		);
	}
	if (private_ip !== '' && private_ip !== host.private_ip) {
		const doubt = `${host.name} is said to be at ${host.private_ip}, but its instance ${id} is at ${private_ip}: correct private_ip or instance.`;
		return {doubt};
	}
	if (!isGiven(host) || host.address === public_ip) return {};
	if (public_ip !== undefined) return {address: public_ip};
	return refuse(
		`its instance ${id} has no public address any more; it was ${host.address}.`,
		`Give it one (an Elastic IP stays), or set its address to ${host.private_ip} and name a bastion.`,
	);
}

async function look(cluster: Cluster, hosts: readonly Host[], signal: AbortSignal): Promise<Candidate[] | SetupError> {
	const {region, profile} = cluster;
	const late = AbortSignal.timeout(patience);
	try {
		const ids = hosts.flatMap(({instance}) => instance ?? []);
		return await instancesById(ids, {region, profile, signal: AbortSignal.any([signal, late])});
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof SetupError) return error;
		if (!late.aborted) throw error;
		const cause = `EC2 did not answer within ${patience / 1000} seconds.`;
		return new SetupError({cause, fix: 'Check the network, and HTTPS_PROXY.', exitCode: 1, error});
	}
}

/** The store learns the new addresses and nothing else of what the run is about. */
function remember(store: Store, name: string, moved: ReadonlyMap<string, string>): void {
	const stored = store.load(name);
	if (!stored) return;
	const hosts = stored.cluster.hosts.map(host => ({...host, address: moved.get(host.name) ?? host.address}));
	store.save(name, {...stored, cluster: {...stored.cluster, hosts}});
}

/**
 * Finds hosts that are known by their instance where they are today: an instance that was stopped and started has a new
 * public address. Without an answer of EC2 the addresses stay, and so they do where they are right.
 */
export async function locate<Loaded extends LoadedCluster>(
	loaded: Loaded,
	emit: Listener,
	signal: AbortSignal,
): Promise<Loaded & Located> {
	const {cluster, store, file} = loaded;
	const hosts = cluster.hosts.filter(({instance}) => instance !== undefined);
	if (hosts.length === 0) return loaded;
	const found = await look(cluster, hosts, signal);
	if (found instanceof SetupError) {
		return {...loaded, seen: {instances: new Map(), refusals: new Map(), silence: found}};
	}
	const byId = new Map(found.map(candidate => [candidate.id, candidate]));
	const instances = new Map<string, Candidate>();
	const refusals = new Map<string, SetupError>();
	const moved = new Map<string, string>();
	for (const host of hosts) {
		const candidate = byId.get(host.instance ?? '');
		if (!candidate) continue;
		const {address, refusal, doubt} = compare(host, candidate);
		if (doubt !== undefined) emit({event: 'note', text: doubt});
		else instances.set(host.name, candidate);
		if (refusal) refusals.set(host.name, refusal);
		if (address !== undefined) moved.set(host.name, address);
	}
	if (moved.size > 0) {
		const moves = hosts.flatMap(({name, address}) =>
			moved.has(name) ? [`${name} from ${address} to ${moved.get(name)}`] : [],
		);
		const stale = file === undefined ? '' : ` ${file} still names the old.`;
		emit({event: 'note', text: `New addresses since the instances were started again: ${moves.join(', ')}.${stale}`});
		remember(store, cluster.name, moved);
	}
	const current = cluster.hosts.map(host => ({...host, address: moved.get(host.name) ?? host.address}));
	return {...loaded, cluster: {...cluster, hosts: current}, seen: {instances, refusals}};
}
