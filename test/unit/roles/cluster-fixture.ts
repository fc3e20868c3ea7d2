import type {HostFacts} from '../../../source/cluster/facts.ts';
import type {Host, HostRole, IdentifiedCluster} from '../../../source/cluster/model.ts';

const digest = `sha256:${'d'.repeat(64)}`;

export function host(name: string, role: HostRole, private_ip: string): Host {
	return {name, role, address: private_ip, private_ip, mesos: {attributes: {}, agent_flags: {}, master_flags: {}}};
}

/** Masters master-1 at 10.0.1.11 and on, slaves slave-1 at 10.0.1.101 and on; every source verified, Mesos a clusterd package. */
export function cluster(masters: number, slaves: number): IdentifiedCluster {
	const count = (length: number) => Array.from({length}, (_, index) => index + 1);
	return clusterOf([
		...count(masters).map(n => host(`master-${n}`, 'master', `10.0.1.${10 + n}`)),
		...count(slaves).map(n => host(`slave-${n}`, 'slave', `10.0.1.${100 + n}`)),
	]);
}

/** ZooKeeper ids in the order of `hosts`, unless `ids` says otherwise. */
export function clusterOf(hosts: Host[], ids: Record<string, number> = {}): IdentifiedCluster {
	let next = 1;
	return {
		name: 'prod',
		ssh: {user: 'ec2-user', port: 22},
		hosts,
		mesos: {
			port_ranges: '4000-5000,7000-8000,9000-10000,20000-26000,31000-32000',
			attributes: {},
			agent_flags: {},
			master_flags: {},
		},
		frameworks: {marathon: true, chronos: true},
		sources: {
			zookeeper: {
				kind: 'archive',
				url: 'https://mirror.example/apache-zookeeper-3.9.3-bin.tar.gz',
				sha512: 'a'.repeat(128),
			},
			mesos: {kind: 'package', name: 'mesos', build: 'clusterd'},
			marathon: {kind: 'image', ref: 'mesosphere/marathon:v1.11.24', digest},
			chronos: {kind: 'image', ref: 'mesosphere/chronos:v3.0.2', digest},
		},
		images: [],
		timeouts: {connect: 20_000, step: 600_000, gate: 300_000},
		record: {
			id: '6a1f7c1e-2b8e-4c0e-9a55-0d8c1f6f2a10',
			name: 'prod',
			hosts: hosts.map(({name, role, address, private_ip}) =>
				role === 'master'
					? {name, role, address, private_ip, zookeeper_id: ids[name] ?? next++}
					: {name, role, address, private_ip},
			),
		},
	};
}

/** A fresh t3.medium with Amazon Linux 2023. */
export function facts(changes: Partial<HostFacts> = {}): HostFacts {
	return {
		os: {id: 'amzn', version_id: '2023', pretty_name: 'Amazon Linux 2023.12.20260831'},
		arch: 'x86_64',
		kernel: '6.1.0',
		cgroup: 'v2',
		systemd: 252,
		selinux: 'permissive',
		firewall: 'none',
		memory_mb: 3843,
		disk_free_mb: 18_000,
		cpus: 2,
		hostname: 'ip-10-0-1-11',
		hostname_addresses: ['10.0.1.11'],
		addresses: ['127.0.0.1', '10.0.1.11'],
		boot_id: '1d0ee4b0-9f8f-4d5e-8b53-8f3f2b1d9a11',
		clock_offset_ms: 12,
		user: 'ec2-user',
		host_json: null,
		cluster_json: null,
		units: {},
		...changes,
	};
}
