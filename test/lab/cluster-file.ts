import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {stringify} from 'yaml';
import type {Lab} from './lab.ts';

export type ClusterFileOptions = {
	/** Default: `cluster.yaml` in the lab's folder. */
	path?: string;
	/** How many of the lab's masters and slaves take part, lowest numbers first. Default: all. */
	masters?: number;
	slaves?: number;
	/** Fields of the file that differ, e.g. `{mesos: {master_flags: {max_slave_ping_timeouts: '7'}}}`; replaces whole fields. */
	fields?: Record<string, unknown>;
};

// Everything here is on one machine: what takes longer is broken.
const timeouts = {connect: '20s', step: '5m', gate: '2m'};

/**
 * Writes the cluster file a user of the lab's hosts would write.
 * @returns its path
 */
export async function writeClusterFile(lab: Lab, options: ClusterFileOptions = {}): Promise<string> {
	const {path = join(lab.folder, 'cluster.yaml'), masters, slaves, fields} = options;
	const hosts = [...pick(lab, 'master', masters), ...pick(lab, 'slave', slaves)];
	const content = {
		name: 'lab',
		ssh: {user: lab.user, key: lab.keyFile},
		hosts,
		sources: lab.mirror.sources,
		timeouts,
		...fields,
	};
	await writeFile(path, stringify(content));
	return path;
}

/**
 * Writes the answers the guided install may start from: what a user of real hosts looks up, the lab knows.
 * @param key empty leaves the key to be asked for
 * @returns its path
 */
export async function writeDefaults(lab: Lab, key = lab.keyFile): Promise<string> {
	const path = join(lab.folder, 'defaults.yaml');
	const content = {ssh: {user: lab.user, ...(key && {key})}, sources: lab.mirror.sources, timeouts};
	await writeFile(path, stringify(content));
	return path;
}

function pick(lab: Lab, role: 'master' | 'slave', count?: number) {
	const hosts = lab.hosts.filter(host => host.name.startsWith(`${role}-`));
	if (count !== undefined && hosts.length < count)
		throw new Error(`The lab has ${hosts.length} hosts called ${role}-N, not ${count}.`);
	return hosts.slice(0, count).map(({name, address}) => ({name, role, address, private_ip: address}));
}
