import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import type {Step} from '../source/steps/step.ts';
import {scheduler} from './scheduler.ts';

const http = 8080;
const libprocess = 8090;

/** Ports on which other hosts reach Marathon. */
export const marathonPorts = [http, libprocess];

/** Marathon, on every master. */
export function marathon(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	return scheduler({name: 'marathon', http, libprocess}, host, cluster, facts);
}
