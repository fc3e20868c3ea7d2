import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {stringify} from 'yaml';
import {hostNames, type TestEndpoint} from '../discovery/aws-endpoint.ts';

/** The hosts of the test endpoint as a cluster file describes them. */
export function clusterOf(aws: TestEndpoint, names: readonly string[] = hostNames) {
	return names.map(name => {
		const {id, address = ''} = aws.world.instances.find(({tags}) => tags.Name === name) ?? {};
		return {name, role: name.startsWith('master') ? 'master' : 'slave', address, private_ip: address, instance: id};
	});
}

type Host = Partial<ReturnType<typeof clusterOf>[number]>;

/** Writes it, hosts changed by name; returns its path. */
export function writeCluster(
	folder: string,
	aws: TestEndpoint,
	special: {hosts?: Record<string, Host>; names?: string[]; fields?: object} = {},
): string {
	const {hosts = {}, names, fields} = special;
	const path = join(folder, 'prod.yaml');
	const all = clusterOf(aws, names).map(host => ({...host, ...hosts[host.name]}));
	const content = {
		name: 'prod',
		region: 'eu-west-1',
		ssh: {user: 'ec2-user', key: aws.keyFile},
		timeouts: {connect: '300ms'},
		hosts: all,
		...fields,
	};
	writeFileSync(path, stringify(content));
	return path;
}
