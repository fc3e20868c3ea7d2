/** A state of the whole cluster that some steps wait for. */
export type Gate = 'zookeeper-quorum' | 'mesos-leader' | 'slaves-registered' | 'marathon-leader' | 'chronos-leader';

/** Services whose restart on a running cluster goes one host at a time, leader last. */
export type RollingService = 'zookeeper' | 'mesos-master' | 'marathon' | 'chronos';

type Common = {
	/** Unique within its role, shown to the user: `file /etc/mesos/zk`. */
	title: string;
	/** Content and output are never shown, logged or returned. */
	secret?: true | undefined;
	/** Milliseconds; the cluster's `timeouts.step` when unset. */
	timeout?: number | undefined;
	/** Not applied before this gate is open (a compliant step does not wait). */
	after?: Gate | undefined;
	/** The restart of a running service needs the cluster-wide token of this service. */
	token?: RollingService | undefined;
};

/**
 * Ownership as names; mode as octal text without the leading zero: `644`, `1777`. What a file leaves open is root:root
 * 644; what a directory leaves open stays as it is.
 */
export type Ownership = {mode?: string | undefined; owner?: string | undefined; group?: string | undefined};

/** A package by name; `unless` a command of that name already exists on the host (curl-minimal provides curl). */
export type PackageName = {name: string; version?: string | undefined; unless?: string | undefined};

/**
 * A file of this computer that a step is made of. Whoever runs the step brings it to `artifactPath` on the host, and nowhere
 * near a host on which the step has nothing to do.
 */
export type Artifact = {
	/** Its own name, one word without slashes. */
	name: string;
	/** Absolute path on this computer. */
	from: string;
	/** Lower-case hex. */
	sha256: string;
	bytes: number;
	/** A package a host may have already, in the words of `lackedBy`. */
	package?: {name: string; version: string} | undefined;
};

export type Step = Common &
	(
		| ({kind: 'file'; path: string; content: string | Uint8Array} & Ownership)
		/** `only`: entries with other names are removed, so a flag taken out of the cluster file goes away. */
		| ({kind: 'directory'; path: string; only?: string[] | undefined} & Ownership)
		| {kind: 'symlink'; path: string; target: string}
		/** A file, symlink or directory (with all below it) that must not be there. */
		| {kind: 'absent'; path: string}
		| {kind: 'group'; name: string; system?: boolean | undefined}
		/** `groups` are supplementary and only ever added; primary group, home and shell of an existing user are left alone. */
		| {
				kind: 'user';
				name: string;
				system?: boolean | undefined;
				group?: string | undefined;
				groups?: string[] | undefined;
				home?: string | undefined;
				shell?: string | undefined;
		  }
		/** Lines between `# BEGIN marker` and `# END marker`; the rest of the file, its mode and owner stay as they are. No lines: no block. */
		| {kind: 'block'; path: string; marker: string; lines: string[]}
		/** One transaction for all names that are missing. `files`: they and what they require come from these, no repository is asked. */
		| {kind: 'package'; names: PackageName[]; files?: Artifact[] | undefined}
		/** What this tool has installed is taken away again, unless something else needs it; `first` where one of its packages goes. */
		| {kind: 'packages-gone'; first?: {packages: string[]; script: string} | undefined}
		/** A repository, with the key its packages are signed by; `suite` is for apt, the release's own where unset. */
		| {
				kind: 'repository';
				id: string;
				baseurl: string;
				gpgkey?: string | undefined;
				unsigned?: boolean | undefined;
				suite?: string | undefined;
		  }
		/** Downloaded on the host, checked, unpacked (leading folder stripped) into `directory`, then `link` switched to it atomically. */
		| {
				kind: 'archive';
				url: string;
				checksum: {algorithm: 'sha256' | 'sha512'; hex: string};
				directory: string;
				link: string;
				/** Instead of the download. */
				file?: Artifact | undefined;
		  }
		/**
		 * Pulled by ref; the digest, where known, is what must be there. Or loaded from a file: then docker knows no digest, and
		 * `ids` are what its store may call the image itself.
		 */
		| {kind: 'image'; ref: string; digest?: string | undefined; loaded?: {ids: string[]; file: Artifact} | undefined}
		/** Enabled and running; `configuration` is the sha256 its process must carry in MESOS_SETUP_CONFIGURATION. */
		| {kind: 'service'; unit: string; configuration?: string | undefined}
		/** Neither running nor started at the next boot. */
		| {kind: 'stopped'; unit: string}
		/** The last step of a reset: the service manager has forgotten the tool, and `units` have read what is left of their configuration. */
		| {kind: 'released'; units: string[]}
		/** `check` exits 0 when nothing is to be done, 1 when `apply` must run, anything else is an error. POSIX sh, no `exit`. */
		| {kind: 'command'; check: string; apply: string}
	);

/** A bundle of steps as roles/ makes them. */
export type RoleName =
	| 'reset'
	| 'common'
	| 'docker'
	| 'zookeeper'
	| 'mesos-master'
	| 'mesos-agent'
	| 'marathon'
	| 'chronos';
