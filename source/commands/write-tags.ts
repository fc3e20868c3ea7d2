import type {Cluster, Host} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {clusterTag} from '../discovery/policy.ts';
import {tagInstances} from '../discovery/tags.ts';
import type {Listener} from '../pipeline/events.ts';

/** Throws (exit 2) where `--tag` could write nothing. */
export function mustHaveInstances(cluster: Cluster): void {
	if (cluster.hosts.some(({instance}) => instance !== undefined)) return;
	throw new SetupError({
		field: '--tag',
		cause: `no host of ${cluster.name} has an instance id, so there is nothing to tag.`,
		fix: 'Give each host its `instance: i-...` in the cluster file, or leave --tag out.',
		exitCode: 2,
	});
}

/** Tags the instances of these hosts; false, told as a warning, where EC2 refuses: the installation needs no tags. */
export async function writeTags(
	{name, region, profile}: Cluster,
	hosts: readonly Host[],
	emit: Listener,
	signal: AbortSignal,
): Promise<boolean> {
	const instances = hosts.flatMap(({instance, role}) => (instance === undefined ? [] : [{id: instance, role}]));
	try {
		await tagInstances(name, instances, {region, profile, signal});
		const count = `${instances.length} instance${instances.length === 1 ? '' : 's'}`;
		emit({event: 'note', text: `${count} tagged with ${clusterTag}=${name} and their roles.`});
		return true;
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof SetupError)) throw error;
		emit({event: 'check', check: 'tags', status: 'warn', detail: `Not written: ${error.reason}`, fix: error.fix});
		return false;
	}
}
