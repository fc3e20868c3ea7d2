import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {readClusterFile} from '../../../source/cluster/cluster-file.ts';
import {openStore} from '../../../source/cluster/store.ts';
import {examineNetwork} from '../../../source/commands/cloud-network.ts';
import {locate} from '../../../source/commands/locate.ts';
import type {MissingRule} from '../../../source/pipeline/doctor/judge-groups.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {type Change, change, type Group, groupId} from '../../lab/ec2/world.ts';
import {startEndpoint, type TestEndpoint} from '../discovery/aws-endpoint.ts';
import {runCli} from './in-process.ts';
import {writeCluster} from './instances.ts';

let aws: TestEndpoint;
let untouched: string;
const folder = mkdtempSync(join(tmpdir(), 'network-'));
const names = ['master-1', 'master-2', 'master-3', 'slave-1', 'slave-2'];
const ssh = {protocol: 'tcp', from: 22, to: 22, groups: [], ranges: ['0.0.0.0/0']};
const group = () => aws.world.groups.find(({id}) => id === groupId) as Group;

beforeAll(async () => {
	aws = await startEndpoint();
	untouched = JSON.stringify(group());
});
afterAll(() => aws.close());
beforeEach(() => {
	for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
	return () => vi.unstubAllEnvs();
});
afterEach(async () => {
	await aws.faults({});
	delete aws.world.acl;
	aws.world.groups = [JSON.parse(untouched) as Group];
	for (const one of aws.world.instances) {
		delete one.groups;
		delete one.vpc;
	}
	aws.asked.length = 0;
});

type Told = Extract<RunEvent, {event: 'check'}>;

async function examinedFor(fix: boolean | MissingRule): Promise<[Told[], MissingRule | undefined]> {
	const cluster = await readClusterFile(writeCluster(folder, aws, {names}));
	const signal = new AbortController().signal;
	const located = await locate({cluster, store: openStore(folder)}, () => {}, signal);
	const told: Told[] = [];
	const listen = (event: RunEvent) => void (event.event === 'check' && told.push(event));
	return [told, await examineNetwork(located, listen, {fix, signal})];
}

const examined = async (fix = false) => (await examinedFor(fix))[0];

const wrong = (told: Told[]) => told.filter(({status}) => status !== 'ok');
const set = (wanted: Change) => change(aws.world, wanted);
const ingress = (...rules: Group['ingress']) => set({groups: {mesos: {ingress: rules}}});

describe('security groups', () => {
	test('hosts that reach each other are well, and only reads were asked', async () => {
		const told = await examined();
		expect(told.map(({check, status}) => [check, status])).toEqual([
			['security groups', 'ok'],
			['network ACLs', 'ok'],
		]);
		expect(aws.asked.filter(line => !/^Describe/.test(line))).toEqual([]);
	});

	test('the missing rule is named, with the command; every port of the cluster counts', async () => {
		ingress(ssh, {protocol: 'tcp', from: 5050, to: 5051, groups: [groupId], ranges: []});
		const [missing, ...rest] = wrong(await examined());
		expect(rest).toEqual([]);
		expect(missing?.status).toBe('failed');
		expect(missing?.detail).toContain(
			'let no TCP 2181, 2888, 3888, 4000-5000, 7000-8000, 8080-8081, 8090-8091, 9000-10000, 20000-26000, 31000-32000 in from',
		);
		expect(missing?.fix).toContain(`a rule of ${groupId} with ${groupId} itself as source`);
		expect(missing?.fix).toContain('mesos-setup doctor --fix-network');
		expect(missing?.fix).toContain(`aws ec2 authorize-security-group-ingress --region eu-west-1 --group-id ${groupId}`);
		expect(missing?.fix).not.toContain('0.0.0.0/0');
	});

	test('on request it is added, the group its own source, and nothing is missing any more', async () => {
		ingress(ssh);
		const told = await examined(true);
		expect(told.map(({check, status}) => [check, status])).toEqual([
			['fix network', 'ok'],
			['security groups', 'ok'],
			['network ACLs', 'ok'],
		]);
		const added = group().ingress.slice(1);
		expect(added.length).toBeGreaterThan(5);
		for (const rule of added) expect(rule).toMatchObject({protocol: 'tcp', groups: [groupId], ranges: []});
		const writes = () => aws.asked.filter(line => line.startsWith('Authorize')).length;
		expect(writes()).toBe(1);
		await examined(true);
		expect(writes()).toBe(1);
	});

	test('the rule that was agreed to is added, another one is not', async () => {
		ingress(ssh);
		const [told, missing] = await examinedFor(false);
		expect(told[0]?.status).toBe('failed');
		expect(missing?.group).toBe(groupId);
		const other = {group: groupId, ports: [{first: 1, last: 65_535}]};
		expect((await examinedFor(other))[1]).toEqual(missing);
		expect(group().ingress).toHaveLength(1);
		expect((await examinedFor(missing as MissingRule))[1]).toBeUndefined();
		expect(group().ingress.length).toBeGreaterThan(5);
	});

	test('addresses of the hosts are as good as the group', async () => {
		ingress(ssh, {protocol: '-1', groups: [], ranges: ['198.18.0.0/16']});
		expect(wrong(await examined())).toEqual([]);
		ingress(ssh, {protocol: '-1', groups: [], ranges: ['198.18.0.11/32', '198.18.0.12/32']});
		expect(wrong(await examined()).map(({detail}) => detail)).toEqual([expect.stringContaining('in from ')]);
	});

	test('ports of daemons open to the world are a warning each group', async () => {
		ingress({protocol: 'tcp', from: 8080, to: 8081, groups: [], ranges: ['0.0.0.0/0']}, ssh, {
			protocol: '-1',
			groups: [groupId],
			ranges: [],
		});
		const [open, ...rest] = wrong(await examined());
		expect(rest).toEqual([]);
		expect(open).toMatchObject({status: 'warn', check: `open ports of ${groupId}`});
		expect(open?.detail).toContain('(0.0.0.0/0) in to TCP 8080 (Marathon) and 8081 (Chronos)');
		expect(open?.fix).toContain('--port 8080-8081 --cidr 0.0.0.0/0');
	});

	test('what is not let out is told, and not mended', async () => {
		set({groups: {mesos: {egress: [{protocol: 'tcp', from: 443, to: 443, groups: [], ranges: ['0.0.0.0/0']}]}}});
		const [out] = wrong(await examined(true));
		expect(out).toMatchObject({status: 'failed', check: `outbound rules of ${groupId}`});
		expect(aws.asked.some(line => line.startsWith('Authorize'))).toBe(false);
	});

	test('hosts without a group in common, and in two VPCs', async () => {
		set({groups: {slaves: {id: 'sg-slaves', ingress: []}}});
		set({instances: Object.fromEntries(['slave-1', 'slave-2'].map(name => [name, {groups: ['sg-slaves']}]))});
		const told = wrong(await examined(true));
		expect(told.map(({fix}) => fix)).toContainEqual(expect.stringContaining('no security group in common'));
		expect(aws.asked.some(line => line.startsWith('Authorize'))).toBe(false);
		set({instances: {'slave-2': {vpc: 'vpc-other'}}});
		expect(wrong(await examined()).map(({detail}) => detail)).toContainEqual(
			expect.stringContaining('The hosts are in 2 VPCs'),
		);
	});
});

test('an ACL between the subnets is named with subnet and direction', async () => {
	const cidr = '0.0.0.0/0';
	set({
		acl: [
			{number: 100, egress: true, action: 'allow', cidr},
			{number: 90, egress: false, action: 'deny', from: 5050, to: 5050, cidr: '198.18.0.14/32'},
			{number: 100, egress: false, action: 'allow', cidr},
		],
	});
	const [acl, ...rest] = wrong(await examined());
	// From the one subnet to each of the two others where masters are.
	expect(rest).toHaveLength(1);
	expect(acl?.detail).toMatch(/^acl-\w+ lets no TCP 5050 in to subnet-\w+ \(198\.18\.\d\.0\/24\) from subnet-\w+/);
	set({acl: [{number: 100, egress: true, action: 'allow', cidr}]});
	expect(wrong(await examined()).map(({detail}) => detail)).toContainEqual(expect.stringContaining('32768-60999'));
});

describe('what EC2 does not tell', () => {
	test.each([
		[
			'DescribeSecurityGroups',
			'The network was not looked at: The AWS credentials may not call ec2:DescribeSecurityGroups.',
		],
		['DescribeNetworkAcls', 'The AWS credentials may not call ec2:DescribeNetworkAcls.'],
		['DescribeSubnets', 'The AWS credentials may not call ec2:DescribeSubnets.'],
		['DescribeInstances', 'The network was not looked at: The AWS credentials may not call ec2:DescribeInstances.'],
	])('%s: one warning', async (action, detail) => {
		await aws.faults({code: 'UnauthorizedOperation', action});
		expect(wrong(await examined())).toMatchObject([{status: 'warn', check: 'EC2', detail}]);
	});

	test('a rule that may not be added is a failure', async () => {
		ingress(ssh);
		await aws.faults({code: 'UnauthorizedOperation', action: 'AuthorizeSecurityGroupIngress'});
		expect(wrong(await examined(true))).toMatchObject([
			{status: 'failed', detail: expect.stringContaining('may not call ec2:AuthorizeSecurityGroupIngress')},
		]);
	});
});

describe('doctor', () => {
	const iam = async (...flags: string[]) => {
		const {exitCode, out} = await runCli(folder, ['doctor', '--iam', ...flags]);
		expect(exitCode).toBe(0);
		return (JSON.parse(out) as {Statement: {Action: string[]}[]}).Statement.map(({Action}) => Action);
	};

	test('--iam prints a policy that only reads, and what is asked for beyond', async () => {
		const [reads, ...rest] = await iam();
		expect(rest).toEqual([]);
		expect(reads?.every(action => /^ec2:(Describe|Get)/.test(action))).toBe(true);
		expect(await iam('--fix-network', '--tag')).toEqual([
			reads,
			['ec2:AuthorizeSecurityGroupIngress'],
			['ec2:CreateTags'],
		]);
	});

	test('--iam is for the partition of the cluster that is named, or of the region of the environment', async () => {
		const resource = async (...flags: string[]) => {
			const {out} = await runCli(folder, ['doctor', '--iam', '--fix-network', ...flags]);
			return (JSON.parse(out) as {Statement: {Resource: string}[]}).Statement[1]?.Resource;
		};
		const path = join(folder, 'gov.yaml');
		const text = readFileSync(writeCluster(folder, aws, {names: ['master-1']}), 'utf8');
		writeFileSync(path, text.replace('eu-west-1', 'us-gov-west-1'));
		expect(await resource('-c', path)).toBe('arn:aws-us-gov:ec2:*:*:security-group/*');
		vi.stubEnv('AWS_REGION', 'cn-north-1');
		expect(await resource()).toBe('arn:aws-cn:ec2:*:*:security-group/*');
		vi.stubEnv('AWS_REGION', '');
		expect(await resource()).toBe('arn:aws:ec2:*:*:security-group/*');
	});

	test('--fix-network without instances, --tag without --iam', async () => {
		const path = writeCluster(folder, aws, {names: ['master-1'], hosts: {'master-1': {instance: undefined}}});
		const run = await runCli(folder, ['doctor', '-c', path, '--fix-network']);
		expect(run).toMatchObject({exitCode: 2, err: expect.stringContaining('no host of prod has an instance id')});
		expect(await runCli(folder, ['doctor', '-c', path, '--tag'])).toMatchObject({
			exitCode: 2,
			err: expect.stringContaining('mesos-setup apply --tag'),
		});
	});
});
