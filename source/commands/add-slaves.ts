import type {Cluster, Host} from '../cluster/model.ts';
import {formatField} from '../cluster/schema-problems.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {throwFound} from '../cluster/setup-errors.ts';
import {validateCluster} from '../cluster/validate.ts';
import {toHosts} from '../discovery/hosts.ts';
import {parseTypedHosts} from '../wizard/typed-hosts.ts';
import {applyLoaded} from './apply.ts';
import {loadCluster} from './load-cluster.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

function refuse(field: string | undefined, cause: string, fix: string): SetupError {
	return new SetupError({field, cause, fix, exitCode: 2});
}

/** The hosts that were named, those the cluster has already as it knows them: so an interrupted run can be repeated as it was. */
export function slavesNamed(words: readonly string[], cluster: Cluster): Host[] {
	const {candidates, roles, problems} = parseTypedHosts(words);
	throwFound(problems.map(({field, cause, fix}) => refuse(field, cause, fix)));
	const isMaster = candidates.find(({id}) => roles[id] === 'master');
	if (isMaster) throw refuse(isMaster.id, 'is named as a master.', 'Leave the role out: add-slaves adds slaves only.');
	const known = candidates.flatMap(candidate => {
		const {name, private_ip} = candidate;
		const host = cluster.hosts.find(one => one.private_ip === private_ip || one.name === name);
		return host ? [{candidate, host}] : [];
	});
	for (const {candidate, host} of known) {
		if (host.role === 'master') throw refuse(candidate.id, `is the master ${host.name}.`, 'Name hosts that are new.');
		const other = candidate.name !== '' && candidate.name !== host.name ? host.name : undefined;
		if (other !== undefined || candidate.private_ip !== host.private_ip) {
			throw refuse(
				candidate.id,
				`is not the ${host.name} of the cluster, at ${host.private_ip}.`,
				'Give it a name and address of its own.',
			);
		}
	}
	const unknown = candidates.filter(candidate => !known.some(one => one.candidate === candidate));
	const names = cluster.hosts.map(({name}) => name);
	const added = toHosts(
		unknown.map(candidate => ({candidate, role: 'slave'})),
		names,
	).map(({instance: _, ...host}) => host);
	return [...known.map(({host}) => host), ...added];
}

/** Grows a cluster: only the new hosts are touched, the others are asked for their health at most. */
export async function run(options: CommandOptions, words: string[], frame: Run): Promise<number> {
	const loaded = await loadCluster(options, frame.home);
	const named = slavesNamed(words, loaded.cluster);
	const added = named.filter(({name}) => !loaded.cluster.hosts.some(host => host.name === name));
	const cluster = {...loaded.cluster, hosts: [...loaded.cluster.hosts, ...added]};
	const {problems} = validateCluster(cluster);
	throwFound(problems.map(({path, cause, fix}) => refuse(formatField(path), cause, fix)));
	const limit = named.map(({name}) => name);
	const exitCode = await applyLoaded({...loaded, cluster}, {...options, limit}, frame, 'add slaves to');
	if (loaded.file !== undefined && added.length > 0 && exitCode === 0) {
		const lines = added.map(
			({name, address, private_ip}) =>
				`  - {name: ${name}, role: slave, address: ${address}, private_ip: ${private_ip}}`,
		);
		frame.emit({event: 'note', text: `Add to the hosts of ${loaded.file}:\n${lines.join('\n')}`});
	}
	return exitCode;
}
