import type {Lab} from './lab.ts';

// What changes by itself on a running host: caches, journals, logs being written, state of daemons that serve.
const moving = [
	'/var/lib/docker',
	'/var/lib/containerd',
	'/var/lib/mesos/meta',
	'/var/lib/mesos/replicated_log',
	'/var/lib/zookeeper/version-2',
	'/var/lib/systemd',
	'/var/lib/dnf',
	// Any query of root's touches it; its content stays.
	'/var/lib/rpm/rpmdb.sqlite-shm',
	'/var/lib/chrony',
	'/var/lib/logrotate',
	'/var/lib/rsyslog',
];

/** Every file below /etc, /usr, /opt and /var/lib with type, mode, owner, time and content, as one text. */
const script = `
prune=
for path in ${moving.join(' ')}; do prune="$prune -path $path -prune -o"; done
find /etc /usr /opt /var/lib $prune \\( -type f -o -type l -o -type d \\) -printf '%y %m %U:%G %T@ %l %p\\n' | LC_ALL=C sort
find /etc /opt /usr/local /var/lib $prune -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
systemctl show -p Id -p ActiveEnterTimestamp -p MainPID -p NRestarts '*.service' | grep -v -e '^$'
`;

/** What each host looks like from outside the tool; equal before and after means untouched. */
export async function looks(lab: Lab, hosts = lab.hosts.map(host => host.name)): Promise<Record<string, string>> {
	const entries = await Promise.all(
		hosts.map(async name => [name, String((await lab.host(name).exec(script)).stdout)] as const),
	);
	return Object.fromEntries(entries);
}

/** The lines in which two looks at a host differ: `- gone`, `+ new`. */
export function difference(before: string, after: string): string[] {
	const old = new Set(before.split('\n'));
	const now = new Set(after.split('\n'));
	return [
		...[...old].filter(line => !now.has(line)).map(line => `- ${line}`),
		...[...now].filter(line => !old.has(line)).map(line => `+ ${line}`),
	];
}
