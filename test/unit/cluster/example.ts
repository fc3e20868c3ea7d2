import {parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import type {Cluster} from '../../../source/cluster/model.ts';

/** A cluster file of `masters` + `slaves` hosts, with `more` lines of YAML after it. */
export function clusterYaml(masters: number, slaves: number, more = ''): string {
	const host = (role: string, index: number, net: number) =>
		`  - {name: ${role}-${index}, role: ${role}, address: 203.0.${net}.${index}, private_ip: 10.0.${net}.${index}}`;
	const hosts = [
		...Array.from({length: masters}, (_, index) => host('master', index + 1, 1)),
		...Array.from({length: slaves}, (_, index) => host('slave', index + 1, 2)),
	];
	return `name: prod\nhosts:\n${hosts.join('\n')}\n${more}`;
}

export function cluster(masters: number, slaves: number, more = ''): Cluster {
	return parseClusterFile(clusterYaml(masters, slaves, more));
}

/** What `action` throws, which must be an error. */
export function thrown(action: () => unknown): Error {
	try {
		action();
	} catch (error) {
		if (error instanceof Error) return error;
	}
	throw new Error('nothing was thrown');
}
