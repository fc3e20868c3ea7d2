import type {Host} from '../source/cluster/model.ts';
import type {Step} from '../source/steps/step.ts';

/** Units of Mesos that are not this host's: brought by its package, or left by an older install. */
export function foreignUnits({role}: Pick<Host, 'role'>): string[] {
	return role === 'master' ? ['mesos-agent', 'mesos-slave'] : ['mesos-master', 'mesos-slave'];
}

/**
 * Ends what an older install still runs: masking alone stops nothing, and a second agent would offer the host twice. A unit that
 * runs has a folder below systemd's control group, in either layout, so a look costs no process.
 */
export function stopForeign(host: Pick<Host, 'role'>): Step[] {
	return foreignUnits(host).map(unit => ({
		kind: 'command',
		title: `stop service ${unit}`,
		check: [
			`! [ -d /sys/fs/cgroup/system.slice/${unit}.service ]`,
			`! [ -d /sys/fs/cgroup/systemd/system.slice/${unit}.service ]`,
			`! [ -L /etc/systemd/system/multi-user.target.wants/${unit}.service ]`,
		].join(' && '),
		apply: [
			`case $(systemctl show -p ActiveState ${unit}.service) in *=inactive | *=failed) ;; *) systemctl stop ${unit}.service ;; esac`,
			`rm -f /etc/systemd/system/multi-user.target.wants/${unit}.service`,
		].join('\n'),
	}));
}
