import type {Cluster} from '../cluster/model.ts';
import {lookAt, type Report, reportElected} from './checks.ts';
import {askOpinions} from './leaders.ts';
import {askMarathonInfo} from './marathon.ts';
import {askFrameworks, type Framework} from './mesos.ts';
import {type Consensus, consensusOf, type Opinion} from './opinion.ts';
import {poll} from './poll.ts';
import type {Reach} from './reach.ts';
import {reasonOf} from './stream.ts';

export type FrameworkName = 'marathon' | 'chronos';
export type FrameworkFound = {opinions: Opinion[]; consensus: Consensus};

/** A framework that has just elected its leader registers within seconds; a check right after apply waits that long. */
const registrationTimeout = 10_000;

export async function askFramework(name: FrameworkName, cluster: Cluster, reach: Reach): Promise<FrameworkFound> {
	const opinions = await askOpinions(name, cluster, reach);
	return {opinions, consensus: consensusOf(opinions)};
}

/** Leader and instances of a framework, and whether Mesos has it registered and active. Rejects only when aborted. `patience` in ms. */
export async function checkFramework(
	name: FrameworkName,
	found: FrameworkFound,
	mesosLeader: string | undefined,
	{reach, signal, report, patience}: {reach: Reach; signal: AbortSignal; report: Report; patience: number},
): Promise<void> {
	reportElected(name, found, report);
	const {leader} = found.consensus;
	const check = `${name} framework`;
	if (leader === undefined) return;
	if (mesosLeader === undefined) {
		const fix = 'Mend the Mesos leader first, then run `mesos-setup verify` again.';
		report({check, status: 'failed', detail: 'nobody can tell: no Mesos leader serves', fix});
		return;
	}
	const answer = await poll(() => registration(name, leader, mesosLeader, reach), {
		done: ({framework}) => framework?.active === true,
		timeout: Math.min(patience, registrationTimeout),
		signal,
	});
	if (answer.framework?.active) {
		report({check, status: 'ok', detail: `registered with ${mesosLeader} as ${answer.framework.id}`});
	} else {
		report({check, status: 'failed', detail: answer.why, fix: lookAt(name, [leader])});
	}
}

async function registration(
	name: FrameworkName,
	leader: string,
	mesosLeader: string,
	reach: Reach,
): Promise<{framework?: Framework | undefined; why: string}> {
	try {
		const [frameworks, info] = await Promise.all([
			askFrameworks(mesosLeader, reach),
			name === 'marathon' ? askMarathonInfo(leader, reach) : undefined,
		]);
		// Marathon says which id is its own; an id left over from an earlier installation carries the same name.
		const own = frameworks.filter(entry => (info?.frameworkId ? entry.id === info.frameworkId : entry.name === name));
		const active = own.find(entry => entry.active && entry.connected !== false);
		if (active) return {framework: active, why: ''};
		if (own[0]) return {why: `registered with ${mesosLeader} as ${own[0].id} but not active`};
		return {why: `${leader} leads, but ${mesosLeader} knows no framework ${info?.frameworkId ?? name}`};
	} catch (error) {
		return {why: reasonOf(error)};
	}
}
