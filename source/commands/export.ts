import {clusterJsonSchema} from '../cluster/schema.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

/** Prints what was asked for on stdout; with --json too, where the cluster file is JSON, which is YAML as well. */
export async function run(options: CommandOptions, [kind]: string[], {home, streams}: Run): Promise<number> {
	if (kind === 'json-schema') {
		streams.stdout.write(`${JSON.stringify(clusterJsonSchema(), null, options.json ? undefined : 2)}\n`);
		return 0;
	}
	const {loadCluster} = await import('./load-cluster.ts');
	const {formatCluster, toClusterInput} = await import('../cluster/format-cluster.ts');
	const {escapeActing} = await import('../cluster/harmless.ts');
	const {cluster} = await loadCluster(options, home);
	streams.stdout.write(
		options.json ? `${escapeActing(JSON.stringify(toClusterInput(cluster)))}\n` : formatCluster(cluster),
	);
	return 0;
}
