/** An instance that could become a host of a cluster, as a provider describes it. */
export type Candidate = {
	/** `i-…` */
	id: string;
	/** Tag Name; empty where there is none. */
	name: string;
	/** Instance type, e.g. `m5.large`. */
	type: string;
	region: string;
	zone: string;
	vpc: string;
	subnet: string;
	private_ip: string;
	/** Where this computer could reach it; undefined without a public address. */
	public_ip?: string | undefined;
	/** Guess from the image's name, e.g. `Amazon Linux 2023`; confirmed only after connecting. */
	system: string;
	arch: 'x86_64' | 'arm64' | 'unknown';
	/** pending | running | stopping | stopped | shutting-down | terminated */
	state: string;
	key_name?: string | undefined;
	/** ISO 8601. */
	launched: string;
	security_groups: string[];
	spot: boolean;
	tags: Record<string, string>;
	/** Why it cannot serve, as a sentence part: `is stopped`, `runs Windows`; undefined when it can. */
	unsuitable?: string | undefined;
	/** Why it can be no master, as a sentence part; who judges that knows the software. */
	slave_only?: string | undefined;
};

/** The most useful first: what can only be a slave, and what cannot serve, is there to be found, not to be read first. */
export function byUse(a: Candidate, b: Candidate): number {
	const rank = ({unsuitable, slave_only}: Candidate) => (unsuitable ? 2 : slave_only ? 1 : 0);
	return rank(a) - rank(b);
}

/** Its state, with what speaks against a master: EC2 takes a spot instance back when it likes. */
export function standing({state, spot, slave_only}: Pick<Candidate, 'state' | 'spot' | 'slave_only'>): string {
	if (slave_only !== undefined) return `${state}, slave only`;
	return spot ? `${state}, spot: no master` : state;
}
