import type {IpPermission, NetworkAcl, SecurityGroup} from '@aws-sdk/client-ec2';
import type {PortRange} from '../cluster/ports.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {type Account, type Ec2, openEc2} from './aws.ts';
import type {Candidate} from './candidate.ts';

/** What a rule of a security group lets through, TCP only; from or to any of the sources. */
export type Rule = {
	ports: PortRange;
	groups: string[];
	/** IPv4 and IPv6. */
	ranges: string[];
	/** Prefix lists, whose addresses are not looked up. */
	lists: string[];
};

export type Group = {
	id: string;
	name: string;
	ingress: Rule[];
	/** Undefined where EC2 does not tell, which is not the same as none. */
	egress: Rule[] | undefined;
};

/** The first entry by number that fits decides; what no entry fits is dropped. */
export type AclEntry = {number: number; egress: boolean; allow: boolean; ports: PortRange; range: string};
export type Acl = {id: string; subnets: string[]; isDefault: boolean; vpc: string; entries: AclEntry[]};

export type NetworkFacts = {
	groups: Map<string, Group>;
	acls: Acl[];
	/** IPv4 ranges of the subnets. */
	subnets: Map<string, string>;
	/** Why something of this could not be read. */
	unread: SetupError[];
};

const allPorts: PortRange = {first: 0, last: 65_535};

/** The security groups, subnets and network ACLs around some instances; only reads. Throws a SetupError where no group can be read. */
export async function readNetwork(instances: readonly Candidate[], account: Account): Promise<NetworkFacts> {
	const ec2 = await openEc2(account);
	const distinct = (values: readonly string[]) => [...new Set(values)].filter(value => value !== '');
	const unread: SetupError[] = [];
	const orNothing = async <T>(reading: Promise<T[]>): Promise<T[]> =>
		reading.catch((error: unknown) => {
			if (!(error instanceof SetupError)) throw error;
			unread.push(error);
			return [];
		});
	try {
		const groups = await readGroups(distinct(instances.flatMap(one => one.security_groups)), ec2);
		const [acls, subnets] = await Promise.all([
			orNothing(readAcls(distinct(instances.map(one => one.vpc)), ec2)),
			orNothing(readSubnets(distinct(instances.map(one => one.subnet)), ec2)),
		]);
		return {groups: new Map(groups.map(group => [group.id, group])), acls, subnets: new Map(subnets), unread};
	} finally {
		ec2.close();
	}
}

/**
 * Lets the members of a group reach each other on these TCP ports. A rule that is there already is no error. Throws a
 * SetupError.
 */
export async function allowAmongThemselves(
	group: string,
	ports: readonly PortRange[],
	description: string,
	account: Account,
): Promise<void> {
	const {AuthorizeSecurityGroupIngressCommand} = await import('./aws-sdk.ts');
	const ec2 = await openEc2(account);
	const IpPermissions = ports.map(({first, last}) => ({
		IpProtocol: 'tcp',
		FromPort: first,
		ToPort: last,
		UserIdGroupPairs: [{GroupId: group, Description: description}],
	}));
	try {
		await ec2.ask('AuthorizeSecurityGroupIngress', async (client, options) => {
			const command = new AuthorizeSecurityGroupIngressCommand({GroupId: group, IpPermissions});
			await client.send(command, options).catch((error: unknown) => {
				if (!(error instanceof Error && error.name === 'InvalidPermission.Duplicate')) throw error;
			});
		});
	} finally {
		ec2.close();
	}
}

async function readGroups(ids: readonly string[], ec2: Ec2): Promise<Group[]> {
	if (ids.length === 0) return [];
	const {paginateDescribeSecurityGroups} = await import('./aws-sdk.ts');
	return ec2.ask('DescribeSecurityGroups', async (client, options) => {
		const found: SecurityGroup[] = [];
		const Filters = [{Name: 'group-id', Values: [...ids]}];
		const pages = paginateDescribeSecurityGroups({client, pageSize: 500}, {Filters}, options);
		for await (const page of pages) found.push(...(page.SecurityGroups ?? []));
		return found.map(({GroupId = '', GroupName = '', IpPermissions = [], IpPermissionsEgress}) => ({
			id: GroupId,
			name: GroupName,
			ingress: IpPermissions.flatMap(toRule),
			egress: IpPermissionsEgress?.flatMap(toRule),
		}));
	});
}

const tcp = ['tcp', '6'];
const any = ['-1', 'all'];

function toRule(permission: IpPermission): Rule[] {
	const {IpProtocol = '-1', FromPort, ToPort} = permission;
	if (!tcp.includes(IpProtocol) && !any.includes(IpProtocol)) return [];
	const all = any.includes(IpProtocol) || FromPort === undefined || FromPort === -1;
	return [
		{
			ports: all ? allPorts : {first: FromPort, last: ToPort ?? FromPort},
			groups: (permission.UserIdGroupPairs ?? []).flatMap(({GroupId}) => GroupId ?? []),
			ranges: [
				...(permission.IpRanges ?? []).flatMap(({CidrIp}) => CidrIp ?? []),
				...(permission.Ipv6Ranges ?? []).flatMap(({CidrIpv6}) => CidrIpv6 ?? []),
			],
			lists: (permission.PrefixListIds ?? []).flatMap(({PrefixListId}) => PrefixListId ?? []),
		},
	];
}

async function readAcls(vpcs: readonly string[], ec2: Ec2): Promise<Acl[]> {
	if (vpcs.length === 0) return [];
	const {paginateDescribeNetworkAcls} = await import('./aws-sdk.ts');
	return ec2.ask('DescribeNetworkAcls', async (client, options) => {
		const found: NetworkAcl[] = [];
		// By VPC: the list a subnet has without being told is not associated with it everywhere.
		const Filters = [{Name: 'vpc-id', Values: [...vpcs]}];
		for await (const page of paginateDescribeNetworkAcls({client}, {Filters}, options)) {
			found.push(...(page.NetworkAcls ?? []));
		}
		return found.map(toAcl);
	});
}

function toAcl({NetworkAclId = '', VpcId = '', IsDefault = false, Entries = [], Associations = []}: NetworkAcl): Acl {
	const entries = Entries.flatMap(({RuleNumber = 0, Egress, RuleAction, Protocol = '-1', PortRange, CidrBlock}) => {
		if (CidrBlock === undefined || (!tcp.includes(Protocol) && !any.includes(Protocol))) return [];
		const {From, To} = PortRange ?? {};
		const ports = From === undefined || any.includes(Protocol) ? allPorts : {first: From, last: To ?? From};
		return [{number: RuleNumber, egress: Egress === true, allow: RuleAction === 'allow', ports, range: CidrBlock}];
	});
	return {
		id: NetworkAclId,
		vpc: VpcId,
		isDefault: IsDefault,
		subnets: Associations.flatMap(({SubnetId}) => SubnetId ?? []),
		entries: entries.sort((a, b) => a.number - b.number),
	};
}

async function readSubnets(ids: readonly string[], ec2: Ec2): Promise<[string, string][]> {
	if (ids.length === 0) return [];
	const {DescribeSubnetsCommand} = await import('./aws-sdk.ts');
	const {Subnets = []} = await ec2.ask('DescribeSubnets', (client, options) =>
		client.send(new DescribeSubnetsCommand({Filters: [{Name: 'subnet-id', Values: [...ids]}]}), options),
	);
	return Subnets.map(({SubnetId = '', CidrBlock = ''}) => [SubnetId, CidrBlock]);
}
