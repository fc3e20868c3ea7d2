import type {Cluster, Host} from '../cluster/model.ts';
import type {RollingService} from '../steps/step.ts';
import {askChronos} from './chronos.ts';
import {askMarathon} from './marathon.ts';
import {listed, mastersOf} from './members.ts';
import {askMaster, whyNotLeading} from './mesos.ts';
import {type Consensus, consensusOf, type Opinion} from './opinion.ts';
import type {Reach} from './reach.ts';

type Elected = Exclude<RollingService, 'zookeeper'>;

/** How one instance of a service is asked whom it takes for the leader. */
export const askOpinion: Record<Elected, (host: Host, cluster: Cluster, reach: Reach) => Promise<Opinion>> = {
	'mesos-master': askMaster,
	marathon: askMarathon,
	chronos: askChronos,
};

/** Whom each master takes for the leader of a service, in the order of the cluster file. Never rejects. */
export function askOpinions(service: Elected, cluster: Cluster, reach: Reach): Promise<Opinion[]> {
	return Promise.all(mastersOf(cluster).map(host => askOpinion[service](host, cluster, reach)));
}

/** The leader of a service; for Mesos it must also have its registry, without which it serves nobody. Never rejects. */
export async function askLeader(service: Elected, cluster: Cluster, reach: Reach): Promise<Consensus> {
	const consensus = consensusOf(await askOpinions(service, cluster, reach));
	return service === 'mesos-master' ? whenReady(consensus, reach) : consensus;
}

/** The same consensus without its leader while that one does not serve. */
export async function whenReady(consensus: Consensus, reach: Reach): Promise<Consensus> {
	if (consensus.leader === undefined) return consensus;
	const why = await whyNotLeading(consensus.leader, reach);
	if (why === undefined) return consensus;
	// A first start initialises the replicated log only once every master takes part.
	const absent =
		consensus.missing.length > 0 ? `; at a first start all must run, ${listed(consensus.missing)} does not` : '';
	return {
		detail: `${consensus.leader} is named leader but does not serve yet (${why})${absent}`,
		missing: [consensus.leader, ...consensus.missing],
	};
}
