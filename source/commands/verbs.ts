import {clusterFlags, outputFlags} from './flags.ts';
import type {Verb} from './verb.ts';

/** What mesos-setup without a verb does. */
export const guide: Verb = {
	name: 'guide',
	summary: 'the guided install',
	args: [],
	flags: ['defaults', 'plain', 'logFile', 'color'],
	hidden: true,
	load: () => import('./wizard.ts'),
};

/** Every verb that works, in the order of --help. */
export const verbs: Verb[] = [
	{
		name: 'discover',
		summary: 'list the EC2 instances a cluster could be made of',
		args: [],
		flags: ['profile', 'region', 'filter', ...outputFlags],
		load: () => import('./discover.ts'),
	},
	{
		name: 'plan',
		summary: 'show what apply would change, with diffs; changes nothing',
		args: [],
		flags: [...clusterFlags, 'limit', 'check', 'out', 'reboot', 'allowUnsupported', ...outputFlags],
		load: () => import('./plan.ts'),
	},
	{
		name: 'apply',
		summary: 'make the hosts what the cluster file says',
		args: [{syntax: '[planfile]', description: 'a plan that "plan --out" saved, applied exactly or not at all'}],
		flags: [...clusterFlags, 'limit', 'yes', 'reboot', 'tag', 'allowUnsupported', ...outputFlags],
		load: () => import('./apply.ts'),
	},
	{
		name: 'verify',
		summary: 'prove that the cluster works, with a task on every slave',
		args: [],
		flags: [...clusterFlags, 'open', ...outputFlags],
		load: () => import('./verify.ts'),
	},
	{
		name: 'status',
		summary: 'one look at every host and service',
		args: [],
		flags: [...clusterFlags, ...outputFlags],
		load: () => import('./status.ts'),
	},
	{
		name: 'add-slaves',
		summary: 'grow a cluster; only the new hosts are touched',
		args: [
			{
				syntax: '<hosts...>',
				description: 'address, or name=address; with ,private_ip behind it where that is another address',
			},
		],
		flags: [...clusterFlags, 'yes', 'reboot', 'allowUnsupported', ...outputFlags],
		load: () => import('./add-slaves.ts'),
	},
	{
		name: 'adopt',
		summary: 'make a cluster known to this computer again, from tags or from its hosts; changes no host',
		args: [
			{
				syntax: '[addresses...]',
				description: 'hosts of the cluster, a master among them; without any the tags in EC2 tell',
			},
		],
		flags: ['cluster', 'user', 'key', 'defaults', 'profile', 'region', ...outputFlags],
		load: () => import('./adopt.ts'),
	},
	{
		name: 'reset',
		summary: 'take everything off the hosts again, data included',
		args: [],
		flags: [...clusterFlags, 'limit', 'yes', ...outputFlags],
		load: () => import('./reset.ts'),
	},
	{
		name: 'local',
		summary: "names of the cluster's hosts in /etc/hosts and ~/.ssh/config of this computer",
		args: [],
		flags: [...clusterFlags, 'undo', 'yes', ...outputFlags],
		load: () => import('./local.ts'),
	},
	{
		name: 'doctor',
		summary: 'find before what would fail later: hosts, network, sources; changes nothing unasked',
		args: [],
		flags: [...clusterFlags, 'limit', 'allowUnsupported', 'fixNetwork', 'iam', 'tag', ...outputFlags],
		load: () => import('./doctor.ts'),
	},
	{
		name: 'bundle',
		summary: 'collect all software of a cluster in one folder, for hosts without internet',
		args: [
			{
				syntax: '<action>',
				description: 'create: collect it on the hosts and bring it here; show: what is in a bundle, checksums compared',
				choices: ['create', 'show'],
			},
			{syntax: '[folder]', description: 'of the bundle; create makes CLUSTER-bundle in this folder unless told'},
		],
		flags: [...clusterFlags, 'limit', ...outputFlags],
		load: () => import('./bundle.ts'),
	},
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
