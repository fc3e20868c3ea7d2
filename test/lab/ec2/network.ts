// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {Ec2Error} from './ec2-error.ts';
import {tagSet} from './instances.ts';
import type {Query} from './query.ts';
import {byId, filtered, paged} from './select.ts';
import {type AclEntry, account, type Group, idOf, type Permission, type Subnet, vpc, type World} from './world.ts';
import type {Xml} from './xml.ts';

type Answer = {[name: string]: Xml};
type Vpc = {id: string; cidr: string; tags?: Record<string, string>};

export function describeVpcs(query: Query): Answer {
	const all: Vpc[] = [{id: vpc, cidr: '198.18.0.0/15'}];
	const known = byId(all, query, 'VpcId', {code: 'InvalidVpcID.NotFound', what: 'vpc ID'});
	const found = filtered(known, query, {
		'vpc-id': one => [one.id],
		cidr: one => [one.cidr],
		'is-default': () => ['true'],
	});
	const {page, nextToken} = paged(found, query);
	const vpcSet = page.map(({id, cidr}) => ({
		vpcId: id,
		ownerId: account,
		state: 'available',
		cidrBlock: cidr,
		isDefault: true,
		tagSet: [],
	}));
	return {vpcSet, nextToken};
}

export function describeSubnets(query: Query, world: World): Answer {
	const known = byId(world.subnets, query, 'SubnetId', {code: 'InvalidSubnetID.NotFound', what: 'subnet ID'});
	const found = filtered<Subnet>(known, query, {
		'subnet-id': one => [one.id],
		'vpc-id': () => [vpc],
		'availability-zone': one => [one.zone],
	});
	const {page, nextToken} = paged(found, query);
	const subnetSet = page.map(({id, zone, cidr, tags}) => ({
		subnetId: id,
		state: 'available',
		ownerId: account,
		vpcId: vpc,
		cidrBlock: cidr,
		availableIpAddressCount: 240,
		availabilityZone: zone,
		defaultForAz: true,
		mapPublicIpOnLaunch: true,
		tagSet: tagSet(tags),
	}));
	return {subnetSet, nextToken};
}

/** The one list of the VPC; where nobody touched it everything is let through. */
export function describeNetworkAcls(query: Query, world: World): Answer {
	const all: {id: string; tags?: Record<string, string>}[] = [{id: idOf('acl', 'default')}];
	const known = byId(all, query, 'NetworkAclId', {code: 'InvalidNetworkAclID.NotFound', what: 'networkAcl ID'});
	const found = filtered(known, query, {
		'network-acl-id': one => [one.id],
		'vpc-id': () => [vpc],
		'association.subnet-id': () => world.subnets.map(({id}) => id),
		default: () => ['true'],
	});
	const all4 = '0.0.0.0/0';
	const untouched: AclEntry[] = [true, false].map(egress => ({number: 100, egress, action: 'allow', cidr: all4}));
	const last: AclEntry[] = [true, false].map(egress => ({number: 32767, egress, action: 'deny', cidr: all4}));
	const entrySet = [...(world.acl ?? untouched), ...last].map(({number, egress, action, from, to, cidr}) => ({
		ruleNumber: number,
		protocol: from === undefined ? '-1' : '6',
		ruleAction: action,
		egress,
		cidrBlock: cidr,
		portRange: from === undefined ? undefined : {from, to},
	}));
	const networkAclSet = found.map(({id}) => ({
		networkAclId: id,
		vpcId: vpc,
		default: true,
		entrySet,
		associationSet: world.subnets.map(subnet => ({
			networkAclAssociationId: idOf('aclassoc', subnet.zone),
			networkAclId: id,
			subnetId: subnet.id,
		})),
		tagSet: [],
		ownerId: account,
	}));
	return {networkAclSet};
}

const unknownGroup = {code: 'InvalidGroup.NotFound', what: 'security group'};

export function describeSecurityGroups(query: Query, world: World): Answer {
	const known = byId(world.groups, query, 'GroupId', unknownGroup);
	const found = filtered<Group>(known, query, {
		'group-id': one => [one.id],
		'group-name': one => [one.name],
		'vpc-id': () => [vpc],
	});
	const {page, nextToken} = paged(found, query);
	const everywhere: Permission = {protocol: '-1', groups: [], ranges: ['0.0.0.0/0']};
	const securityGroupInfo = page.map(({id, name, ingress, egress, tags}) => ({
		ownerId: account,
		groupName: name,
		groupDescription: 'hosts of the lab',
		groupId: id,
		vpcId: vpc,
		ipPermissions: ingress.map(permissionXml),
		ipPermissionsEgress: (egress ?? [everywhere]).map(permissionXml),
		tagSet: tagSet(tags),
	}));
	return {securityGroupInfo, nextToken};
}

function permissionXml({protocol, from, to, groups, ranges}: Permission): Xml {
	return {
		ipProtocol: protocol,
		fromPort: from,
		toPort: to,
		groups: groups.map(groupId => ({userId: account, groupId})),
		ipRanges: ranges.map(cidrIp => ({cidrIp})),
		ipv6Ranges: [],
		prefixListIds: [],
	};
}

function permissions(query: Query): Permission[] {
	return query.parts('IpPermissions').map(one => {
		const port = (name: string) => (one.text(name) === undefined ? undefined : Number(one.text(name)));
		return {
			protocol: one.required('IpProtocol'),
			from: port('FromPort'),
			to: port('ToPort'),
			groups: one.parts('Groups').map(group => group.required('GroupId')),
			ranges: one.parts('IpRanges').map(range => range.required('CidrIp')),
		};
	});
}

const same = (a: Permission, b: Permission) => JSON.stringify(permissionXml(a)) === JSON.stringify(permissionXml(b));

export function authorizeIngress(query: Query, world: World): Answer {
	const group = groupOf(query, world);
	for (const wanted of permissions(query)) {
		if (group.ingress.some(known => same(known, wanted))) {
			throw new Ec2Error('InvalidPermission.Duplicate', 'the specified rule already exists');
		}
		group.ingress.push(wanted);
	}
	return {return: true};
}

export function revokeIngress(query: Query, world: World): Answer {
	const group = groupOf(query, world);
	for (const unwanted of permissions(query)) {
		if (!group.ingress.some(known => same(known, unwanted))) {
			throw new Ec2Error('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
		}
		group.ingress = group.ingress.filter(known => !same(known, unwanted));
	}
	return {return: true};
}

function groupOf(query: Query, world: World): Group {
	const id = query.required('GroupId');
	const found = world.groups.find(group => group.id === id);
	if (found) return found;
	throw new Ec2Error('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
}
