import type {Cluster, Host} from '../cluster/model.ts';
import {listed, masterCalled} from './members.ts';

/** Whom one instance of a service takes for the leader. */
export type Opinion = {
	/** Name of the host that was asked. */
	host: string;
	/** `no-leader` also when it names a stranger, or answers so that no leader can be told. */
	state: 'names' | 'no-leader' | 'unreachable';
	/** Host name of the leader it names. */
	leader?: string;
	/** For a sentence after the host's name. */
	detail: string;
};

export type Consensus = {
	/** Host name; set only when every instance that answers names it, and it answers itself. */
	leader?: string;
	detail: string;
	/** Hosts that keep the instances from being whole: silent ones, undecided ones, or all that disagree. */
	missing: string[];
};

/** An opinion from what a daemon calls its leader: a host name or an address without port. */
export function opinionNaming(host: Host, spoken: string, cluster: Cluster): Opinion {
	const leader = masterCalled(cluster, spoken);
	if (leader) return {host: host.name, state: 'names', leader: leader.name, detail: `names ${leader.name}`};
	return {host: host.name, state: 'no-leader', detail: `names ${spoken}, which is no master of this cluster`};
}

export function consensusOf(opinions: Opinion[]): Consensus {
	const said = (opinion: Opinion) => `${opinion.host}: ${opinion.detail}`;
	const reachable = opinions.filter(opinion => opinion.state !== 'unreachable');
	const silent = opinions.filter(opinion => opinion.state === 'unreachable');
	if (reachable.length === 0) {
		return {detail: `no master answers (${silent.map(said).join('; ')})`, missing: silent.map(({host}) => host)};
	}
	const undecided = opinions.filter(opinion => opinion.state !== 'names');
	if (reachable.some(opinion => opinion.state === 'no-leader')) {
		return {
			detail: `no leader everywhere (${undecided.map(said).join('; ')})`,
			missing: undecided.map(({host}) => host),
		};
	}
	const leaders = new Set(reachable.map(opinion => opinion.leader));
	const leader = reachable[0]?.leader;
	if (leaders.size > 1 || leader === undefined) {
		return {
			detail: `the masters disagree about the leader (${opinions.map(said).join('; ')})`,
			missing: opinions.map(({host}) => host),
		};
	}
	const own = silent.find(({host}) => host === leader);
	if (own) {
		const by = listed(reachable.map(({host}) => host));
		return {detail: `${by} still name ${leader} as leader, which does not answer (${own.detail})`, missing: [leader]};
	}
	const without = silent.length > 0 ? `, without ${silent.map(said).join('; ')}` : '';
	return {leader, detail: `${leader} leads${without}`, missing: silent.map(({host}) => host)};
}
