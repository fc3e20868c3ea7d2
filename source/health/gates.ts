import type {Cluster} from '../cluster/model.ts';
import {quorum} from '../cluster/quorum.ts';
import type {Gate, RollingService} from '../steps/step.ts';
import {askEnsemble, isMember} from './ensemble.ts';
import {askLeader, askOpinion, askOpinions} from './leaders.ts';
import {listed, mastersOf, slavesOf} from './members.ts';
import {agentsOf, askAgents, askMetrics, whyNotLeading} from './mesos.ts';
import {consensusOf} from './opinion.ts';
import {poll} from './poll.ts';
import type {Reach} from './reach.ts';
import {askUnregistered} from './registration.ts';
import {abortableReach, reasonOf} from './stream.ts';
import {askZookeeper} from './zookeeper.ts';

export type GateAnswer = {
	open: boolean;
	/** For a sentence, without its full stop; names the leader when open, else what is missing and why. */
	detail: string;
	/** Hosts that are not as they should be; an open gate may miss some. */
	missing: string[];
};

/** Whether a gate is open at this moment. Never rejects. */
export async function askGate(gate: Gate, cluster: Cluster, reach: Reach): Promise<GateAnswer> {
	const answer = await ask(gate, cluster, reach);
	if (gate !== 'slaves-registered' || answer.open || !answer.leader) return answer;
	const reasons = await askUnregistered(answer.missing, reach);
	return {...answer, detail: reasons.map(({host, detail}) => `${host} ${detail}`).join('; ')};
}

type Quick = GateAnswer & {leader?: string | undefined};

async function ask(gate: Gate, cluster: Cluster, reach: Reach): Promise<Quick> {
	switch (gate) {
		case 'zookeeper-quorum': {
			const {serving, detail, missing} = await askEnsemble(cluster, reach);
			return {open: serving, detail, missing};
		}
		case 'mesos-leader':
			return opened(await askLeader('mesos-master', cluster, reach));
		case 'marathon-leader':
			return opened(await askLeader('marathon', cluster, reach));
		case 'chronos-leader':
			return opened(await askLeader('chronos', cluster, reach));
		case 'slaves-registered':
			return askSlaves(cluster, reach);
	}
}

function opened({leader, detail, missing}: {leader?: string; detail: string; missing: string[]}): Quick {
	return {open: leader !== undefined, detail, missing};
}

async function askSlaves(cluster: Cluster, reach: Reach): Promise<Quick> {
	const {leader, detail, missing} = await askLeader('mesos-master', cluster, reach);
	if (leader === undefined) return {open: false, detail, missing};
	try {
		const agents = await askAgents(leader, reach);
		const slaves = slavesOf(cluster);
		const absent = slaves.filter(slave => !agentsOf(slave, agents)[0]?.active).map(({name}) => name);
		if (absent.length > 0) {
			const are = absent.length === 1 ? 'is' : 'are';
			return {open: false, detail: `${listed(absent)} ${are} not registered with ${leader}`, missing: absent, leader};
		}
		return {
			open: true,
			detail: `${slaves.length} of ${slaves.length} slaves are registered with ${leader}`,
			missing: [],
		};
	} catch (error) {
		return {open: false, detail: `${leader} does not tell its agents (${reasonOf(error)})`, missing: [leader]};
	}
}

export type GateWait = {
	/** Milliseconds. */
	timeout: number;
	signal: AbortSignal;
	/** Hosts of this run that have failed until now. */
	failedHosts: () => string[];
	/** Told whenever what is missing has changed. */
	onDetail: (detail: string) => void;
};

/**
 * Asks until the gate is open, the time is over, or so many hosts have failed that it cannot open any more; what these
 * still run is asked once more before giving up. Rejects only with the signal's reason.
 */
export async function waitForGate(gate: Gate, cluster: Cluster, reach: Reach, wait: GateWait): Promise<GateAnswer> {
	const {timeout, signal, failedHosts, onDetail} = wait;
	const hopeless = new AbortController();
	const watch = () => {
		if (lost(gate, cluster, failedHosts())) hopeless.abort();
	};
	const watching = setInterval(watch, 100);
	const either = AbortSignal.any([signal, hopeless.signal]);
	const asked = abortableReach(reach, either);
	let last = '';
	try {
		watch();
		const answer = await poll(
			async () => {
				const now = await ask(gate, cluster, asked);
				if (now.detail !== last && !either.aborted) onDetail(now.detail);
				last = now.detail;
				return now;
			},
			{done: ({open}) => open, timeout, signal: either},
		);
		if (answer.open) return gateAnswer(answer);
	} catch (error) {
		if (error !== hopeless.signal.reason) throw error;
	} finally {
		clearInterval(watching);
	}
	const final = await askGate(gate, cluster, abortableReach(reach, signal));
	signal.throwIfAborted();
	if (final.open) return gateAnswer(final);
	const because = lost(gate, cluster, failedHosts());
	if (because) return {open: false, ...because};
	return {...gateAnswer(final), detail: `not within ${Math.round(timeout / 1_000)} s: ${final.detail}`};
}

function gateAnswer({open, detail, missing}: GateAnswer): GateAnswer {
	return {open, detail, missing};
}

/** Which failed hosts keep a gate shut for good, undefined while the others are enough. */
function lost(gate: Gate, cluster: Cluster, failed: string[]): {detail: string; missing: string[]} | undefined {
	const among = (hosts: {name: string}[]) => hosts.map(({name}) => name).filter(name => failed.includes(name));
	const masters = mastersOf(cluster);
	const needed = quorum(masters.length);
	const lostMasters = among(masters);
	if (masters.length - lostMasters.length < needed) {
		const detail = `${listed(lostMasters)} failed, and ${needed} of ${masters.length} masters are needed`;
		return {detail, missing: lostMasters};
	}
	const lostSlaves = gate === 'slaves-registered' ? among(slavesOf(cluster)) : [];
	if (lostSlaves.length === 0) return undefined;
	return {detail: `${listed(lostSlaves)} failed, so not every slave can register`, missing: lostSlaves};
}

/** Host name of a service's leader; undefined while there is none that every member agrees on. Never rejects. */
export async function leaderOf(service: RollingService, cluster: Cluster, reach: Reach): Promise<string | undefined> {
	if (service === 'zookeeper') return (await askEnsemble(cluster, reach)).leader;
	return consensusOf(await askOpinions(service, cluster, reach)).leader;
}

/**
 * Whether this member serves again, so that the next one may be restarted. Never rejects.
 * A leader's name is not enough: for ten seconds after a leader's end its followers still name it.
 */
export async function memberHealthy(
	service: RollingService,
	hostName: string,
	cluster: Cluster,
	reach: Reach,
): Promise<boolean> {
	const masters = mastersOf(cluster);
	const host = masters.find(({name}) => name === hostName);
	if (!host) return false;
	if (service === 'zookeeper') return isMember(await askZookeeper(hostName, reach), masters.length);
	const [{leader}, recovered] = await Promise.all([
		askOpinion[service](host, cluster, reach),
		service === 'mesos-master' ? hasRecovered(hostName, reach) : true,
	]);
	if (leader === undefined || !recovered) return false;
	if (service === 'mesos-master') return (await whyNotLeading(leader, reach)) === undefined;
	if (leader === hostName) return true;
	const named = masters.find(({name}) => name === leader);
	return named !== undefined && (await askOpinion[service](named, cluster, reach)).leader === leader;
}

/** Its replica of the log is up to date. Says nothing about a quorum, but without it the next restart could break one. */
async function hasRecovered(hostName: string, reach: Reach): Promise<boolean> {
	try {
		return (await askMetrics(hostName, reach))['registrar/log/recovered'] === 1;
	} catch {
		return false;
	}
}
