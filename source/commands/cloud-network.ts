import {isDeepStrictEqual} from 'node:util';
import {SetupError} from '../cluster/setup-error.ts';
import {allowAmongThemselves, readNetwork} from '../discovery/network.ts';
import type {Check} from '../pipeline/doctor/check.ts';
import {judgeAcls} from '../pipeline/doctor/judge-acls.ts';
import {judgeGroups, type MissingRule} from '../pipeline/doctor/judge-groups.ts';
import {written} from '../pipeline/doctor/port-sets.ts';
import type {Listener} from '../pipeline/events.ts';
import type {Located} from './locate.ts';

/**
 * What EC2's own network lets through between the hosts, told as checks. What cannot be read is a warning: the hosts try to
 * reach each other themselves, too.
 * @param fix whether the missing rule is added first: whichever it is, or only the very one that was agreed to
 * @returns the rule that is missing still
 */
export async function examineNetwork(
	{cluster, seen}: Located,
	emit: Listener,
	{fix, signal}: {fix: boolean | MissingRule; signal: AbortSignal},
): Promise<MissingRule | undefined> {
	const tell = (...checks: Check[]) => {
		for (const check of checks) emit({event: 'check', ...check});
	};
	// Who asked for a change that did not come about must hear it.
	const status = fix ? 'failed' : 'warn';
	const unread = ({reason, fix: help}: {reason: string; fix: string}) =>
		tell({check: 'EC2', status, detail: `The network was not looked at: ${reason}`, fix: help});
	if (!seen) return undefined;
	if (seen.silence) {
		unread(seen.silence);
		return undefined;
	}
	const placed = cluster.hosts.flatMap(host => {
		const instance = seen.instances.get(host.name);
		return instance
			? [{host, groups: instance.security_groups, subnet: instance.subnet, vpc: instance.vpc, instance}]
			: [];
	});
	const [first] = placed;
	if (!first) {
		const reason = `EC2 shows none of the instances of ${cluster.name}.`;
		unread({reason, fix: 'Check region and profile in the cluster file, and the instance ids.'});
		return undefined;
	}
	const {region} = first.instance;
	const account = {profile: cluster.profile, region, signal};
	try {
		const read = () =>
			readNetwork(
				placed.map(({instance}) => instance),
				account,
			);
		let facts = await read();
		let judged = judgeGroups(placed, cluster, facts, region);
		if (judged.missing && (fix === true || isDeepStrictEqual(fix, judged.missing))) {
			const {group, ports} = judged.missing;
			await allowAmongThemselves(group, ports, `mesos-setup: hosts of ${cluster.name}`, account);
			tell({check: 'fix network', status: 'ok', detail: `${group} now lets TCP ${written(ports)} in from itself`});
			facts = await read();
			judged = judgeGroups(placed, cluster, facts, region);
		}
		tell(...judged.checks, ...judgeAcls(placed, cluster, facts));
		for (const {reason, fix: help} of facts.unread) tell({check: 'EC2', status: 'warn', detail: reason, fix: help});
		return judged.missing;
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof SetupError)) throw error;
		unread(error);
		return undefined;
	}
}
