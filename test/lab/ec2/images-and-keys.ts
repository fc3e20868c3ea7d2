// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {Ec2Error} from './ec2-error.ts';
import {tagSet} from './instances.ts';
import type {Query} from './query.ts';
import {byId, filtered, paged} from './select.ts';
import {type Image, type KeyPair, region, type World} from './world.ts';
import type {Xml} from './xml.ts';

export function describeImages(query: Query, world: World): {[name: string]: Xml} {
	const known = byId(world.images, query, 'ImageId', {code: 'InvalidAMIID.NotFound', what: 'image id'});
	const found = filtered<Image>(known, query, {
		'image-id': one => [one.id],
		name: one => [one.name],
		architecture: one => [one.architecture],
		'owner-alias': () => ['amazon'],
		platform: one => [one.windows ? 'windows' : undefined],
		state: () => ['available'],
	});
	const {page, nextToken} = paged(found, query);
	return {
		imagesSet: page.map(one => ({
			imageId: one.id,
			imageLocation: `amazon/${one.name}`,
			imageState: 'available',
			imageOwnerId: '137112412989',
			isPublic: true,
			architecture: one.architecture,
			imageType: 'machine',
			platform: one.windows ? 'windows' : undefined,
			imageOwnerAlias: 'amazon',
			name: one.name,
			rootDeviceType: 'ebs',
			rootDeviceName: '/dev/xvda',
			virtualizationType: 'hvm',
		})),
		nextToken,
	};
}

export function describeKeyPairs(query: Query, world: World): {[name: string]: Xml} {
	const names = query.texts('KeyName');
	const missing = names.find(name => !world.keyPairs.some(pair => pair.name === name));
	if (missing !== undefined) {
		throw new Ec2Error('InvalidKeyPair.NotFound', `The key pair '${missing}' does not exist`);
	}
	const known = byId(world.keyPairs, query, 'KeyPairId', {code: 'InvalidKeyPair.NotFound', what: 'key pair'});
	const found = filtered<KeyPair>(
		known.filter(({name}) => names.length === 0 || names.includes(name)),
		query,
		{'key-name': one => [one.name], 'key-pair-id': one => [one.id], fingerprint: one => [one.fingerprint]},
	);
	return {
		keySet: found.map(one => ({
			keyPairId: one.id,
			keyName: one.name,
			keyFingerprint: one.fingerprint,
			keyType: one.type,
			publicKey: query.flag('IncludePublicKey') ? one.publicKey : undefined,
			createTime: '2026-08-01T08:00:00.000Z',
			tagSet: tagSet(one.tags),
		})),
	};
}

export const regions: readonly string[] = ['eu-central-1', region, 'us-east-1', 'us-west-2'];

export function describeRegions(query: Query): {[name: string]: Xml} {
	const all = regions.map(id => ({id}));
	const known = byId(all, query, 'RegionName', {code: 'InvalidParameterValue', what: 'region'});
	const found = filtered<{id: string; tags?: Record<string, string>}>(known, query, {
		'region-name': one => [one.id],
		'opt-in-status': () => ['opt-in-not-required'],
	});
	return {
		regionInfo: found.map(({id}) => ({
			regionName: id,
			regionEndpoint: `ec2.${id}.amazonaws.com`,
			optInStatus: 'opt-in-not-required',
		})),
	};
}
