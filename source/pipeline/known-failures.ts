import {aptFailures} from './known-apt-failures.ts';

export type Known = {
	shows: RegExp;
	cause: string;
	fix: string;
	/** Says this only of what fetches something: a daemon that waits for another one prints the same. */
	fetching?: true;
};

/** Cause and fix of what a host printed, and the line that shows it. */
export type Recognised = {cause: string; fix: string; line: string};

/** What operators have met before: how it shows in what a host prints, and what helps. The first that matches wins. */
const known: readonly Known[] = [
	{
		shows:
			/No space left on device|Disk quota exceeded|needs \d+\s*[KMG]B (?:more space )?on the|Curl error \(23\)|Failure writing output|ENOSPC|is the disk full|could not be written to \/run\//i,
		cause: 'the disk is full',
		fix: 'Free some space (df -h and df -i show where), then run the same command again.',
	},
	{
		shows: /Somebody has masked /,
		cause: 'the service is switched off for good (masked), by somebody or by another tool',
		fix: 'If it may run, "systemctl unmask" it as shown, then run the same command again.',
	},
	{
		shows: /Read-only file system/i,
		cause: 'a file system that must be written to is read-only',
		fix: 'See "dmesg | tail" and "findmnt" on the host for why, make it writable (mount -o remount,rw), then run the same command again.',
	},
	{
		shows:
			/Malformed lock file|rpmdb: (?:damaged|fatal)|DB_RUNRECOVERY|database disk image is malformed|rpmdb open failed/i,
		cause: 'what the package manager remembers is damaged, as after a power cut',
		fix: 'See that no dnf runs (pgrep -a dnf). For a lock: "systemd-tmpfiles --remove dnf.conf"; for the database: "rpmdb --rebuilddb". Then run the same command again.',
	},
	...aptFailures,
	{
		shows: /Waiting for process with pid|another (?:app|process) .* lock|Failed to obtain the transaction lock/i,
		cause: 'the package manager is in use by another process',
		fix: 'Wait until it has ended (often automatic updates after boot), then run the same command again.',
	},
	{
		shows: /GPG signature is not available/i,
		cause: 'this host takes only signed lists of packages (repo_gpgcheck), and those of the repository are not signed',
		fix: 'Name a repository that signs its lists in "sources" of the cluster file, or set repo_gpgcheck=0 in /etc/dnf/dnf.conf on the host if signed packages are enough.',
		fetching: true,
	},
	{
		shows:
			/GPG check FAILED|not correctly signed|Public key .* is not installed|Bad (?:GPG|PGP) signature|signature verification (?:error|failed)|repomd\.xml GPG/i,
		cause: 'a package, or the list of them, is not signed by the key of its repository',
		fix: 'Check "gpgkey" of the repository in the cluster file; do not install what it does not sign.',
		fetching: true,
	},
	{
		shows: /certificate (?:has expired or )?is not yet valid|certificate has expired/i,
		cause: "a server's certificate is not valid at this time by the clock of the host",
		fix: 'Compare "date -u" on the host with the true time and mend its clock (chronyc makestep); if it is right, the server needs a new certificate.',
		fetching: true,
	},
	{
		shows:
			/x509: |certificate verify failed|SSL certificate problem|Peer certificate cannot be authenticated|self[- ]signed certificate|certificate subject name|first record does not look like a TLS handshake|wrong version number|server gave HTTP response to HTTPS client/i,
		cause: 'a server cannot be trusted: its certificate is signed by nobody the host knows, or it speaks no TLS',
		fix: "Make the host trust the server's authority (for a registry in /etc/docker/certs.d/SERVER/ca.crt), or name another source in the cluster file.",
		fetching: true,
	},
	{
		shows:
			/Could not resolve host|Temporary failure in name resolution|Name or service not known|no such host|Could not resolve hostname|server misbehaving/i,
		cause: 'a download host has no address: name resolution does not work on this host, or the server is gone',
		fix: 'Check the VPC\'s DNS (getent hosts NAME on the host) and the "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /toomanyrequests|pull rate limit|429 Too Many Requests|Status code: 429|error: 429/i,
		cause: 'the registry gives this address no more images for now',
		fix: 'Wait (Docker Hub counts per six hours), log in to it on the hosts, or name a mirror of the image in the cluster file.',
		fetching: true,
	},
	{
		shows: /Status code: 4\d\d for|returned error: 4\d\d/,
		cause: 'a server has not got what it was asked for, or does not give it to this host',
		fix: 'Check the address it names, in "sources" of the cluster file, then run the same command again.',
		fetching: true,
	},
	{
		shows: /Bad repomd file|Invalid GPG Key from/i,
		cause: 'a server gives something else than the packages or the key it was asked for, such as a login page',
		fix: 'Open the address it names in a browser, and check "baseurl" and "gpgkey" in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /Status code: 5\d\d for|returned error: 5\d\d|unexpected HTTP status: 5\d\d/i,
		cause: 'a server has an error of its own',
		fix: 'Run the same command again later; if it stays, name another server in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /redirects followed|stopped after \d+ redirects/i,
		cause: 'a server sends whoever asks round in circles (redirects without end)',
		fix: 'Check the address it names in a browser or with "curl -IL", and name the one it should lead to in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /Operation too slow|transfer closed with .* remaining after|Timeout was reached/i,
		cause: 'a server sends too slowly, or stops half-way',
		fix: 'Check the network between host and server ("curl -o /dev/null ADDRESS" on the host shows the speed), or name a nearer server in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows:
			/manifest unknown|manifest for \S+ not found|unauthorized|pull access denied|requested access to the resource is denied/i,
		cause: 'the registry has no such image, or does not give it to this host',
		fix: 'Check "ref" and "digest" of the image in "sources" of the cluster file, and whether it needs a "docker login" on the host.',
		fetching: true,
	},
	{
		shows:
			/gives a web page of \d+ bytes|that are no whole archive|is an archive, but not the expected one|is an empty file\.|Nothing of it was (?:unpacked|put in place)/,
		cause: 'the server gives another file than the one this source names',
		fix: 'Open the address it names, and check "url" and checksum of this source in the cluster file against what its publisher says; the checksum that was found is not proof of anything.',
		fetching: true,
	},
	{
		shows: /Cannot connect to the Docker daemon|error during connect/i,
		cause: 'Docker does not run on this host',
		fix: 'See "journalctl -u docker" there, then run the same command again.',
	},
	{
		shows: /Unable to find a match|No match for argument/i,
		cause: 'the repositories of this host have no package of that name',
		fix: 'Check the package name and "repo" in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /nothing provides|conflicting requests|conflicts with file from package|Depsolve Error/i,
		cause: 'the packages do not fit what is installed on this host',
		fix: 'Remove what conflicts, or name another version or repository in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /exec format error|cannot execute binary file|no matching manifest for linux/i,
		cause: 'it is built for another kind of processor than this host has',
		fix: 'Name a build for this architecture in "sources" of the cluster file ("uname -m" on the host tells it), or use other instances.',
	},
	{
		// The first is lost where what has changed is shown at length.
		shows: /Incompatible agent info detected|reconfiguration_policy` flag to a more permissive/i,
		cause:
			'the agent refuses to start with changed attributes, resources, hostname or port while it still knows running tasks',
		fix: 'Undo the change, or drain the agent and remove /var/lib/mesos/meta/slaves/latest on that host; its tasks are lost then.',
	},
	{
		shows: /Address already in use|BindException|port is already allocated/i,
		cause: 'a port the daemon needs is taken by another process',
		fix: 'Find it with "ss -ltnp" on the host and stop it, then run the same command again.',
	},
	{
		shows:
			/OutOfMemoryError|Out of memory|oom-kill|OOM killer|Cannot allocate memory|insufficient memory for the Java Runtime|Could not reserve enough space|^Killed$|: line \d+: +\d+ Killed /im,
		cause: 'the memory of the host was not enough',
		fix: 'See "free -m" and "dmesg | grep -i oom" on the host; stop what takes the memory or use a larger instance, then run the same command again.',
	},
	{
		shows: /avc: *denied|SELinux is preventing/i,
		cause: 'SELinux has denied it',
		fix: 'See "ausearch -m avc -ts recent" on the host; set it permissive (setenforce 0) or allow it, then run the same command again.',
	},
	{
		shows: /AccessDeniedException|Permission denied|DatadirException|EACCES/i,
		cause: 'a file or folder belongs to another user, or its mode or a mount option (noexec) forbids it',
		fix: 'See who owns what it names (namei -l PATH, findmnt -T PATH) and give it back, then run the same command again.',
	},
	{
		shows: /Operation not permitted/i,
		cause: 'the kernel forbids it even to root: a file made immutable, or a limit of the container the host is',
		fix: 'See "lsattr" of what it names ("chattr -i" undoes it), then run the same command again.',
	},
	{
		shows: /Too many open files|Resource temporarily unavailable|fork: retry|pthread_create failed/i,
		cause: 'the host has no processes or open files left to give',
		fix: 'See "ps -e | wc -l" and "ulimit -a" on the host; stop what takes them, then run the same command again.',
	},
	{
		shows:
			/Failed to download|Cannot download|All mirrors were tried|Curl error|curl: \(|Connection refused|Connection timed out|connection reset by peer|i\/o timeout|TLS handshake timeout|unexpected EOF|no route to host|Network is unreachable|Client\.Timeout/i,
		cause: 'a download failed',
		fix: 'Check that the host reaches the server named in the log (security group, NAT, proxy), then run the same command again.',
		fetching: true,
	},
];

/** Undefined for what nobody has met yet. @param serving it is a daemon's own output, not that of a step */
export function recognised(output: string, serving = false): Recognised | undefined {
	const found = known.find(one => !(serving && one.fetching) && one.shows.test(output));
	if (!found) return undefined;
	const line = output.split('\n').findLast(one => found.shows.test(one)) ?? '';
	return {cause: found.cause, fix: found.fix, line};
}
