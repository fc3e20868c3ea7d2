import type {Cluster, Host} from '../../../source/cluster/model.ts';

function host(name: string, role: Host['role'], ip: string): Host {
	return {
		name,
		role,
		address: `ec2-${name}.example`,
		private_ip: ip,
		mesos: {attributes: {}, agent_flags: {}, master_flags: {}},
	};
}

/** Masters and slaves with the addresses of the recordings: master-N on 127.0.0.N, slave-N on 127.0.0.1N. */
export function testCluster(masters = 3, slaves = 1): Cluster {
	return {
		name: 'lab',
		ssh: {user: 'ec2-user', port: 22},
		hosts: [
			...Array.from({length: masters}, (_, index) => host(`master-${index + 1}`, 'master', `127.0.0.${index + 1}`)),
			...Array.from({length: slaves}, (_, index) => host(`slave-${index + 1}`, 'slave', `127.0.0.1${index + 1}`)),
		],
		mesos: {port_ranges: '31000-32000', attributes: {}, agent_flags: {}, master_flags: {}},
		frameworks: {marathon: true, chronos: true},
		sources: {},
		images: [],
		timeouts: {connect: 1_000, step: 1_000, gate: 400},
	};
}
