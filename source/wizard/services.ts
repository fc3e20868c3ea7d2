import type {Cluster, Source} from '../cluster/model.ts';
import type {Candidate} from '../discovery/candidate.ts';
import type {MissingRule} from '../pipeline/doctor/judge-groups.ts';
import type {Listener} from '../pipeline/events.ts';
import type {AccountChoice, Found, KeyTrouble, KeyVerdict, KnownCluster, Url} from './state.ts';
import type {Subject} from './subject.ts';

/** How something that takes long is stopped, and how it asks for a passphrase it turns out to need. */
export type Around = {signal: AbortSignal; askPassphrase(path: string): Promise<string>};

/**
 * What the wizard can do beyond asking questions. Everything rejects with a SetupError (or SetupErrors) for what the person
 * can mend; what is stopped by its signal may reject with anything.
 */
export type Services = {
	/** Profiles, saved clusters, ssh-agent: what this computer has. Asks nobody else. */
	lookAround(signal: AbortSignal): Promise<Found>;
	listRegions(profile: string | undefined, signal: AbortSignal): Promise<string[]>;
	discover(account: AccountChoice, signal: AbortSignal, onNote: (text: string) => void): Promise<Candidate[]>;
	readClusterFile(path: string): Promise<{file: string; cluster: Cluster; known: KnownCluster | undefined}>;
	/** Looks whether there is a whole bundle in a folder, and resolves with the path to keep. */
	findBundle(path: string): Promise<string>;
	/** What the publisher of an archive or image says its content must match. */
	publishedChecksum(source: Extract<Source, {kind: 'archive' | 'image'}>, signal: AbortSignal): Promise<string>;
	/** Key files that exist, likeliest first, as one would type their paths. */
	proposeKeys(keyNames: readonly string[]): Promise<string[]>;
	/** As a shell's Tab would. */
	completePath(text: string): Promise<{text: string; choices: string[]}>;
	/**
	 * Reads the key and compares it with the pair `keyName` of the account, where one is given. An empty path stands for
	 * ssh-agent and ~/.ssh/config.
	 */
	checkKey(
		path: string,
		around: {
			passphrase: string | undefined;
			keyName: string | undefined;
			account: AccountChoice | undefined;
			signal: AbortSignal;
		},
	): Promise<KeyVerdict | KeyTrouble>;
	/** Takes the key's permissions from everybody else. */
	protectKey(path: string): Promise<void>;
	/**
	 * Resolves with the rule that the hosts' security group lacks.
	 * @param rule that is added first, where it is still the one that is missing
	 */
	examine(
		subject: Subject,
		listener: Listener,
		around: Around,
		rule: MissingRule | undefined,
	): Promise<MissingRule | undefined>;
	/**
	 * Resolves with the hosts that have to be rebooted into cgroup v1. While nobody has said whether they may be, nothing is
	 * compared where there are any.
	 */
	plan(subject: Subject, listener: Listener, around: Around): Promise<readonly string[]>;
	/** Installs, and resolves with how it went; a failed host is no rejection. */
	apply(
		subject: Subject,
		listener: Listener,
		around: Around,
	): Promise<{failed: number; changed: number; ms: number; stopped: boolean}>;
	/** `prove`: with a task on every slave; else one look. */
	verify(subject: Subject, prove: boolean, listener: Listener, around: Around): Promise<{urls: Url[]; ms: number}>;
	/** Opens a page in the browser, through a tunnel where the host cannot be reached from here; says what came of it. */
	openPage(subject: Subject, url: Url, around: Around): Promise<string>;
	/** Returns the absolute path. Never overwrites another cluster's file. */
	saveClusterFile(path: string, cluster: Cluster): Promise<string>;
	forget(name: string): Promise<void>;
};
