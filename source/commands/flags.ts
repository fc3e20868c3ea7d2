import {InvalidArgumentError, Option} from 'commander';

const list = (value: string, before: string[] | undefined) => {
	const names = value
		.split(',')
		.map(name => name.trim())
		.filter(name => name !== '');
	// An empty variable in a script must not mean all hosts.
	if (names.length === 0) throw new InvalidArgumentError('It names no host.');
	return [...(before ?? []), ...names];
};

/** `name=value`, again for alternatives of a name and for further names. */
const filters = (text: string, before: Record<string, string[]> | undefined = {}) => {
	const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
	if (name === undefined || value === undefined) {
		throw new InvalidArgumentError('It is written NAME=VALUE, e.g. tag:Name=web* or vpc-id=vpc-0a1b2c3d.');
	}
	return {...before, [name]: [...(before[name] ?? []), value]};
};

const flags = {
	clusterFile: () => new Option('-c, --cluster-file <file>', 'YAML file that describes the cluster'),
	cluster: () => new Option('--cluster <name>', 'a cluster this computer knows, instead of a file'),
	limit: () => new Option('--limit <hosts>', 'only these hosts, separated by commas').argParser(list),
	json: () => new Option('--json', 'one JSON object per line on stdout'),
	plain: () => new Option('--plain', 'lines only, no full-screen drawing'),
	yes: () => new Option('--yes', 'agree to every question beforehand'),
	reboot: () => new Option('--reboot', 'reboot slaves that need cgroup v1 for their Mesos, after setting it up'),
	verbose: () => new Option('--verbose', 'also show what was fine already and what the hosts print'),
	logFile: () => new Option('--log-file <file>', 'write the full log there'),
	color: () => new Option('--no-color', 'no colours; so does the variable NO_COLOR'),
	check: () => new Option('--check', 'exit with 3 when something would change'),
	profile: () => new Option('--profile <name>', 'AWS profile to ask with'),
	region: () => new Option('--region <name>', 'AWS region; discover takes several, with commas'),
	filter: () =>
		new Option(
			'--filter <name=value>',
			'only instances that pass this EC2 filter (state, vpc, subnet, tag:NAME, ...); may be repeated',
		).argParser(filters),
	defaults: () =>
		new Option('--defaults <file>', 'YAML of answers to start from: ssh, mesos, frameworks, sources, timeouts'),
	user: () => new Option('--user <name>', 'log in to the hosts as'),
	key: () => new Option('--key <file>', 'private key of the hosts; without it ssh-agent and ~/.ssh/config'),
	iam: () => new Option('--iam', 'print the IAM policy that is enough, and look at nothing'),
	fixNetwork: () => new Option('--fix-network', 'add the missing rule to the security group of the hosts'),
	tag: () => new Option('--tag', 'write the tags mesos-setup:cluster and mesos-setup:role to the instances'),
	open: () => new Option('--open', 'open the web pages in the browser, through tunnels where needed'),
	undo: () => new Option('--undo', 'take them out again, and nothing else'),
	allowUnsupported: () =>
		new Option(
			'--allow-unsupported',
			'also hosts whose system is long out of support, such as Amazon Linux AMI 2018.03',
		),
	out: () => new Option('--out <file>', 'save the plan for a later apply'),
};

export type FlagName = keyof typeof flags;

/** How every verb can be made to speak. */
export const outputFlags: FlagName[] = ['json', 'plain', 'verbose', 'logFile', 'color'];

/** How a verb is told which cluster it is about. */
export const clusterFlags: FlagName[] = ['clusterFile', 'cluster'];

/** A forgotten value must not eat the flag behind it: `-c --json` would look for a file of that name. */
function wantingValue(option: Option): Option {
	if (!option.required) return option;
	const parse: (value: string, before: unknown) => unknown = option.parseArg ?? (value => value);
	return option.argParser((value: string, before: unknown) => {
		if (value.startsWith('--')) throw new InvalidArgumentError('A value belongs there, and this is a flag.');
		return parse(value, before);
	});
}

export function flag(name: FlagName): Option {
	return wantingValue(flags[name]());
}
