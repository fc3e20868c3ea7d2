/** What one read-only look at a host tells (source/discovery/host-facts.ts gathers it). Roles decide from it alone. */
export type HostFacts = {
	/** os-release fields. */
	os: {id: string; version_id: string; pretty_name: string};
	/** `uname -m`: x86_64 or aarch64. */
	arch: string;
	kernel: string;
	/** `v2` when /sys/fs/cgroup is cgroup2fs, `hybrid` when unified sits below v1, else `v1`; `none` without cgroups. */
	cgroup: 'v1' | 'v2' | 'hybrid' | 'none';
	/** systemd's version number, 0 where systemd is not the init. */
	systemd: number;
	selinux: 'enforcing' | 'permissive' | 'disabled' | 'absent';
	/** An active host firewall, if any. */
	firewall: 'firewalld' | 'ufw' | 'nftables' | 'iptables' | 'none';
	memory_mb: number;
	/** Free space of the file system of /var/lib and of /, MB. */
	disk_free_mb: number;
	cpus: number;
	hostname: string;
	/** What the host's own name resolves to, in order; empty when it does not. */
	hostname_addresses: string[];
	/** All IPv4 addresses of the host's interfaces. */
	addresses: string[];
	boot_id: string;
	/** Host clock minus this computer's, ms (half the round trip taken off). */
	clock_offset_ms: number;
	/** Group and user names that matter exist: login user of the connection. */
	user: string;
	/** Content of /etc/mesos-setup/host.json and cluster.json, null where there is none. */
	host_json: string | null;
	cluster_json: string | null;
	/** Service manager state of the units the tool manages, e.g. {zookeeper: 'active'}; absent units are left out. */
	units: Record<string, string>;
};
