import {
	AuthorizeSecurityGroupIngressCommand,
	CreateTagsCommand,
	DescribeInstanceStatusCommand,
	DescribeInstancesCommand,
	DescribeKeyPairsCommand,
	DescribeNetworkAclsCommand,
	DescribeSecurityGroupsCommand,
	DescribeSubnetsCommand,
	DescribeVpcsCommand,
	EC2Client,
	GetConsoleOutputCommand,
	RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {startEndpoint, type TestEndpoint} from './aws-endpoint.ts';

// The lab's stand-in for EC2 through the real SDK: what the product is tested against has to behave as EC2 does.
let aws: TestEndpoint;
let client: EC2Client;

beforeAll(async () => {
	aws = await startEndpoint();
	client = new EC2Client({
		endpoint: aws.env.AWS_ENDPOINT_URL ?? '',
		region: 'eu-west-1',
		credentials: {accessKeyId: 'a', secretAccessKey: 'b'},
		maxAttempts: 1,
	});
});
afterAll(() => {
	client.destroy();
	aws.close();
});

const groupOf = async () => {
	const {SecurityGroups: [group] = []} = await client.send(new DescribeSecurityGroupsCommand({}));
	return {id: group?.GroupId ?? '', rules: group?.IpPermissions ?? []};
};
const code = (work: Promise<unknown>) =>
	work.then(
		() => 'no error',
		(error: Error & {$metadata?: {httpStatusCode?: number}}) => `${error.name} ${error.$metadata?.httpStatusCode}`,
	);

test('pages', async () => {
	const names: (string | undefined)[] = [];
	let NextToken: string | undefined;
	do {
		const page = await client.send(new DescribeInstancesCommand({MaxResults: 5, NextToken}));
		names.push(...(page.Reservations ?? []).flatMap(({Instances = []}) => Instances.map(({InstanceId}) => InstanceId)));
		NextToken = page.NextToken;
	} while (NextToken);
	expect(names).toHaveLength(10);
	expect(new Set(names).size).toBe(10);
});

test('security group rules are added and taken away', async () => {
	const {id, rules} = await groupOf();
	expect(rules).toHaveLength(2);
	const rule = {
		GroupId: id,
		IpPermissions: [{IpProtocol: 'tcp', FromPort: 5050, ToPort: 5051, UserIdGroupPairs: [{GroupId: id}]}],
	};
	expect(await code(client.send(new AuthorizeSecurityGroupIngressCommand({...rule, DryRun: true})))).toBe(
		'DryRunOperation 412',
	);
	await client.send(new AuthorizeSecurityGroupIngressCommand(rule));
	expect((await groupOf()).rules[2]).toMatchObject({FromPort: 5050, ToPort: 5051, UserIdGroupPairs: [{GroupId: id}]});
	expect(await code(client.send(new AuthorizeSecurityGroupIngressCommand(rule)))).toBe(
		'InvalidPermission.Duplicate 400',
	);
	await client.send(new RevokeSecurityGroupIngressCommand(rule));
	expect((await groupOf()).rules).toEqual(rules);
});

test('tags stay', async () => {
	const Resources = [aws.world.instances[0]?.id ?? ''];
	await client.send(new CreateTagsCommand({Resources, Tags: [{Key: 'mesos-setup:cluster', Value: 'a & <b>'}]}));
	const {Reservations} = await client.send(
		new DescribeInstancesCommand({Filters: [{Name: 'tag:mesos-setup:cluster', Values: ['a & *']}]}),
	);
	expect(Reservations?.[0]?.Instances?.[0]?.Tags).toContainEqual({Key: 'mesos-setup:cluster', Value: 'a & <b>'});
});

test('network, status and console of an instance', async () => {
	const InstanceIds = [aws.world.instances[0]?.id ?? ''];
	const {InstanceStatuses} = await client.send(new DescribeInstanceStatusCommand({InstanceIds}));
	expect(InstanceStatuses?.[0]?.InstanceStatus?.Status).toBe('ok');
	const {Subnets} = await client.send(new DescribeSubnetsCommand({}));
	expect(Subnets?.map(({AvailabilityZone}) => AvailabilityZone)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
	const {Vpcs} = await client.send(new DescribeVpcsCommand({}));
	expect(Vpcs?.map(({VpcId}) => VpcId)).toEqual([Subnets?.[0]?.VpcId]);
	const {NetworkAcls} = await client.send(new DescribeNetworkAclsCommand({}));
	expect(NetworkAcls?.[0]?.Entries).toHaveLength(4);
	const {Output} = await client.send(new GetConsoleOutputCommand({InstanceId: InstanceIds[0]}));
	expect(Buffer.from(Output ?? '', 'base64').toString()).toContain('-----BEGIN SSH HOST KEY KEYS-----\r\n');
});

describe('errors have the codes of EC2', () => {
	test.each([
		['InvalidInstanceID.NotFound 400', new DescribeInstancesCommand({InstanceIds: ['i-0123456789abcdef0']})],
		['InvalidKeyPair.NotFound 400', new DescribeKeyPairsCommand({KeyNames: ['nobody']})],
		['InvalidParameterValue 400', new DescribeInstancesCommand({MaxResults: 2})],
		['DryRunOperation 412', new DescribeInstancesCommand({DryRun: true})],
	])('%s', async (expected, command) => {
		expect(await code(client.send(command as DescribeInstancesCommand))).toBe(expected);
	});

	test('a request nobody signed', async () => {
		const body = new URLSearchParams({Action: 'DescribeInstances', Version: '2016-11-15'});
		const answer = await fetch(aws.env.AWS_ENDPOINT_URL ?? '', {method: 'POST', body});
		expect(answer.status).toBe(401);
		expect(await answer.text()).toContain('<Code>AuthFailure</Code>');
	});
});
