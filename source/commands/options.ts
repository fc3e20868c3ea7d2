import {simulationMark} from '../cluster/simulated.ts';

/** What the flags of the command line say, defaults filled in. */
export type CommandOptions = {
	/** Path as given. */
	clusterFile?: string | undefined;
	/** Name of a saved cluster. */
	cluster?: string | undefined;
	/** Host names; empty means all. */
	limit: string[];
	json: boolean;
	/** Line output and line prompts: asked for, or no terminal to draw on. */
	plain: boolean;
	yes: boolean;
	/** apply, plan: hosts may be rebooted that need other kernel arguments. */
	reboot: boolean;
	verbose: boolean;
	logFile?: string | undefined;
	color: boolean;
	/** plan: exit 3 when there are changes. */
	check: boolean;
	/** plan: file the plan is saved to. */
	out?: string | undefined;
	/** discover: AWS profile and region; unset means what the environment and ~/.aws say. */
	profile?: string | undefined;
	region?: string | undefined;
	/** The guided install: file of answers to start from. */
	defaults?: string | undefined;
	/** verify: open the web pages in the browser. */
	open: boolean;
	/** local: take out what was written. */
	undo: boolean;
	/** Said in every line for people. */
	mark?: string | undefined;
	/** Systems that are too old to be offered are taken, too. */
	allowUnsupported: boolean;
	/** adopt: how to log in. */
	user?: string | undefined;
	key?: string | undefined;
	/** doctor: print the IAM policy. */
	iam: boolean;
	/** doctor: add the rule that lets the hosts reach each other. */
	fixNetwork: boolean;
	/** apply: write tags to the instances. */
	tag: boolean;
	/** discover: EC2 filters by name. */
	filter: Record<string, string[]>;
};

/** Where a command reads, writes and draws; the process's own streams, or a test's. */
export type Streams = {
	stdin: NodeJS.ReadStream;
	stdout: NodeJS.WriteStream;
	stderr: NodeJS.WriteStream;
};

/** The flags of `raw`, as commander parsed them, with what the terminal and the environment add. */
export function readOptions(
	raw: Partial<CommandOptions>,
	streams: Pick<Streams, 'stdin' | 'stdout'>,
	env: NodeJS.ProcessEnv,
): CommandOptions {
	const json = raw.json ?? false;
	const terminal = Boolean(streams.stdout.isTTY && streams.stdin.isTTY);
	return {
		clusterFile: raw.clusterFile,
		cluster: raw.cluster,
		limit: raw.limit ?? [],
		json,
		plain: raw.plain === true || json || !terminal,
		yes: raw.yes ?? false,
		reboot: raw.reboot ?? false,
		verbose: raw.verbose ?? false,
		logFile: raw.logFile,
		// https://no-color.org: set and not empty means no colour.
		color: raw.color !== false && !env.NO_COLOR && Boolean(streams.stdout.isTTY) && !json,
		check: raw.check ?? false,
		out: raw.out,
		profile: raw.profile,
		region: raw.region,
		defaults: raw.defaults,
		open: raw.open ?? false,
		allowUnsupported: raw.allowUnsupported ?? false,
		undo: raw.undo ?? false,
		mark: simulationMark(env),
		user: raw.user,
		key: raw.key,
		iam: raw.iam ?? false,
		fixNetwork: raw.fixNetwork ?? false,
		tag: raw.tag ?? false,
		filter: raw.filter ?? {},
	};
}
