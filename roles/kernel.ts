import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {type Platform, platformOf} from '../source/sources/platform.ts';
import {mesosBuildOf, sourceOf} from '../source/sources/resolve.ts';
import type {Step} from '../source/steps/step.ts';

/** Both words are needed: the first alone gives systemd's hybrid layout. */
const v1Arguments = 'systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1';

/** The command that gives the kernel cgroup v1 at the next boot, or a sentence where the platform has none. */
export function v1Command({kernelArguments}: Platform): string {
	return kernelArguments.add.replace('ARGUMENTS', v1Arguments);
}

/**
 * The step after which, and after a reboot, a slave has the cgroups that its Mesos needs for Docker tasks; undefined where it has
 * them, or where no command of the platform gives them.
 */
export function kernelStep(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step | undefined {
	if (host.role !== 'slave' || (facts.cgroup !== 'v2' && facts.cgroup !== 'hybrid')) return undefined;
	const platform = platformOf(facts, host.name);
	const {check} = platform.kernelArguments;
	if (check === undefined) return undefined;
	if (mesosBuildOf(sourceOf(cluster, facts, 'mesos')) !== 'apache') return undefined;
	const {containerizers = 'docker,mesos'} = {...cluster.mesos.agent_flags, ...host.mesos.agent_flags};
	if (!String(containerizers).split(',').includes('docker')) return undefined;
	const [first = ''] = v1Arguments.split(' ');
	return {
		kind: 'command',
		title: 'kernel arguments for cgroup v1',
		check: check.replace('ARGUMENTS', first),
		apply: v1Command(platform),
	};
}
