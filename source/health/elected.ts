import {z} from 'zod';
import type {Cluster, Host} from '../cluster/model.ts';
import {askHttp, parseAnswer} from './http.ts';
import {type Opinion, opinionNaming} from './opinion.ts';
import type {Reach} from './reach.ts';
import {reasonOf} from './stream.ts';

const leaderSchema = z.object({leader: z.string().nullish()});

/**
 * Whom one instance of a framework takes for the leader: it has to answer /ping, and `{"leader": "HOST:PORT"}` on `path`.
 * The two questions go at once, so that a dead host costs one timeout. Never rejects.
 */
export async function askElected(
	host: Host,
	port: number,
	path: string,
	cluster: Cluster,
	reach: Reach,
): Promise<Opinion> {
	const [ping, leader] = await Promise.allSettled([
		askHttp(reach, host.name, port, {path: '/ping', accept: '*/*'}),
		askHttp(reach, host.name, port, {path}),
	]);
	const undecided = (detail: string): Opinion => ({host: host.name, state: 'no-leader', detail});
	if (ping.status === 'rejected') return {host: host.name, state: 'unreachable', detail: reasonOf(ping.reason)};
	if (ping.value.status !== 200) return undecided(`answered ${ping.value.status} on /ping`);
	if (leader.status === 'rejected') return undecided(`${path}: ${reasonOf(leader.reason)}`);
	if (leader.value.status === 404) return undecided('knows no leader');
	try {
		const spoken = parseAnswer(leader.value, leaderSchema).leader?.replace(/:\d+$/, '');
		return spoken ? opinionNaming(host, spoken, cluster) : undecided('knows no leader');
	} catch (error) {
		return undecided(`${path}: ${reasonOf(error)}`);
	}
}
