import type {Check} from '../../../../source/pipeline/doctor/check.ts';
import {type HostProbe, parseHostProbe} from '../../../../source/pipeline/doctor/host-probe.ts';

/** What templates/doctor/host.sh printed on a fresh master with Amazon Linux 2023. */
export const healthyOutput = `@ disk
/ rw / 4614400 4096 10482688 10340000
/var/lib rw / 4614400 4096 10482688 10340000
/var/lib/docker rw / 4614400 4096 10482688 10340000
/var/lib/mesos rw / 4614400 4096 10482688 10340000
/var/lib/zookeeper rw / 4614400 4096 10482688 10340000
/var/log rw / 4614400 4096 10482688 10340000
/opt rw / 4614400 4096 10482688 10340000
@ listening
complete
@ package_lock
@ remnants
@ data
@ daemons
@ locked
@ name_servers
10.0.0.2 answers
@ tools
bash
python3
curl
gpg
dnf
@ end
`;

/** The healthy output with the content of one section replaced. */
export function probeWith(section: string, ...lines: string[]): HostProbe {
	const pattern = new RegExp(`(@ ${section}\\n)(?:[^@].*\\n)*`);
	return parseHostProbe(healthyOutput.replace(pattern, `$1${lines.map(line => `${line}\n`).join('')}`));
}

/** Only what is wrong, as `status check: detail fix`. */
export function complaintsOf(checks: readonly Check[]): string[] {
	return checks
		.filter(({status}) => status !== 'ok')
		.map(({status, check, detail, fix}) => `${status} ${check}: ${detail} ${fix}`);
}
