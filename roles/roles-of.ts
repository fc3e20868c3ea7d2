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

/**
 * The roles of a host in the order they are applied, each with its steps.
 * @throws SetupError where the host or the sources cannot carry them
 */
export function rolesOf(host: Host, cluster: IdentifiedCluster, facts: HostFacts): {name: RoleName; steps: Step[]}[] {
	const everywhere: {name: RoleName; steps: Step[]}[] = [
		{name: 'common', steps: common(host, cluster, facts)},
		{name: 'docker', steps: docker(host, cluster, facts)},
	];
	if (host.role === 'slave') {
		return [...everywhere, {name: 'mesos-agent', steps: mesosAgent(host, cluster, facts)}];
	}
	const {frameworks} = cluster;
	const roles = [
		...everywhere,
		{name: 'zookeeper' as const, steps: zookeeper(host, cluster, facts)},
		{name: 'mesos-master' as const, steps: mesosMaster(host, cluster, facts)},
	];
	if (frameworks.marathon) roles.push({name: 'marathon' as const, steps: marathon(host, cluster, facts)});
	if (frameworks.chronos) roles.push({name: 'chronos', steps: chronos(host, cluster, facts)});
	return roles;
}

/** What the operator has to see to on a host because the tool does not, as whole sentences. */
export function notesOf(host: Host, cluster: IdentifiedCluster, facts: HostFacts): string[] {
	return [firewallNote(host, cluster, facts)].filter(note => note !== undefined);
}
