/**
 * Shared libraries the repacked packages link against, as Debian package names for the hosts' base root file system.
 * An Amazon Linux image holds their likes; the repacked RPMs carry programs only, so that removing one never takes
 * a library from the Debian underneath.
 */
export const baseLibraries: readonly string[] = [
	// docker, containerd, runc, iptables
	'libdevmapper1.02.1',
	'libseccomp2',
	'libip4tc2',
	'libip6tc2',
	'libmnl0',
	'libnetfilter-conntrack3',
	'libnfnetlink0',
	'libnftnl11',
	'libxtables12',
	'netbase',
	'kmod',
	// java: the virtual machine itself; sound, fonts and smart cards stay out
	'libstdc++6',
	'zlib1g',
	// rsyslog, logrotate
	'libestr0',
	'libfastjson4',
	'liblognorm5',
	'libuuid1',
	'libzstd1',
	'libpopt0',
	'libacl1',
	'libselinux1',
	// jq, unzip, wget, nmap-ncat, htop, telnet
	'libjq1',
	'libonig5',
	'libbz2-1.0',
	'libgnutls30',
	'libidn2-0',
	'libpcre2-8-0',
	'libpsl5',
	'liblua5.3-0',
	'libpcap0.8',
	'libssl3',
	'libncursesw6',
	'libnl-3-200',
	'libnl-genl-3-200',
	'libk5crypto3',
	'libkrb5-3',
	// The Mesos stand-ins run on the system's Python, which Amazon Linux 2023 has for dnf.
	'python3',
];
