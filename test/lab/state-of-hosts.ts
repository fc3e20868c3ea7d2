import type {Lab} from './lab.ts';

// What is a host's own by nature, or changes by itself while daemons serve.
const excluded = [
	'/etc/docker/key.json',
	'/etc/machine-id',
	'/etc/ssh/ssh_host_*',
	'/etc/resolv.conf',
	'/etc/*-',
	'/usr/local/sbin/setsid',
	'/var/lib/chrony',
	'/var/lib/containerd',
	'/var/lib/dbus/machine-id',
	'/var/lib/dnf',
	'/var/lib/docker',
	'/var/lib/logrotate',
	'/var/lib/mesos/meta',
	'/var/lib/mesos/replicated_log',
	'/var/lib/mesos-setup/journal',
	'/var/lib/rpm',
	'/var/lib/rsyslog',
	'/var/lib/systemd',
	'/var/lib/zookeeper/version-2',
];

/**
 * Files with type, mode, owner and content, packages, images and services with the configuration they run with; no times
 * and no process ids. Names, addresses and the cluster's id are masked: hosts of one role are the same everywhere.
 */
const script = `
mask() {
	sed -E -e 's/(master|slave)-[0-9]+/\\1-N/g' -e 's/198([.-])18[.-]0[.-][0-9]+/ADDRESS/g' \\
		-e 's/"id": "[0-9a-f-]{36}"/"id": "ID"/' "$@"
}
prune=
for path in ${excluded.map(path => `'${path}'`).join(' ')}; do prune="$prune -path $path -prune -o"; done
set -f
find /etc /usr /opt /var/lib /home /var/log/mesos /var/log/zookeeper /var/log/marathon /var/log/chronos $prune \\
	\\( -type l -printf '%y %U:%G %l %p\\n' -o -type d -printf '%y %m %U:%G %p\\n' \\
	-o -type f -not -path '/var/log/*' -printf '%y %m %U:%G %p\\n' \\) 2>/dev/null | LC_ALL=C sort
find /etc /opt /usr/local /var/lib $prune -type f -print0 | LC_ALL=C sort -z | while IFS= read -r -d '' file; do
	case $file in
	# Tries are noted once each.
	/var/lib/mesos-setup/packages) sort -u "$file" | sha256sum | sed "s|-$|$file|" ;;
	/etc/hosts | /etc/mesos-setup/*) mask "$file" | sort -u | sha256sum | sed "s|-$|$file|" ;;
	/etc/*) mask "$file" | sha256sum | sed "s|-$|$file|" ;;
	*) sha256sum "$file" ;;
	esac
done
rpm -qa | LC_ALL=C sort
docker image ls --digests --no-trunc --format '{{.Repository}}:{{.Tag}} {{.Digest}} {{.ID}}' | LC_ALL=C sort
for unit in docker zookeeper mesos-master mesos-agent mesos-slave marathon chronos rsyslog chronyd logrotate.timer mesos-setup-image-prune.timer; do
	printf '%s %s %s ' "$unit" "$(systemctl is-active $unit)" "$(systemctl is-enabled $unit 2>/dev/null)"
	pid=$(systemctl show -p MainPID --value $unit)
	if [ "\${pid:-0}" != 0 ]; then tr '\\0' '\\n' <"/proc/$pid/environ" | grep -c ^MESOS_SETUP_CONFIGURATION=; else echo; fi
done
echo "locks and remains: $(ls /run/mesos-setup.lock /run/mesos-setup/run.* 2>/dev/null) $(find / -xdev -name '*.mesos-setup' 2>/dev/null)"
`;

/** What apply is responsible for on each host; two installs of one role are equal in every line. */
export async function statesOf(lab: Lab, hosts = lab.hosts.map(host => host.name)): Promise<Record<string, string>> {
	const entries = await Promise.all(
		hosts.map(async name => [name, String((await lab.host(name).exec(['bash', '-c', script])).stdout)] as const),
	);
	return Object.fromEntries(entries);
}
