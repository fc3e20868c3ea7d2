import type {Cluster, Host} from '../cluster/model.ts';
import {askElected} from './elected.ts';
import {ports} from './members.ts';
import type {Opinion} from './opinion.ts';
import type {Reach} from './reach.ts';

/** Whom one Chronos takes for the leader; it also has to answer /ping. Never rejects. */
export function askChronos(host: Host, cluster: Cluster, reach: Reach): Promise<Opinion> {
	return askElected(host, ports.chronos, '/leader', cluster, reach);
}
