import {notesOf, rolesOf} from '../../../roles/roles-of.ts';
import type {HostFacts} from '../../cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../../cluster/model.ts';
import {SetupError} from '../../cluster/setup-error.ts';
import {platformOf} from '../../sources/platform.ts';
import {compile} from '../../steps/compile.ts';
import type {RoleName, Step} from '../../steps/step.ts';
import {wantsReboot} from '../reboot.ts';
import {type Check, failed, ok, warn} from './check.ts';

const later = 'The next step asks whether the host may be rebooted into cgroup v1. Or choose a build that knows v2.';

export type PlannedStep = {role: RoleName; step: Step};

/**
 * Has every role of the host make its steps, as an installation would: what a role refuses is found by the role's own judgement.
 * @param asksForReboot whether what a reboot mends is only a warning
 * @returns the steps of those roles that did not refuse, for what they would fetch
 */
export function judgeRoles(
	host: Host,
	cluster: IdentifiedCluster,
	facts: HostFacts,
	asksForReboot = false,
): {checks: Check[]; planned: PlannedStep[]} {
	const refusals = new Map<string, Check>();
	const planned: PlannedStep[] = [];
	const agent = host.role === 'slave';
	let cgroup: Check | undefined = agent ? ok('cgroup', `${facts.cgroup}, which the chosen Mesos can use`) : undefined;
	const mends = asksForReboot && wantsReboot(host, cluster, facts);
	for (const {name, steps} of rolesOf(host, cluster)) {
		try {
			const made = steps(host, cluster, facts);
			const {system} = platformOf(facts, host.name);
			for (const step of made) compile(step, {timeout: cluster.timeouts.step, system});
			planned.push(...made.map(step => ({role: name, step})));
		} catch (error) {
			if (!(error instanceof SetupError)) throw error;
			const about = /cgroup/.test(error.reason) ? 'cgroup' : (error.field?.replace('sources.', 'source ') ?? name);
			const refusal = failed(about, error.reason, error.fix);
			if (about === 'cgroup') cgroup = mends ? warn('cgroup', error.reason, later) : refusal;
			else {
				if (name === 'mesos-agent') cgroup = undefined;
				// The same source is refused by every role that uses it.
				refusals.set(error.message, refusal);
			}
		}
	}
	const notes = notesOf(host, cluster, facts).map(note => {
		const [cause = note, fix = ''] = note.replace(`${host.name}: its`, 'Its').split(/(?<=change them\.) /);
		return warn('firewall', cause, fix);
	});
	return {checks: [...(cgroup ? [cgroup] : []), ...refusals.values(), ...notes], planned};
}
