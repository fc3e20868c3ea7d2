import type {Filter, Instance} from '@aws-sdk/client-ec2';
import {type Account, type Ec2, openEc2} from './aws.ts';
import type {Candidate} from './candidate.ts';
import {imageNames} from './images.ts';
import {systemOf} from './system.ts';

/** EC2's own filters by name, e.g. `{'tag:Name': ['web*'], 'instance-state-name': ['running']}`; values of one name are alternatives. */
export type Filters = Record<string, string[]>;

/** A key pair as EC2 knows it. */
export type KeyPair = {
	name: string;
	/** `rsa` or `ed25519`, where EC2 tells. */
	type?: string | undefined;
	/** What `ssh-keygen -y` prints, where EC2 tells. */
	public_key?: string | undefined;
	fingerprint?: string | undefined;
};

/** All instances of a region that pass the filters, by name; those that cannot serve say why. Throws a SetupError. */
export async function discover(account: Account & {filters?: Filters | undefined}): Promise<Candidate[]> {
	const ec2 = await openEc2(account);
	try {
		const instances = await describe(ec2, account.filters);
		const images = await imageNames(
			instances.flatMap(({ImageId}) => ImageId ?? []),
			ec2,
			account.onNote,
		);
		return instances.map(instance => toCandidate(instance, ec2.region, images)).sort(byName);
	} finally {
		ec2.close();
	}
}

async function describe(ec2: Ec2, filters: Filters = {}): Promise<Instance[]> {
	const {paginateDescribeInstances} = await import('./aws-sdk.ts');
	return ec2.ask('DescribeInstances', async (client, options) => {
		const found: Instance[] = [];
		const pages = paginateDescribeInstances({client, pageSize: 500}, {Filters: toFilters(filters)}, options);
		for await (const page of pages) {
			found.push(...(page.Reservations ?? []).flatMap(reservation => reservation.Instances ?? []));
		}
		return found;
	});
}

/** EC2 takes at most 200 values in a filter. */
const batch = 200;

/** Those of the instances that EC2 still shows; what they run is not looked up. Throws a SetupError. */
export async function instancesById(ids: readonly string[], account: Account): Promise<Candidate[]> {
	const ec2 = await openEc2(account);
	try {
		const found: Candidate[] = [];
		for (let start = 0; start < ids.length; start += batch) {
			// By filter: asked by id, one that is gone would fail them all.
			const instances = await describe(ec2, {'instance-id': ids.slice(start, start + batch)});
			found.push(...instances.map(instance => toCandidate(instance, ec2.region, new Map())));
		}
		return found;
	} finally {
		ec2.close();
	}
}

/** Names of the regions the account can use. */
export async function listRegions(account: Account): Promise<string[]> {
	const {DescribeRegionsCommand} = await import('./aws-sdk.ts');
	const ec2 = await openEc2(account);
	try {
		const {Regions = []} = await ec2.ask('DescribeRegions', (client, options) =>
			client.send(new DescribeRegionsCommand({}), options),
		);
		return Regions.flatMap(({RegionName}) => RegionName ?? []).sort();
	} finally {
		ec2.close();
	}
}

/** The key pairs of these names; one that was deleted since is missing from the answer. */
export async function keyPairs(names: readonly string[], account: Account): Promise<KeyPair[]> {
	const wanted = [...new Set(names)];
	if (wanted.length === 0) return [];
	const {DescribeKeyPairsCommand} = await import('./aws-sdk.ts');
	const ec2 = await openEc2(account);
	try {
		// Asked by filter, because by name one pair that is gone would fail them all.
		const {KeyPairs = []} = await ec2.ask('DescribeKeyPairs', (client, options) =>
			client.send(
				new DescribeKeyPairsCommand({Filters: [{Name: 'key-name', Values: wanted}], IncludePublicKey: true}),
				options,
			),
		);
		return KeyPairs.map(pair => ({
			name: pair.KeyName ?? '',
			type: pair.KeyType,
			public_key: pair.PublicKey,
			fingerprint: pair.KeyFingerprint,
		}));
	} finally {
		ec2.close();
	}
}

function toFilters(filters: Filters = {}): Filter[] {
	return Object.entries(filters).map(([Name, Values]) => ({Name, Values}));
}

function toCandidate(instance: Instance, region: string, images: ReadonlyMap<string, string>): Candidate {
	const tags = Object.fromEntries((instance.Tags ?? []).map(({Key = '', Value = ''}) => [Key, Value]));
	const candidate: Candidate = {
		id: instance.InstanceId ?? '',
		name: tags.Name ?? '',
		type: instance.InstanceType ?? '',
		region,
		zone: instance.Placement?.AvailabilityZone ?? '',
		vpc: instance.VpcId ?? '',
		subnet: instance.SubnetId ?? '',
		private_ip: instance.PrivateIpAddress ?? '',
		public_ip: instance.PublicIpAddress || undefined,
		system: systemOf(instance, images.get(instance.ImageId ?? '')),
		arch: archOf(instance.Architecture),
		state: instance.State?.Name ?? 'unknown',
		key_name: instance.KeyName || undefined,
		launched: instance.LaunchTime?.toISOString() ?? '',
		security_groups: (instance.SecurityGroups ?? []).flatMap(({GroupId}) => GroupId ?? []),
		spot: instance.InstanceLifecycle === 'spot',
		tags,
	};
	return {...candidate, unsuitable: unsuitable(candidate, instance.Architecture)};
}

function archOf(architecture: string | undefined): Candidate['arch'] {
	return architecture === 'x86_64' || architecture === 'arm64' ? architecture : 'unknown';
}

function unsuitable(
	{state, system, arch, private_ip}: Candidate,
	architecture: string | undefined,
): string | undefined {
	if (state === 'shutting-down') return 'is being terminated';
	if (state !== 'running' && state !== 'pending') return state === 'unknown' ? 'is in no known state' : `is ${state}`;
	if (system.startsWith('Windows')) return 'runs Windows';
	// Where EC2 does not tell, the host will.
	if (arch === 'unknown' && architecture) return `has a processor of an unknown kind (${architecture})`;
	return private_ip === '' ? 'has no private address yet' : undefined;
}

const collator = new Intl.Collator('en', {numeric: true});

function byName(a: Candidate, b: Candidate): number {
	// Those without a name come last: they are the ones nobody looks for.
	return Number(a.name === '') - Number(b.name === '') || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}
