import {z} from 'zod';
import type {Cluster, Host} from '../cluster/model.ts';
import {askElected} from './elected.ts';
import {askHttp, parseAnswer} from './http.ts';
import {ports} from './members.ts';
import type {Opinion} from './opinion.ts';
import type {Reach} from './reach.ts';

/** Whom one Marathon takes for the leader; it also has to answer /ping. Never rejects. */
export function askMarathon(host: Host, cluster: Cluster, reach: Reach): Promise<Opinion> {
	return askElected(host, ports.marathon, '/v2/leader', cluster, reach);
}

const infoSchema = z.object({version: z.string().optional(), frameworkId: z.string().nullish()});

/** Version and the id Mesos gave this Marathon, undefined until it is registered. Rejects with a reason. */
export async function askMarathonInfo(
	hostName: string,
	reach: Reach,
): Promise<{version: string | undefined; frameworkId: string | undefined}> {
	const info = parseAnswer(await askHttp(reach, hostName, ports.marathon, {path: '/v2/info'}), infoSchema);
	return {version: info.version, frameworkId: info.frameworkId || undefined};
}
