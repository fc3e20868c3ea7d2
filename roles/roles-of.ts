import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import type {RoleName, Step} from '../source/steps/step.ts';
import {chronos} from './chronos.ts';
import {common} from './common.ts';
import {docker} from './docker.ts';
import {firewallNote} from './firewall.ts';
import {marathon} from './marathon.ts';
import {mesosAgent} from './mesos-agent.ts';
import {mesosMaster} from './mesos-master.ts';
import {zookeeper} from './zookeeper.ts';

/** A pure function from what is wanted and what is there to steps; throws a SetupError where they do not go together. */
export type Role = {name: RoleName; steps: (host: Host, cluster: IdentifiedCluster, facts: HostFacts) => Step[]};

/** The roles of a host in the order they are applied. */
export function rolesOf(host: Host, {frameworks}: Pick<IdentifiedCluster, 'frameworks'>): Role[] {
	const everywhere: Role[] = [
		{name: 'common', steps: common},
		{name: 'docker', steps: docker},
	];
	if (host.role === 'slave') return [...everywhere, {name: 'mesos-agent', steps: mesosAgent}];
	const schedulers: Role[] = [
		{name: 'marathon', steps: marathon},
		{name: 'chronos', steps: chronos},
	];
	return [
		...everywhere,
		{name: 'zookeeper', steps: zookeeper},
		{name: 'mesos-master', steps: mesosMaster},
		...schedulers.filter(({name}) => (name === 'marathon' ? frameworks.marathon : frameworks.chronos)),
	];
}

/** What the operator has to see to on a host because the tool does not, as whole sentences. */
export function notesOf(host: Host, cluster: IdentifiedCluster, facts: HostFacts): string[] {
	return [firewallNote(host, cluster, facts)].filter(note => note !== undefined);
}
