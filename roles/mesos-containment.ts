import type {HostFacts} from '../source/cluster/facts.ts';
import type {Flags, MesosBuild} from '../source/cluster/model.ts';
import {SetupError} from '../source/cluster/setup-error.ts';
import type {Platform} from '../source/sources/platform.ts';
import {v1Command} from './kernel.ts';

const declare = 'If sources.mesos is a build of clusterd 0.6.0 or newer, say so there with build: clusterd.';

type On = {host: string; facts: HostFacts; platform: Platform};

function v1Boot(platform: Platform): string {
	const guided = platform.kernelArguments.check ? '"mesos-setup apply --reboot" does that: ' : '';
	return `boot the host with cgroup v1 (${guided}${v1Command(platform)}, then reboot)`;
}

/** What the docker containerizer needs of host and build; the reason why it cannot run, if it cannot. */
function dockerProblem({facts: {cgroup}, platform}: On, build: MesosBuild): {cause: string; fix: string} | undefined {
	if (build === 'apache' && cgroup === 'v2') {
		return {
			cause:
				'The host has cgroup v2, on which the docker containerizer of Apache Mesos does not start (it looks for cgroup v1 hierarchies).',
			fix: `${declare} Otherwise ${v1Boot(platform)}, or do without Docker tasks: mesos.agent_flags: {containerizers: mesos}.`,
		};
	}
	if (cgroup === 'none') {
		return {
			cause: 'The host has no cgroup file system, without which the docker containerizer does not start.',
			fix: 'Boot it with cgroups, or do without Docker tasks: mesos.agent_flags: {containerizers: mesos}.',
		};
	}
	return undefined;
}

/**
 * Flags by which the agent contains tasks on this host: from its cgroup layout and the build. `wanted` are the user's own flags.
 * @throws SetupError (exit 1) for what the build cannot do on this host
 */
export function containment(on: On, build: MesosBuild, wanted: Flags): Flags {
	const {host, facts, platform} = on;
	const {cgroup} = facts;
	if (cgroup === 'hybrid') {
		throw new SetupError({
			host,
			cause: 'The host mixes cgroup v1 and v2 (/sys/fs/cgroup/unified), a layout at which a Mesos agent exits.',
			fix: `Boot it with cgroup v2 alone, or ${v1Boot(platform)}.`,
			exitCode: 1,
		});
	}
	if (build === 'clusterd' && cgroup !== 'v2') {
		throw new SetupError({
			host,
			cause: `clusterd needs cgroup v2 since 0.6.0, and the host has ${cgroup === 'none' ? 'no cgroups' : 'cgroup v1'}.`,
			fix: 'Boot the host with cgroup v2 (without systemd.unified_cgroup_hierarchy=0), or choose a build of Apache Mesos.',
			exitCode: 1,
		});
	}
	const containerizers = String(wanted.containerizers ?? 'docker,mesos');
	const problem = containerizers.split(',').includes('docker') ? dockerProblem(on, build) : undefined;
	if (problem) throw new SetupError({host, ...problem, exitCode: 1});
	const posix = cgroup === 'none' || (build === 'apache' && cgroup === 'v2');
	return {
		containerizers,
		launcher: posix ? 'posix' : 'linux',
		isolation: posix ? 'posix/cpu,posix/mem' : 'cgroups/cpu,cgroups/mem',
		// Mesos looks for systemd's own v1 hierarchy and exits where there is none.
		systemd_enable_support: cgroup === 'v1' && facts.systemd > 0,
	};
}
