import {rolesOf} from '../../../roles/roles-of.ts';
import type {HostFacts} from '../../../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../../../source/cluster/model.ts';
import type {RoleName, Step} from '../../../source/steps/step.ts';
import {facts} from './cluster-fixture.ts';

/** The host of that name; throws where the cluster has none. */
export function hostOf({hosts}: IdentifiedCluster, name: string): Host {
	const found = hosts.find(host => host.name === name);
	if (!found) throw new Error(`no host ${name}`);
	return found;
}

/** Steps of one role on one host. */
export function stepsOf(
	role: RoleName,
	name: string,
	cluster: IdentifiedCluster,
	changes?: Partial<HostFacts>,
): Step[] {
	const host = hostOf(cluster, name);
	const found = rolesOf(host, cluster).find(candidate => candidate.name === role);
	return found?.steps(host, cluster, facts(changes)) ?? [];
}

/** Steps of all roles of a host, in order. */
export function allSteps(name: string, cluster: IdentifiedCluster, changes?: Partial<HostFacts>): Step[] {
	const host = hostOf(cluster, name);
	return rolesOf(host, cluster).flatMap(role => role.steps(host, cluster, facts(changes)));
}

/** All steps of all hosts. */
export function everyStep(cluster: IdentifiedCluster): Step[] {
	return cluster.hosts.flatMap(({name}) => allSteps(name, cluster));
}

export function ofKind<Kind extends Step['kind']>(steps: Step[], kind: Kind): Extract<Step, {kind: Kind}>[] {
	return steps.filter((step): step is Extract<Step, {kind: Kind}> => step.kind === kind);
}

/** Content of the file at `path`, undefined where no step writes it. */
export function textAt(steps: Step[], path: string): string | undefined {
	return ofKind(steps, 'file')
		.find(step => step.path === path)
		?.content.toString();
}

export function serviceOf(steps: Step[], unit: string): Extract<Step, {kind: 'service'}> | undefined {
	return ofKind(steps, 'service').find(step => step.unit === unit);
}
