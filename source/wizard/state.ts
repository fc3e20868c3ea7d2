import type {Cluster, Component, HostRole, Sources} from '../cluster/model.ts';
import type {Candidate} from '../discovery/candidate.ts';
import type {KeyMatch} from '../discovery/key-match.ts';
import type {MissingRule} from '../pipeline/doctor/judge-groups.ts';
import type {CheckStatus} from '../pipeline/events.ts';
import type {PlannedStep} from '../pipeline/plan-file.ts';
import type {Problem} from './problem.ts';
import type {Table} from './table.ts';
import type {TextInput} from './text-input.ts';

export type ScreenName =
	| 'start'
	| 'account'
	| 'file'
	| 'addresses'
	| 'instances'
	| 'roles'
	| 'key'
	| 'settings'
	| 'source'
	| 'check'
	| 'plan'
	| 'install'
	| 'verified'
	| 'menu';

/** Something that is being asked for. */
export type Loading<Value> =
	| {status: 'waiting'; note?: string | undefined}
	| {status: 'ready'; value: Value}
	| {status: 'failed'; problems: readonly Problem[]};

/** With whose credentials, and where, EC2 is asked; unset is what every AWS tool would take. */
export type AccountChoice = {profile?: string | undefined; region?: string | undefined};

/** A cluster of the store. */
export type KnownCluster = {
	name: string;
	cluster: Cluster;
	file?: string | undefined;
	/** Whether an installation was begun and has not come to its end. */
	unfinished: boolean;
	/** Whether anything of it is on its hosts: not before the first step, and not after a reset. */
	installed: boolean;
	/** ISO 8601. */
	last_used: string;
};

/** What the start screen found on this computer. */
export type Found = {
	/** Profiles of ~/.aws, `default` first. */
	profiles: readonly {name: string; region?: string | undefined}[];
	/** The account that is meant when nobody says more; unset where there are no credentials at all. */
	account?: AccountChoice | undefined;
	clusters: readonly KnownCluster[];
	/** Keys in ssh-agent. */
	agentKeys: number;
};

/** What is being done, which decides the way from one screen to the next. */
export type Flow =
	| {kind: 'new'; from: 'ec2' | 'typed'}
	| {kind: 'file'; cluster: Cluster; file: string}
	| {
			kind: 'known';
			known: KnownCluster;
			purpose: 'add' | 'repair' | 'edit' | 'status' | 'verify';
			from: 'ec2' | 'typed';
	  };

export type KeyVerdict = {
	/** Path as it was checked. */
	path: string;
	/** Type and fingerprint, for people. */
	description: string;
	match: KeyMatch | undefined;
};

/** What stopped a key from being used, and whether the wizard can mend it. */
export type KeyTrouble = {
	problem: Problem;
	mend?: 'permissions' | 'passphrase' | undefined;
	/** The passphrase that was given is a wrong one. */
	refused?: boolean | undefined;
};

/** Everything a run of checks, a plan or an installation said, in the form screens show it. */
export type CheckLine = {
	host: string;
	check: string;
	status: CheckStatus;
	detail?: string | undefined;
	fix?: string | undefined;
};

export type Work = 'idle' | 'running' | 'done';

export type Settings = {
	name: string;
	user: string;
	bastion: string;
	/** Which address of an instance this computer connects to. */
	reach: 'public' | 'private';
	/** Write to the instances which cluster they belong to. */
	tag: boolean;
	marathon: boolean;
	chronos: boolean;
	sources: Sources;
	port_ranges: string;
};

export type Url = {name: 'Mesos' | 'Marathon' | 'Chronos'; host: string; url: string};

/** Everything at once: a screen that was left keeps all that was typed and chosen there. */
export type WizardState = {
	at: ScreenName;
	/** The screens behind this one, for Back. */
	trail: readonly ScreenName[];
	flow: Flow;
	/** What a --defaults file answered beforehand. */
	defaults: Partial<Pick<Cluster, 'ssh' | 'mesos' | 'timeouts'>> & {settings: Settings};
	/** `greeted`: a first look around is behind us, and who comes back to the start wants to be there. */
	start: {cursor: number; found: Loading<Found>; account: AccountChoice; greeted: boolean};
	account: {cursor: number; profile: string | undefined; regions: Loading<readonly string[]>};
	file: {path: TextInput; reading: boolean; completions: readonly string[]; problems: readonly Problem[]};
	addresses: {lines: readonly string[]; line: number; at: number; problems: readonly Problem[]};
	instances: {
		table: Table;
		found: Loading<readonly Candidate[]>;
		/** Ids. */
		chosen: readonly string[];
		explanation: string;
		problem: string | undefined;
	};
	roles: {
		table: Table;
		roles: Readonly<Record<string, HostRole>>;
		/** For which choice of hosts the roles were suggested. */
		suggestedFor: string;
		explanation: string;
		problem: string | undefined;
	};
	key: {
		path: TextInput;
		proposals: readonly string[];
		passphrase: TextInput;
		asking: 'path' | 'passphrase' | 'chmod';
		checking: boolean;
		completions: readonly string[];
		trouble: KeyTrouble | undefined;
		verdict: KeyVerdict | undefined;
		/** The person wants a key that probably does not fit. */
		insisted: boolean;
	};
	settings: {
		values: Settings;
		cursor: number | undefined;
		editing: TextInput | undefined;
		/** What Tab found for a path, and the bundle that is being read. */
		completions: readonly string[];
		reading: string | undefined;
		problems: readonly Problem[];
	};
	source: {
		component: Component;
		cursor: number;
		/** What is typed: the checksum of the candidate under the cursor, or a source as the cluster file says it. */
		typing: TextInput | undefined;
		/** Whether the publisher is being asked for that checksum, or has told what stands there. */
		publisher: 'asked' | 'told' | undefined;
		problem: Problem | undefined;
	};
	check: {
		work: Work;
		run: number;
		lines: readonly CheckLine[];
		busy: readonly string[];
		problems: readonly Problem[];
		notes: readonly string[];
		cursor: number;
		/** Hosts whose checks are shown one by one. */
		open: readonly string[];
		insisted: boolean;
		/** The rule that the security group lacks; whether it is being asked for; and that which is added before the next look. */
		missing: MissingRule | undefined;
		agreeing: boolean;
		adding: MissingRule | undefined;
	};
	plan: {
		work: Work;
		run: number;
		hosts: Readonly<Record<string, readonly PlannedStep[]>>;
		problems: readonly Problem[];
		notes: readonly string[];
		/** Hosts that have to be rebooted into cgroup v1, and whether they may be; unset while nobody has said. */
		reboots: readonly string[];
		mayReboot: boolean | undefined;
		cursor: number;
		open: readonly string[];
		/** Path of the cluster file, while it is asked for. */
		saving: TextInput | undefined;
		writing: boolean;
		/** Where it was written, or why it was not. */
		saved: {text: string; failed: boolean} | undefined;
	};
	install: {
		work: Work;
		run: number;
		failed: number;
		changed: number;
		ms: number;
		/** Ctrl-C ended it. */
		stopped: boolean;
		timings: Timings;
		/** What runs of this wizard that went through did, for the scrollback. */
		deeds: readonly string[];
		/** What kept the run from beginning. */
		problems: readonly Problem[];
	};
	verified: {
		work: Work;
		run: number;
		lines: readonly CheckLine[];
		problems: readonly Problem[];
		urls: readonly Url[];
		cursor: number;
		opening: Url | undefined;
		/** What the last key that opens a page came to. */
		opened: string | undefined;
		ms: number;
		/** What was done to the cluster right before: `Installed in 36.2 s`. */
		deed: string | undefined;
	};
	menu: {cursor: number; forgetting: 'no' | 'asking' | 'doing'; problems: readonly Problem[]};
	/** The passphrase of a key that is needed in the middle of something; asked above whatever screen is shown. */
	question: {path: string; typed: TextInput} | undefined;
	logPath: string | undefined;
	/** The hosts exist in a program's memory only, so their addresses are not for other programs. */
	simulated: boolean;
	/** Set when the wizard is over; `nameHostsOf` is the cluster whose hosts this computer is to know by name. */
	exit: {code: number; nameHostsOf?: string} | undefined;
};

/** Where the time of an installation went: milliseconds of the slowest host, by role, and of each gate. */
export type Timings = {
	roles: Readonly<Record<string, Readonly<Record<string, number>>>>;
	gates: Readonly<Record<string, number>>;
};

/** Goes forward; Back will lead here again. */
export function go(state: WizardState, to: ScreenName): WizardState {
	return {...state, at: to, trail: [...state.trail, state.at]};
}

/** The screen before, as it was left. On the first one nothing happens. */
export function back(state: WizardState): WizardState {
	const before = state.trail.at(-1);
	return before ? {...state, at: before, trail: state.trail.slice(0, -1)} : state;
}
