import type {Bundles} from './bundle.ts';

/** What a host is for. `agent` in a cluster file means `slave`. */
export type HostRole = 'master' | 'slave';

/** The software of a cluster, each with a source of its own. `common` utilities come with the platform. */
export type Component = 'docker' | 'java' | 'zookeeper' | 'mesos' | 'marathon' | 'chronos';

export type Repository = {
	/** File name and section in the package manager, e.g. `mesos-lab`. */
	id: string;
	baseurl: string;
	/** URL of the signing key. Without it the repository is refused unless `unsigned` is true. */
	gpgkey?: string | undefined;
	unsigned?: boolean | undefined;
	/** apt: which part of the repository, or a folder ending in a slash; the code name of the host's release when unset. */
	suite?: string | undefined;
};

/**
 * Which Mesos a source holds, for what it can do with cgroups: `apache` (the releases and whatever is built from that code) or
 * `clusterd` (its continuation, from 0.6.0). A name does not tell, so the user says it; `sources.mesos` only.
 */
export type MesosBuild = 'apache' | 'clusterd';

/** Where a component's software comes from. Exactly the `sources` values of the cluster file. */
export type Source = {build?: MesosBuild | undefined} & (
	| {kind: 'package'; name: string; version?: string | undefined; repo?: Repository | undefined}
	| {
			kind: 'archive';
			url: string;
			sha256?: string | undefined;
			sha512?: string | undefined;
			version?: string | undefined;
	  }
	| {kind: 'image'; ref: string; digest?: string | undefined}
	/** A folder that `bundle create` filled; it says itself what the component is made of. */
	| {kind: 'bundle'; path: string}
);

/** `kind` and `path` beside the components: a bundle for all of them that are not named, and for the platform's utilities. */
export type Sources = Partial<Record<Component, Source>> & {kind?: 'bundle' | undefined; path?: string | undefined};

/** Flag values as Mesos takes them; `true`/`false` for boolean flags. */
export type Flags = Record<string, string | boolean>;

export type HostMesos = {
	attributes: Record<string, string>;
	agent_flags: Flags;
	master_flags: Flags;
};

/** A host of the cluster file, defaults filled in. */
export type Host = {
	name: string;
	role: HostRole;
	/** Where this computer reaches sshd. */
	address: string;
	/** IPv4 by which the hosts reach each other; what daemons bind and advertise. */
	private_ip: string;
	/** EC2 instance id. */
	instance?: string | undefined;
	mesos: HostMesos;
};

export type SshSettings = {
	user: string;
	/** Path of the private key as the user wrote it; unset means ssh-agent or ~/.ssh/config. */
	key?: string | undefined;
	port: number;
	/** `user@host:port` */
	bastion?: string | undefined;
};

/**
 * A cluster as the user describes it: the cluster file (DESIGN section 4) with every default filled in.
 * Names are the file's own, so that one thing has one name everywhere.
 */
export type Cluster = {
	name: string;
	region?: string | undefined;
	profile?: string | undefined;
	ssh: SshSettings;
	hosts: Host[];
	mesos: HostMesos & {port_ranges: string};
	frameworks: {marathon: boolean; chronos: boolean};
	sources: Sources;
	/** Images pulled ahead on every slave, `repository:tag` or `repository:tag@sha256:…`. */
	images: string[];
	/** Milliseconds. */
	timeouts: {connect: number; step: number; gate: number};
};

/**
 * Who is who, assigned once and never renumbered. Every master keeps it as /etc/mesos-setup/cluster.json,
 * the store on this computer is a cache of it.
 */
export type ClusterRecord = {
	/** Random UUID given at the first apply. */
	id: string;
	name: string;
	hosts: {name: string; role: HostRole; address: string; private_ip: string; zookeeper_id?: number | undefined}[];
};

/** What roles work from: the description, the identities, and what software is at hand. */
export type IdentifiedCluster = Cluster & {
	record: ClusterRecord;
	/** The bundles that its sources name, read; unset where it names none. */
	bundles?: Bundles | undefined;
};
