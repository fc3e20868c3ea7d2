// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {Ec2Error} from './ec2-error.ts';
import type {Query} from './query.ts';
import {byId, type Fields, filtered, paged} from './select.ts';
import {account, groupId, type Instance, idOf, region, subnetOf, type Tags, vpc, type World} from './world.ts';
import type {Xml} from './xml.ts';

const stateCodes = {pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80};

/** A terminated instance is shown for an hour, without network. */
const present = (one: Instance) => one.state !== 'terminated';
const publicAddress = (one: Instance) =>
	one.state === 'running' ? (one.publicAddress ?? one.address) || undefined : undefined;
const groupsOf = ({groups = [groupId]}: Instance) => groups;
const subnetIdOf = ({subnet, zone}: Instance) => subnet ?? subnetOf(zone);
const vpcOf = (one: Instance) => one.vpc ?? vpc;
const privateName = ({address}: Instance) => address && `ip-${address.replaceAll('.', '-')}.${region}.compute.internal`;

const fields: Fields<Instance> = {
	'instance-id': one => [one.id],
	'instance-state-name': one => [one.state],
	'instance-state-code': one => [String(stateCodes[one.state])],
	'instance-type': one => [one.type],
	'instance-lifecycle': one => [one.spot ? 'spot' : undefined],
	'image-id': one => [one.image],
	'key-name': one => [one.key],
	'availability-zone': one => [one.zone],
	architecture: one => [one.architecture],
	platform: one => [one.windows ? 'windows' : undefined],
	'private-ip-address': one => [one.address],
	'ip-address': one => [publicAddress(one)],
	'private-dns-name': one => [privateName(one)],
	'vpc-id': one => [present(one) ? vpcOf(one) : undefined],
	'subnet-id': one => [present(one) ? subnetIdOf(one) : undefined],
	'instance.group-id': one => (present(one) ? groupsOf(one) : []),
	'instance.group-name': one => [present(one) ? 'mesos' : undefined],
	'launch-time': one => [one.launched],
};

const unknownInstance = {code: 'InvalidInstanceID.NotFound', what: 'instance ID'};

export function tagSet(tags: Tags = {}): Xml {
	return Object.entries(tags).map(([key, value]) => ({key, value}));
}

function describe(one: Instance): Xml {
	const network = present(one)
		? {
				vpcId: vpcOf(one),
				subnetId: subnetIdOf(one),
				privateIpAddress: one.address,
				ipAddress: publicAddress(one),
				groupSet: groupsOf(one).map(id => ({groupId: id, groupName: id === groupId ? 'mesos' : id})),
			}
		: {groupSet: []};
	return {
		instanceId: one.id,
		imageId: one.image,
		instanceState: {code: stateCodes[one.state], name: one.state},
		privateDnsName: privateName(one) ?? '',
		dnsName: '',
		keyName: one.key,
		amiLaunchIndex: 0,
		instanceType: one.type,
		launchTime: one.launched,
		placement: {availabilityZone: one.zone, groupName: '', tenancy: 'default'},
		monitoring: {state: 'disabled'},
		platform: one.windows ? 'windows' : undefined,
		platformDetails: one.windows ? 'Windows' : 'Linux/UNIX',
		instanceLifecycle: one.spot ? 'spot' : undefined,
		architecture: one.architecture,
		rootDeviceType: 'ebs',
		virtualizationType: 'hvm',
		...network,
		tagSet: tagSet(one.tags),
	};
}

export function describeInstances(query: Query, world: World): {[name: string]: Xml} {
	if (query.texts('InstanceId').length > 0 && query.text('MaxResults')) {
		throw new Ec2Error(
			'InvalidParameterCombination',
			'The parameter instancesSet cannot be used with the parameter maxResults',
		);
	}
	const found = filtered(byId(world.instances, query, 'InstanceId', unknownInstance), query, fields);
	const {page, nextToken} = paged(found, query);
	return {
		reservationSet: page.map(one => ({
			reservationId: idOf('r', one.id),
			ownerId: account,
			groupSet: [],
			instancesSet: [describe(one)],
		})),
		nextToken,
	};
}

export function describeInstanceStatus(query: Query, world: World): {[name: string]: Xml} {
	const all = query.flag('IncludeAllInstances');
	const known = byId(world.instances, query, 'InstanceId', unknownInstance);
	const found = filtered(known, query, fields).filter(({state}) => all || state === 'running');
	const {page, nextToken} = paged(found, query);
	const status = ({state}: Instance) => {
		const word = state === 'running' ? 'ok' : 'not-applicable';
		return {status: word, details: state === 'running' ? [{name: 'reachability', status: 'passed'}] : []};
	};
	return {
		instanceStatusSet: page.map(one => ({
			instanceId: one.id,
			availabilityZone: one.zone,
			instanceState: {code: stateCodes[one.state], name: one.state},
			systemStatus: status(one),
			instanceStatus: status(one),
		})),
		nextToken,
	};
}

/** What `id` is, as `InstanceId` of an action that takes a single one. */
export function oneInstance(id: string, world: World): Instance {
	const found = world.instances.find(one => one.id === id);
	if (found) return found;
	throw new Ec2Error('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
}
