import type {Cluster} from '../../cluster/model.ts';
import {daemonPorts, type PortRange} from '../../cluster/ports.ts';
import type {Group, NetworkFacts, Rule} from '../../discovery/network.ts';
import {inRanges, isEverywhere, isInternal} from './addresses.ts';
import {type Check, failed, listed, ok, warn} from './check.ts';
import {type Class, classesOf, neededPorts, type Placed} from './needed-ports.ts';
import {merged, within, without, written} from './port-sets.ts';

const name = 'security groups';

/** A rule that would let the hosts reach each other: the group is its own source. */
export type MissingRule = {group: string; ports: PortRange[]};

/** What is added where it is agreed to, in whole sentences. */
export function ruleTerms({group, ports}: MissingRule): string[] {
	return [
		`Security group ${group} gets an inbound rule: TCP ${written(ports)}, source ${group} itself.`,
		'All members of that group, the hosts and whatever else is in it, then reach each other on these ports; it lets nobody else in.',
		'It stays until somebody takes it out again in EC2. Once it is there, every host is checked anew.',
	];
}

type Gap = {from: Class; to: Class; ports: PortRange[]; side: 'in' | 'out'};

const namesOf = ({hosts}: Class) => hosts.map(host => host.name);
const distinct = <T>(values: readonly T[]) => [...new Set(values)];

/** Whether the rule speaks of every host of the class. Where a prefix list might, the hosts themselves will tell. */
function speaksOf({groups, ranges, lists}: Rule, other: Class): boolean {
	if (lists.length > 0 || groups.some(group => other.groups.includes(group))) return true;
	return other.hosts.every(({private_ip}) => inRanges(private_ip, ranges));
}

function left(ports: readonly PortRange[], rules: readonly Rule[], other: Class): PortRange[] {
	return rules
		.filter(rule => speaksOf(rule, other))
		.reduce((rest, rule) => without(rest, rule.ports), [...ports] as PortRange[]);
}

function gapsBetween(from: Class, to: Class, cluster: Cluster, groups: ReadonlyMap<string, Group>): Gap[] {
	const of = (ids: readonly string[]) => ids.flatMap(id => groups.get(id) ?? []);
	const needed = neededPorts(from, to, cluster);
	const shut = left(
		needed,
		of(to.groups).flatMap(({ingress}) => ingress),
		from,
	);
	const gaps: Gap[] = shut.length > 0 ? [{from, to, ports: shut, side: 'in'}] : [];
	const outward = of(from.groups);
	// A group EC2 tells no outbound rules of has those that every new group has.
	if (outward.length > 0 && outward.every(({egress}) => egress !== undefined)) {
		const kept = left(
			needed,
			outward.flatMap(({egress = []}) => egress),
			to,
		);
		if (kept.length > 0) gaps.push({from, to, ports: kept, side: 'out'});
	}
	return gaps;
}

function gapsOf(classes: readonly Class[], cluster: Cluster, groups: ReadonlyMap<string, Group>): Gap[] {
	return classes.flatMap(to =>
		classes.flatMap(from =>
			// A single host has no other of its kind to reach, and groups of another VPC say nothing here.
			(from === to && to.hosts.length < 2) || from.vpc !== to.vpc ? [] : gapsBetween(from, to, cluster, groups),
		),
	);
}

/** The group all hosts are in, one that was made for something before the one every instance gets unasked. */
function sharedGroup(classes: readonly Class[], groups: ReadonlyMap<string, Group>): string | undefined {
	const [first] = classes;
	const shared = (first?.groups ?? []).filter(id => classes.every(one => one.groups.includes(id)));
	return shared.find(id => groups.get(id)?.name !== 'default') ?? shared[0];
}

/** Gaps that end at the same hosts are one finding. */
function tellGaps(gaps: readonly Gap[], rule: MissingRule | undefined, region: string): Check[] {
	const key = ({from, to, side}: Gap) => `${side} ${(side === 'in' ? to : from).groups.join(' ')}`;
	return [...Map.groupBy(gaps, key).values()].flatMap(same => {
		const [first] = same;
		if (!first) return [];
		const to = listed(distinct(same.flatMap(gap => namesOf(gap.to))));
		const from = listed(distinct(same.flatMap(gap => namesOf(gap.from))));
		const ports = written(same.flatMap(gap => gap.ports));
		if (first.side === 'out') {
			const detail = `${listed(first.from.groups)} of ${from} let no TCP ${ports} out to ${to}.`;
			const check = `outbound rules of ${first.from.groups.join(' ')}`;
			return failed(check, detail, 'Add outbound rules for these ports with the group itself as destination.');
		}
		const detail = `${listed(first.to.groups)} of ${to} let no TCP ${ports} in from ${from}.`;
		const fix = rule
			? `Missing is a rule of ${rule.group} with ${rule.group} itself as source, TCP ${written(rule.ports)}. "mesos-setup doctor --fix-network" adds it, or, for all ports: aws ec2 authorize-security-group-ingress --region ${region} --group-id ${rule.group} --protocol tcp --port 0-65535 --source-group ${rule.group}`
			: 'The hosts have no security group in common: give all of them one (aws ec2 modify-instance-attribute --groups), then a rule with that group as its own source.';
		return failed(`inbound rules of ${first.to.groups.join(' ')}`, detail, fix);
	});
}

function tellOpenPorts(used: readonly Group[], region: string): Check[] {
	return used.flatMap(({id, name: title, ingress}) =>
		ingress.flatMap(({ports, ranges}) => {
			const open = ranges.filter(isEverywhere);
			const daemons = [...daemonPorts].filter(([port]) => within([ports], {first: port, last: port}).length > 0);
			if (open.length === 0 || daemons.length === 0) return [];
			const what = listed(daemons.map(([port, whose]) => `${port} (${whose})`));
			const range = open[0] ?? '';
			const source = range.includes(':')
				? `'IpProtocol=tcp,FromPort=${ports.first},ToPort=${ports.last},Ipv6Ranges=[{CidrIpv6=${range}}]'`
				: '';
			const flags =
				source === ''
					? `--protocol tcp --port ${ports.first}-${ports.last} --cidr ${range}`
					: `--ip-permissions ${source}`;
			return warn(
				`open ports of ${id}`,
				`${id} (${title}) lets the whole world (${open.join(' and ')}) in to TCP ${what}: whoever comes can run anything on the slaves.`,
				`Close it; the pages open through tunnels: aws ec2 revoke-security-group-ingress --region ${region} --group-id ${id} ${flags}`,
			);
		}),
	);
}

/** This computer logs in from outside, unless there is a bastion or an address inside. */
function tellLogin(
	classes: readonly Class[],
	cluster: Cluster,
	groups: ReadonlyMap<string, Group>,
	region: string,
): Check[] {
	const {port, bastion} = cluster.ssh;
	if (bastion !== undefined) return [];
	return classes.flatMap(({groups: ids, hosts}) => {
		const outside = hosts.filter(({address, private_ip}) => address !== private_ip);
		const rules = ids.flatMap(id => groups.get(id)?.ingress ?? []);
		const lets = rules.some(
			rule =>
				within([rule.ports], {first: port, last: port}).length > 0 &&
				(rule.lists.length > 0 || rule.ranges.some(range => !isInternal(range))),
		);
		if (lets || outside.length === 0 || rules.length === 0) return [];
		const [id = ''] = ids;
		return failed(
			`login through ${ids.join(' ')}`,
			`${listed(ids)} of ${listed(outside.map(host => host.name))} let no TCP ${port} in from outside, so this computer cannot log in.`,
			`Let its address in (https://checkip.amazonaws.com shows it), or name a bastion: aws ec2 authorize-security-group-ingress --region ${region} --group-id ${id} --protocol tcp --port ${port} --cidr ADDRESS/32`,
		);
	});
}

/** What the security groups around the hosts of a cluster let through, and the rule that would be enough where they do not. */
export function judgeGroups(
	placed: readonly Placed[],
	cluster: Cluster,
	{groups}: Pick<NetworkFacts, 'groups'>,
	region: string,
): {checks: Check[]; missing?: MissingRule | undefined} {
	const classes = classesOf(placed);
	const gaps = gapsOf(classes, cluster, groups);
	const group = sharedGroup(classes, groups);
	const ports = merged(gaps.flatMap(gap => (gap.side === 'in' ? gap.ports : [])));
	const missing = group !== undefined && ports.length > 0 ? {group, ports} : undefined;
	const used = distinct(classes.flatMap(one => one.groups)).flatMap(id => groups.get(id) ?? []);
	const vpcs = distinct(classes.map(({vpc}) => vpc));
	const checks = [
		...tellGaps(gaps, missing, region),
		...tellLogin(classes, cluster, groups, region),
		...tellOpenPorts(used, region),
	];
	if (vpcs.length > 1) {
		checks.push(
			warn(
				'networks',
				`The hosts are in ${vpcs.length} VPCs (${vpcs.join(', ')}), which reach each other only where they are peered.`,
				'Use instances of one VPC, or make sure of peering, routes and rules by address range.',
			),
		);
	}
	if (checks.length === 0) {
		checks.push(
			ok(name, `${listed(used.map(({id}) => id))} let the hosts reach each other on all ports of the cluster`),
		);
	}
	return {checks, missing};
}
