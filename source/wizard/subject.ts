import {componentNames, componentsOf} from '../cluster/components.ts';
import type {Cluster, Host} from '../cluster/model.ts';
import {clusterSchema} from '../cluster/schema.ts';
import {formatField, schemaProblems} from '../cluster/schema-problems.ts';
import {validateCluster} from '../cluster/validate.ts';
import {byUse, type Candidate} from '../discovery/candidate.ts';
import {toHosts} from '../discovery/hosts.ts';
import {candidatesOf} from '../sources/catalog.ts';
import {judgeProcessors, unbuiltFor, unbuiltReason} from '../sources/fitness.ts';
import {type Platform, platformBySystem} from '../sources/platform.ts';
import {amazonLinux2023} from '../sources/platforms/amazon-linux-2023.ts';
import {givenSource} from '../sources/resolve.ts';
import type {Problem} from './problem.ts';
import type {WizardState} from './state.ts';
import {parseTypedHosts} from './typed-hosts.ts';

/** What the checks, the plan and the installation are about. */
export type Subject = {
	cluster: Cluster;
	file?: string | undefined;
	/** Names of the hosts that are touched; empty means all. */
	limit: readonly string[];
	/** Whether their instances get the tags of the cluster. */
	tag?: boolean | undefined;
	/** Whether hosts may be rebooted that need other kernel arguments; unset while nobody has said. */
	reboot?: boolean | undefined;
};

/** The software that processors are judged by: what the answers so far have chosen, or the known cluster's. */
function softwareOf({flow, settings: {values}}: WizardState): Pick<Cluster, 'sources' | 'frameworks'> {
	return flow.kind === 'known' ? flow.known.cluster : {sources: values.sources, frameworks: values};
}

/** Instances or typed hosts that may be chosen, those of the cluster already left out. */
export function candidatesIn(state: WizardState): readonly Candidate[] {
	const {flow} = state;
	if (flow.kind !== 'file' && flow.from === 'typed') return parseTypedHosts(state.addresses.lines).candidates;
	const {found} = state.instances;
	if (found.status !== 'ready') return [];
	// Judged each time, for a later answer may change what they can be.
	const judged = judgeProcessors(found.value, softwareOf(state)).sort(byUse);
	if (flow.kind !== 'known') return judged;
	const taken = new Set(flow.known.cluster.hosts.flatMap(({private_ip, instance = ''}) => [private_ip, instance]));
	return judged.filter(({id, private_ip}) => !taken.has(id) && !taken.has(private_ip));
}

/** The chosen ones, in the order of the table. */
export function chosenCandidates(state: WizardState): Candidate[] {
	const {flow, instances} = state;
	const typed = flow.kind !== 'file' && flow.from === 'typed';
	return candidatesIn(state).filter(({id}) => typed || instances.chosen.includes(id));
}

/** What the chosen hosts probably run; until they are asked it decides which software is offered. */
export function platformFor(state: WizardState): Platform {
	return platformBySystem(chosenCandidates(state)[0]?.system ?? '') ?? amazonLinux2023;
}

/** Hosts that are to be in the cluster and are not yet. */
function newHosts(state: WizardState): Host[] {
	const {flow, roles, settings} = state;
	const known = flow.kind === 'known' ? flow.known.cluster.hosts.map(({name}) => name) : [];
	const adding = flow.kind === 'known';
	const choices = chosenCandidates(state).flatMap(candidate => {
		const role = adding ? 'slave' : roles.roles[candidate.id];
		return role ? [{candidate, role} as const] : [];
	});
	const typed = flow.kind !== 'file' && flow.from === 'typed';
	return toHosts(choices, known).map(({instance, ...host}) => {
		if (typed) return host;
		return settings.values.reach === 'private' ? {...host, instance, address: host.private_ip} : {...host, instance};
	});
}

function settled(state: WizardState, hosts: readonly Host[], base: Cluster | undefined): unknown {
	const {values} = state.settings;
	const {defaults, start, key, flow} = state;
	const fromEc2 = flow.kind === 'new' && flow.from === 'ec2';
	const path = key.path.text.trim();
	const ssh = {
		...(base?.ssh ?? defaults.ssh ?? {}),
		user: values.user,
		...(base ? {} : {key: path === '' ? undefined : path}),
		bastion: values.bastion === '' ? undefined : values.bastion,
	};
	const wanted: string[] = [...componentsOf('master', values), 'kind', 'path'];
	return {
		...(base ?? {}),
		name: values.name,
		...(fromEc2 ? {region: start.account.region ?? hostRegion(state), profile: start.account.profile} : {}),
		ssh,
		hosts,
		mesos: {...(base?.mesos ?? defaults.mesos ?? {}), port_ranges: values.port_ranges},
		frameworks: {marathon: values.marathon, chronos: values.chronos},
		sources: Object.fromEntries(Object.entries(values.sources).filter(([name]) => wanted.includes(name))),
		timeouts: undefined,
	};
}

function hostRegion(state: WizardState): string | undefined {
	return chosenCandidates(state)[0]?.region;
}

/** The cluster all answers make, or what is wrong with them. */
export function subjectOf(state: WizardState): {subject?: Subject; problems: Problem[]} {
	const {flow} = state;
	if (flow.kind === 'file') return {subject: {cluster: flow.cluster, file: flow.file, limit: []}, problems: []};
	if (flow.kind === 'known' && flow.purpose !== 'edit') {
		const {cluster, file} = flow.known;
		if (flow.purpose !== 'add') return {subject: {cluster, file, limit: []}, problems: []};
		const added = newHosts(state);
		const grown = {...cluster, hosts: [...cluster.hosts, ...added]};
		const problems = validateCluster(grown).problems.map(({path, cause, fix}) => ({
			field: formatField(path),
			cause,
			fix,
		}));
		return {subject: {cluster: grown, file, limit: added.map(({name}) => name)}, problems};
	}
	const base = flow.kind === 'known' ? flow.known.cluster : undefined;
	const input = settled(state, base?.hosts ?? newHosts(state), base);
	const parsed = clusterSchema.safeParse(input);
	if (!parsed.success) {
		return {
			problems: schemaProblems(parsed.error, input).map(({path, cause, fix}) => ({
				field: formatField(path),
				cause,
				fix,
			})),
		};
	}
	// Durations are texts in a file and milliseconds here, so they pass by the schema.
	const timeouts = {...parsed.data.timeouts, ...(base?.timeouts ?? state.defaults.timeouts ?? {})};
	const cluster: Cluster = {...parsed.data, timeouts};
	const found = validateCluster(cluster).problems.map(({path, cause, fix}) => ({field: formatField(path), cause, fix}));
	const problems = [
		...found,
		...(base ? [] : takenName(state, cluster)),
		...missingSources(cluster, platformFor(state)),
		...(base ? [] : unbuilt(state, cluster)),
	];
	const tag = flow.kind === 'new' && flow.from === 'ec2' && state.settings.values.tag;
	return {subject: {cluster, limit: [], tag, file: flow.kind === 'known' ? flow.known.file : undefined}, problems};
}

/** Two clusters of one name would be one to the store, and each other's hosts strangers to it. */
function takenName({start: {found}}: WizardState, {name}: Cluster): Problem[] {
	const clusters = found.status === 'ready' ? found.value.clusters : [];
	if (!clusters.some(one => one.installed && one.name === name)) return [];
	const cause = `this computer knows a cluster ${name} already.`;
	return [{field: 'name', cause, fix: 'Choose another name, or open that cluster from the first screen.'}];
}

/** What the catalog cannot decide, found before any host is asked, of the platform they probably are. */
function missingSources(cluster: Cluster, platform: Platform): Problem[] {
	return componentsOf('master', cluster.frameworks).flatMap(component => {
		const field = `sources.${component}`;
		const source = givenSource(cluster.sources, component);
		const standard = candidatesOf(platform.id, component).find(candidate => candidate.default);
		if (!source && !standard) {
			const cause = `nothing installs ${component} on ${platform.title} by default: its publisher's package hosts are gone.`;
			return [{field, cause, fix: 'Choose where it comes from.'}];
		}
		const missing = needsChecksum(source ?? standard?.source, source ? undefined : standard?.checksum);
		if (!missing) return [];
		const cause = `its publisher's ${missing} is not known here, and nothing is installed unverified.`;
		return [{field, cause, fix: `Choose it: its publisher is asked for the ${missing}, and you confirm it.`}];
	});
}

/** Software that the processor of a chosen instance cannot run, by component, so that each can be mended where it is chosen. */
function unbuilt(state: WizardState, cluster: Cluster): Problem[] {
	return chosenCandidates(state).flatMap(candidate => {
		const role = state.roles.roles[candidate.id];
		return (role ? unbuiltFor(candidate, role, cluster) : []).map(one => {
			const optional = one.component === 'marathon' || one.component === 'chronos';
			const without = optional ? `, or do without ${componentNames[one.component]}` : '';
			return {
				host: candidate.name || candidate.id,
				field: `sources.${one.component}`,
				cause: `it ${unbuiltReason(candidate, [one])}.`,
				fix: `${role === 'master' ? 'Make another instance master' : 'Leave it out'}, name a build for its processor${without}.`,
			};
		});
	});
}

type Verifiable = {kind: string; sha256?: unknown; sha512?: unknown; digest?: unknown; ref?: string};

/** What a source still needs before it can be verified, by the name its publishers use. */
export function needsChecksum(
	source: Verifiable | undefined,
	known?: string | null,
): 'checksum' | 'digest' | undefined {
	if (source?.kind === 'archive') return source.sha256 || source.sha512 || known ? undefined : 'checksum';
	if (source?.kind === 'image') return source.digest || known || source.ref?.includes('@') ? undefined : 'digest';
	return undefined;
}
