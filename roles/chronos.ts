import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import type {Step} from '../source/steps/step.ts';
import {scheduler} from './scheduler.ts';

const http = 8081;
const libprocess = 8091;

/** Ports on which other hosts reach Chronos. */
export const chronosPorts = [http, libprocess];

/** Chronos, on every master. */
export function chronos(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	return scheduler({name: 'chronos', http, libprocess}, host, cluster, facts);
}
