// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {createHash, createPrivateKey} from 'node:crypto';

export const region = 'eu-west-1';
export const vpc = 'vpc-0a11ab0000000001f';
export const account = '123456789012';
export const imageName = 'al2023-ami-2023.12.20260831.0-kernel-6.1-x86_64';

export type Tags = Record<string, string>;

export type Instance = {
	/** `i-…` */
	id: string;
	tags: Tags;
	image: string;
	type: string;
	state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
	zone: string;
	address?: string | undefined;
	/** Where it is not the private one. */
	publicAddress?: string | undefined;
	/** Ids; the lab's own without. */
	groups?: string[];
	/** The subnet of its zone without. */
	subnet?: string;
	/** The lab's own without. */
	vpc?: string;
	key: string;
	architecture: 'x86_64' | 'arm64';
	windows?: boolean | undefined;
	spot?: boolean | undefined;
	launched: string;
	/** Host keys as in /etc/ssh/*.pub, each a line. */
	hostKeys: () => string[];
};

export type Image = {id: string; name: string; architecture: string; windows?: boolean; tags?: Tags};
export type KeyPair = {id: string; name: string; publicKey: string; fingerprint: string; type: string; tags?: Tags};
export type Permission = {
	protocol: string;
	from?: number | undefined;
	to?: number | undefined;
	groups: string[];
	ranges: string[];
};
/** Every group lets everything out, unless it says otherwise. */
export type Group = {id: string; name: string; ingress: Permission[]; egress?: Permission[]; tags?: Tags};
export type AclEntry = {
	number: number;
	egress: boolean;
	action: 'allow' | 'deny';
	from?: number;
	to?: number;
	cidr: string;
};
export type Subnet = {id: string; zone: string; cidr: string; tags?: Tags};

/** Everything the endpoint describes. */
export type World = {
	instances: Instance[];
	images: Image[];
	keyPairs: KeyPair[];
	groups: Group[];
	/** The hosts share one wire whatever their zone, so the ranges of the subnets are for show. */
	subnets: Subnet[];
	/** Entries of the one list of the VPC before its last one, which denies all; without any everything is let through. */
	acl?: AclEntry[];
};

/** What a test changes in a world: fields of instances by name, whole fields of groups by name. */
export type Change = {
	instances?: Record<string, Omit<Partial<Instance>, 'hostKeys'> & {hostKeys?: string[]}>;
	groups?: Record<string, Partial<Group>>;
	acl?: AclEntry[];
};

/** Changes a world in place. */
export function change(world: World, {instances = {}, groups = {}, acl}: Change): void {
	for (const [name, {hostKeys, ...fields}] of Object.entries(instances)) {
		const one = world.instances.find(({tags}) => tags.Name === name);
		if (one) Object.assign(one, fields, hostKeys ? {hostKeys: () => hostKeys} : {});
	}
	for (const [name, fields] of Object.entries(groups)) {
		const known = world.groups.find(group => group.name === name);
		if (known) Object.assign(known, fields);
		else world.groups.push({id: idOf('sg', name), name, ingress: [], ...fields});
	}
	if (acl) world.acl = acl;
}

/** What of a lab the world is made from. */
export type LabHosts = {
	hosts: {name: string; address: string; hostKeys: () => string[]}[];
	/** PEM of the key the hosts let in. */
	privateKey: string;
	/** Its public half, a line. */
	publicKey: string;
};

/** An id of EC2's form that is always the same for the same name. */
export function idOf(prefix: string, name: string): string {
	return `${prefix}-0${createHash('sha256').update(`lab ${name}`).digest('hex').slice(0, 16)}`;
}

const zones = ['a', 'b', 'c'].map(letter => `${region}${letter}`);
export const zoneOf = (index: number): string => zones[index % zones.length] ?? '';

const images = {
	linux: {id: idOf('ami', 'al2023'), name: imageName, architecture: 'x86_64'},
	arm: {id: idOf('ami', 'al2023-arm'), name: imageName.replace('x86_64', 'arm64'), architecture: 'arm64'},
	windows: {
		id: idOf('ami', 'windows'),
		name: 'Windows_Server-2022-English-Full-Base-2026.08.12',
		architecture: 'x86_64',
		windows: true,
	},
};

/** The world of a lab: its hosts, and a few instances that cannot serve, as any account has. */
export function labWorld({hosts, privateKey, publicKey}: LabHosts): World {
	const group: Group = {
		id: groupId,
		name: 'mesos',
		ingress: [
			{protocol: 'tcp', from: 22, to: 22, groups: [], ranges: ['0.0.0.0/0']},
			{protocol: '-1', groups: [groupId], ranges: []},
		],
	};
	return {
		instances: [
			...hosts.map(({name, address, hostKeys}, index) => instance(name, index, {address, hostKeys})),
			instance('web-old', 0, {state: 'stopped', address: '198.18.255.1'}),
			instance('build-windows', 1, {image: images.windows.id, windows: true, address: '198.18.255.2'}),
			instance('batch-arm', 2, {
				image: images.arm.id,
				architecture: 'arm64',
				type: 'm7g.large',
				address: '198.18.255.3',
			}),
			instance('gone', 0, {state: 'terminated', address: undefined}),
		],
		images: Object.values(images),
		keyPairs: [
			{
				id: idOf('key', 'lab'),
				name: 'lab',
				publicKey: publicKey.trim(),
				fingerprint: createdFingerprint(privateKey),
				type: 'rsa',
			},
		],
		groups: [group],
		subnets: zones.map((zone, index) => ({id: subnetOf(zone), zone, cidr: `198.18.${index}.0/24`})),
	};
}

/** Instances beside the lab's, for answers of many pages; they run, and nothing answers at their addresses. */
export function extraInstances(count: number): Instance[] {
	return Array.from({length: count}, (_, index) =>
		instance(`extra-${index + 1}`, index, {address: `198.19.${Math.floor(index / 250)}.${(index % 250) + 1}`}),
	);
}

export const groupId: string = idOf('sg', 'mesos');
export const subnetOf = (zone: string): string => idOf('subnet', zone);

function instance(name: string, index: number, special: Partial<Instance>): Instance {
	return {
		id: idOf('i', name),
		tags: {Name: name},
		image: images.linux.id,
		type: 'm7i.large',
		state: 'running',
		zone: zoneOf(index),
		key: 'lab',
		architecture: 'x86_64',
		launched: '2026-09-01T08:00:00.000Z',
		hostKeys: () => [],
		...special,
	};
}

/** As EC2 shows it for an RSA pair it made itself. */
function createdFingerprint(privateKey: string): string {
	const der = createPrivateKey(privateKey).export({type: 'pkcs8', format: 'der'});
	return (createHash('sha1').update(der).digest('hex').match(/../g) ?? []).join(':');
}
