import type {Known} from './known-failures.ts';

/** What apt and dpkg say in words of their own. */
export const aptFailures: readonly Known[] = [
	{
		shows: /Could not get lock|Unable to (?:acquire the dpkg frontend|lock directory)|dpkg frontend lock was locked/i,
		cause: 'the package manager is in use by another process',
		fix: 'Wait until it has ended (often unattended-upgrades after boot), then run the same command again.',
	},
	{
		shows: /EXPKEYSIG|KEYEXPIRED/,
		cause: 'the key that signs a repository has expired',
		fix: 'Ask its publisher for the renewed key; once it is at "gpgkey", remove the old one below /etc/apt/keyrings on the host and run the same command again.',
		fetching: true,
	},
	{
		shows:
			/NO_PUBKEY|BADSIG|REVKEYSIG|The repository '.*' is not signed|is no longer signed|cannot be authenticated!?/i,
		cause: 'a package, or the list of them, is not signed by the key of its repository',
		fix: 'Check "gpgkey" of the repository in the cluster file; do not install what it does not sign.',
		fetching: true,
	},
	{
		shows: /Release file for .* is not valid yet|Release file for .* is expired/i,
		cause: 'the lists of a repository are not of this time by the clock of the host',
		fix: 'Compare "date -u" on the host with the true time and mend its clock; if it is right, the repository is no longer kept up.',
		fetching: true,
	},
	{
		shows: /Held packages were changed|held broken packages.*\n?.*hold/i,
		cause: 'a package that is to be changed is held at its version',
		fix: 'See "apt-mark showhold" on the host; either "apt-mark unhold" it there, or name the version that is held in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /Unable to locate package|has no installation candidate|No repository of this host has/i,
		cause: 'the repositories of this host have no package of that name or version',
		fix: 'Check name, version and "repo" (with its "suite") in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /unmet dependencies|held broken packages|Packages need to be removed but remove is disabled/i,
		cause: 'the packages do not fit what is installed on this host',
		fix: 'Remove what conflicts, or name what is there (such as docker-ce instead of docker.io) in "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /Temporary failure resolving|Could not resolve '/i,
		cause: 'a download host has no address: name resolution does not work on this host, or the server is gone',
		fix: 'Check the VPC\'s DNS (getent hosts NAME on the host) and the "sources" of the cluster file.',
		fetching: true,
	},
	{
		shows: /E: Failed to fetch|Some index files failed to download/i,
		cause: 'a download failed',
		fix: 'Check that the host reaches the server named in the log (security group, NAT, proxy), then run the same command again.',
		fetching: true,
	},
];
