import {z} from 'zod';
import type {Cluster, Host} from '../cluster/model.ts';
import {askHttp, parseAnswer, statusReason} from './http.ts';
import {ports} from './members.ts';
import {type Opinion, opinionNaming} from './opinion.ts';
import type {Reach} from './reach.ts';
import {reasonOf} from './stream.ts';

/**
 * Whom one master takes for the leader, by where its /redirect points: /health is 200 on every master whatever its
 * state. The redirect is read, never followed, for a stale leader redirects to itself. Never rejects.
 */
export async function askMaster(host: Host, cluster: Cluster, reach: Reach): Promise<Opinion> {
	try {
		const answer = await askHttp(reach, host.name, ports.mesosMaster, {path: '/redirect'});
		if (answer.status === 307 && answer.locationHost) return opinionNaming(host, answer.locationHost, cluster);
		return {host: host.name, state: 'no-leader', detail: statusReason(answer)};
	} catch (error) {
		return {host: host.name, state: 'unreachable', detail: reasonOf(error)};
	}
}

/**
 * Undefined when this master leads and has recovered its registry, else why not. The v1 API is asked because an elected
 * leader without its registry answers 200 on /state and /slaves. Never rejects.
 */
export async function whyNotLeading(leader: string, reach: Reach): Promise<string | undefined> {
	try {
		const health = parseAnswer(await call(leader, 'GET_HEALTH', reach), healthSchema);
		return health.get_health.healthy ? undefined : 'says that it is not healthy';
	} catch (error) {
		return reasonOf(error);
	}
}

const healthSchema = z.object({get_health: z.object({healthy: z.boolean()})});

function call(hostName: string, type: string, reach: Reach) {
	return askHttp(reach, hostName, ports.mesosMaster, {method: 'POST', path: '/api/v1', json: {type}});
}

export type Agent = {
	id: string;
	hostname: string;
	/** Address the leader speaks to it by. */
	ip: string;
	active: boolean;
	attributes: Record<string, string>;
	/** Inclusive, as `[begin, end]`, sorted. */
	ports: [number, number][];
};

const resourceSchema = z.object({
	name: z.string(),
	ranges: z.object({range: z.array(z.object({begin: z.number(), end: z.number()}))}).optional(),
});
const attributeSchema = z.object({
	name: z.string(),
	text: z.object({value: z.string()}).optional(),
	scalar: z.object({value: z.number()}).optional(),
});
const agentsSchema = z.object({
	get_agents: z.object({
		agents: z
			.array(
				z.object({
					agent_info: z.object({
						hostname: z.string(),
						id: z.object({value: z.string()}).optional(),
						attributes: z.array(attributeSchema).default([]),
					}),
					active: z.boolean(),
					pid: z.string().default(''),
					total_resources: z.array(resourceSchema).default([]),
				}),
			)
			.default([]),
	}),
});

/** The agents the leader knows. Rejects with a reason; an unrecovered leader refuses, where /slaves would be empty. */
export async function askAgents(leader: string, reach: Reach): Promise<Agent[]> {
	const {agents} = parseAnswer(await call(leader, 'GET_AGENTS', reach), agentsSchema).get_agents;
	return agents.map(agent => ({
		id: agent.agent_info.id?.value ?? '',
		hostname: agent.agent_info.hostname,
		// `slave(1)@10.0.1.20:5051`
		ip: /@(.+):\d+$/.exec(agent.pid)?.[1] ?? '',
		active: agent.active,
		attributes: Object.fromEntries(
			agent.agent_info.attributes.map(({name, text, scalar}) => [name, text?.value ?? String(scalar?.value ?? '')]),
		),
		ports: agent.total_resources
			.filter(({name}) => name === 'ports')
			.flatMap(({ranges}) => ranges?.range ?? [])
			.map(({begin, end}): [number, number] => [begin, end])
			.sort((a, b) => a[0] - b[0]),
	}));
}

/** The leader's entries for this slave, active ones first: after a lost identity the old one lingers beside the new. */
export function agentsOf(slave: Host, agents: Agent[]): Agent[] {
	const names = [slave.name, slave.private_ip].map(name => name.toLowerCase());
	return agents
		.filter(agent => agent.ip === slave.private_ip || names.includes(agent.hostname.toLowerCase()))
		.sort((a, b) => Number(b.active) - Number(a.active));
}

const agentStateSchema = z.object({id: z.string(), flags: z.object({master: z.string().optional()}).optional()});

/**
 * The agent's own id, empty while no master has accepted it, and the masters it looks for. Rejects with a reason.
 * Its metric slave/registered is not asked: it is 1 for an agent that every master refuses.
 */
export async function askAgentState(slave: string, reach: Reach): Promise<{id: string; master: string | undefined}> {
	const answer = await askHttp(reach, slave, ports.mesosAgent, {path: '/state'});
	const state = parseAnswer(answer, agentStateSchema);
	return {id: state.id, master: state.flags?.master};
}

const metricsSchema = z.record(z.string(), z.unknown());

/** All metrics that are numbers. Rejects with a reason. */
export async function askMetrics(master: string, reach: Reach): Promise<Record<string, number>> {
	const answer = await askHttp(reach, master, ports.mesosMaster, {path: '/metrics/snapshot'});
	const metrics = parseAnswer(answer, metricsSchema);
	return Object.fromEntries(
		Object.entries(metrics).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
	);
}

const flagsSchema = z.object({flags: z.object({quorum: z.string().optional(), cluster: z.string().optional()})});

/** The flags a master runs with, leader or not. Rejects with a reason. */
export async function askMasterFlags(
	master: string,
	reach: Reach,
): Promise<{quorum: string | undefined; cluster: string | undefined}> {
	const {flags} = parseAnswer(await askHttp(reach, master, ports.mesosMaster, {path: '/flags'}), flagsSchema);
	return {quorum: flags.quorum, cluster: flags.cluster};
}

/** The Mesos version of a master. Rejects with a reason. */
export async function askVersion(master: string, reach: Reach): Promise<string> {
	const answer = await askHttp(reach, master, ports.mesosMaster, {path: '/version'});
	return parseAnswer(answer, z.object({version: z.string()})).version;
}

const frameworkSchema = z.object({
	id: z.string(),
	name: z.string(),
	active: z.boolean(),
	connected: z.boolean().optional(),
});
export type Framework = z.infer<typeof frameworkSchema>;

/** The frameworks registered with the leader. Rejects with a reason. */
export async function askFrameworks(leader: string, reach: Reach): Promise<Framework[]> {
	const answer = await askHttp(reach, leader, ports.mesosMaster, {path: '/frameworks'});
	return parseAnswer(answer, z.object({frameworks: z.array(frameworkSchema)})).frameworks;
}
