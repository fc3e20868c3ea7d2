import {clusterFlags} from './flags.ts';
import type {Verb} from './verb.ts';

/** Every verb that works, in the order of --help. */
export const verbs: Verb[] = [
	{
		name: 'export',
		summary: 'print what is known in another form',
		args: [
			{
				syntax: '<kind>',
				description: 'cluster-file: the description of the cluster; json-schema: the schema of that file',
				choices: ['cluster-file', 'json-schema'],
			},
		],
		flags: [...clusterFlags, 'json', 'logFile', 'color'],
		load: () => import('./export.ts'),
	},
];
