import type {Cluster} from '../cluster/model.ts';
import {quorum} from '../cluster/quorum.ts';
import {listed, mastersOf} from './members.ts';
import type {Reach} from './reach.ts';
import {askZookeeper, type ZookeeperAnswer} from './zookeeper.ts';

export type Ensemble = {
	/** One leader, and with its followers a quorum. */
	serving: boolean;
	/** Host name. */
	leader?: string;
	detail: string;
	/** Masters that do not serve as members. */
	missing: string[];
	/** What each master's ZooKeeper said, in the order of the cluster file. */
	answers: {host: string; answer: ZookeeperAnswer}[];
};

/** All ZooKeeper servers together. Never rejects. */
export async function askEnsemble(cluster: Cluster, reach: Reach): Promise<Ensemble> {
	const answers = await Promise.all(
		mastersOf(cluster).map(async ({name}) => ({host: name, answer: await askZookeeper(name, reach)})),
	);
	const leaders = answers.filter(({answer}) => answer.mode === 'leader' || isWhole(answer, answers.length));
	const members = answers.filter(({answer}) => isMember(answer, answers.length));
	const outside = answers.filter(({answer}) => !isMember(answer, answers.length));
	const missing = outside.map(({host}) => host);
	const reasons = outside.map(({host, answer}) => `${host}: ${outsideReason(answer)}`).join('; ');
	const needed = quorum(answers.length);
	if (leaders.length > 1) {
		const names = leaders.map(({host}) => host);
		return {serving: false, detail: `${listed(names)} both lead, they are not one ensemble`, missing: names, answers};
	}
	const leader = leaders[0]?.host;
	if (leader === undefined || members.length < needed) {
		const count = `${members.length} of ${answers.length} ZooKeeper servers serve, ${needed} are needed`;
		const why = leader === undefined && members.length >= needed ? 'no ZooKeeper server leads' : count;
		return {serving: false, detail: reasons ? `${why} (${reasons})` : why, missing, answers};
	}
	const detail =
		answers.length === 1 ? `${leader} serves alone` : `${leader} leads ${members.length} of ${answers.length}`;
	return {serving: true, leader, detail: reasons ? `${detail}, without ${reasons}` : detail, missing, answers};
}

/** Standalone is how a server of a cluster of one runs; among several it is outside the ensemble, with data of its own. */
export function isMember(answer: ZookeeperAnswer, servers: number): boolean {
	return answer.mode === 'leader' || answer.mode === 'follower' || isWhole(answer, servers);
}

function isWhole(answer: ZookeeperAnswer, servers: number): boolean {
	return servers === 1 && answer.mode === 'standalone';
}

function outsideReason(answer: ZookeeperAnswer): string {
	return answer.mode === 'standalone' ? 'runs standalone, outside the ensemble' : answer.detail;
}
