import type {Cluster, Host} from '../cluster/model.ts';
import {parsePortRanges} from '../cluster/ports.ts';
import {lookAt, type Report} from './checks.ts';
import {slavesOf} from './members.ts';
import {type Agent, agentsOf, askAgents} from './mesos.ts';
import type {Reach} from './reach.ts';
import {askUnregistered, type Unregistered} from './registration.ts';
import {reasonOf} from './stream.ts';

/** Slaves that are registered, by name: what the proofs can run on. */
export type SlavesFound = Map<string, Agent>;

/** Each slave registered, active and offering what was asked; agents that nobody asked for. Never rejects. */
export async function checkSlaves(
	cluster: Cluster,
	leader: string | undefined,
	reach: Reach,
	report: Report,
): Promise<SlavesFound> {
	const registered: SlavesFound = new Map();
	let agents: Agent[];
	try {
		if (leader === undefined) throw new Error('no Mesos leader serves');
		agents = await askAgents(leader, reach);
	} catch (error) {
		const why = leader === undefined ? reasonOf(error) : `${leader} ${reasonOf(error)}`;
		const fix = 'Mend the Mesos leader first, then run `mesos-setup verify` again.';
		report({check: 'slaves registered', status: 'failed', detail: `nobody can tell: ${why}`, fix});
		return registered;
	}
	const slaves = slavesOf(cluster);
	const absent = slaves.filter(slave => !agentsOf(slave, agents)[0]?.active).map(({name}) => name);
	const reasons = await askUnregistered(absent, reach);
	for (const slave of slaves) {
		const reason = reasons.find(({host}) => host === slave.name);
		const agent = agentsOf(slave, agents)[0];
		if (reason || !agent) {
			if (reason) reportUnregistered(reason, leader ?? '', report);
			continue;
		}
		registered.set(slave.name, agent);
		report({host: slave.name, check: 'slave registered', status: 'ok', detail: `active as ${agent.id}`});
		reportAttributes(cluster, slave, agent, report);
		reportPorts(cluster, slave, agent, report);
	}
	reportStrangers(slaves, agents, report);
	return registered;
}

function reportUnregistered({host, state, detail}: Unregistered, leader: string, report: Report): void {
	const refused = `Search \`journalctl -u mesos-master\` on ${leader} for "Refusing registration" with the address of ${host}; compare /etc/mesos/zk on ${host} with the one on ${leader}.`;
	const fix = state === 'refused' ? refused : lookAt('mesos-agent', [host]);
	report({host, check: 'slave registered', status: 'failed', detail, fix});
}

function reportAttributes(cluster: Cluster, slave: Host, agent: Agent, report: Report): void {
	const check = 'slave attributes';
	const wanted = {...cluster.mesos.attributes, ...slave.mesos.attributes, id: slave.name};
	const wrong = Object.entries(wanted).filter(([key, value]) => !sameValue(agent.attributes[key], value));
	if (wrong.length === 0) {
		report({host: slave.name, check, status: 'ok', detail: asText(agent.attributes)});
		return;
	}
	report({
		host: slave.name,
		check,
		status: 'failed',
		detail: `offers ${asText(agent.attributes) || 'none'}, should offer ${asText(wanted)}`,
		fix: `Run \`mesos-setup plan\`: it shows what differs in /etc/mesos-agent/attributes on ${slave.name}. An agent that refuses new attributes says "Incompatible agent info" in \`journalctl -u mesos-agent\`.`,
	});
}

/** Mesos turns what looks like a number into one: `8.0` comes back as 8. Ranges and sets come back without a text. */
function sameValue(spoken: string | undefined, written: string): boolean {
	if (spoken === undefined) return false;
	// Mesos takes the blanks out of a value.
	const [offered, wanted] = [spoken, written].map(text => text.replaceAll(' ', '')) as [string, string];
	return offered === '' || offered === wanted || (wanted.trim() !== '' && Number(offered) === Number(wanted));
}

function asText(attributes: Record<string, string>): string {
	return Object.entries(attributes)
		.map(([key, value]) => `${key}:${value}`)
		.join(';');
}

function reportPorts(cluster: Cluster, slave: Host, agent: Agent, report: Report): void {
	const check = 'slave ports';
	const wanted = merged(parsePortRanges(cluster.mesos.port_ranges).map(({first, last}) => [first, last]));
	const offered = merged(agent.ports);
	if (offered === wanted) {
		report({host: slave.name, check, status: 'ok', detail: offered});
		return;
	}
	report({
		host: slave.name,
		check,
		status: 'failed',
		detail: `offers ports ${offered || 'none'}, should offer ${wanted}`,
		fix: `Run \`mesos-setup apply\`: it writes /etc/mesos-agent/resources on ${slave.name} and restarts mesos-agent.`,
	});
}

/** `4000-5000,7000-8000`, whatever the order and however the ranges touch. */
function merged(ranges: [number, number][]): string {
	const joined: [number, number][] = [];
	for (const [begin, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
		const last = joined.at(-1);
		if (last && begin <= last[1] + 1) last[1] = Math.max(last[1], end);
		else joined.push([begin, end]);
	}
	return joined.map(([begin, end]) => `${begin}-${end}`).join(',');
}

function reportStrangers(slaves: Host[], agents: Agent[], report: Report): void {
	const known = new Set(slaves.flatMap(slave => agentsOf(slave, agents)));
	for (const agent of agents.filter(agent => agent.active && !known.has(agent))) {
		report({
			check: 'unexpected agent',
			status: 'warn',
			detail: `${agent.hostname} (${agent.ip || 'address unknown'}) is registered as ${agent.id} but not in the cluster file`,
			fix: `Add ${agent.hostname} to the cluster file, or stop its mesos-agent.`,
		});
	}
}
