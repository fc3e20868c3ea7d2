import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {afterAll, beforeAll, beforeEach, expect, test, vi} from 'vitest';
import {consoleFingerprints} from '../../../source/discovery/console-keys.ts';
import {discover, instancesById, keyPairs, listRegions} from '../../../source/discovery/ec2.ts';
import {readNetwork} from '../../../source/discovery/network.ts';
import {tagInstances} from '../../../source/discovery/tags.ts';

// Another implementation of the EC2 API: optional fields are missing, sets are empty or absent, errors are its own.
const instances = `<reservationSet><item><instancesSet>
	<item><instanceId>i-1</instanceId><instanceState><name>running</name></instanceState><privateIpAddress>10.0.0.1</privateIpAddress>
		<ipAddress>203.0.113.1</ipAddress><vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><groupSet><item><groupId>sg-1</groupId></item></groupSet></item>
	<item><instanceId>i-2</instanceId><instanceState><code>48</code><name>terminated</name></instanceState><keyName></keyName></item>
	<item><instanceId>i-3</instanceId></item>
</instancesSet></item><item/></reservationSet>`;
const group = `<securityGroupInfo><item><groupId>sg-1</groupId><ipPermissions>
	<item><ipProtocol>-1</ipProtocol><groups><item><groupId>sg-1</groupId></item></groups></item>
	<item><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item>
	<item><ipProtocol>icmp</ipProtocol><fromPort>-1</fromPort><toPort>-1</toPort><ipRanges/></item>
</ipPermissions></item></securityGroupInfo>`;

const answers: Record<string, string | {status: number; body: string}> = {
	DescribeInstances: instances,
	DescribeImages: '<imagesSet/>',
	DescribeRegions: '<regionInfo><item><regionName>eu-west-1</regionName></item></regionInfo>',
	DescribeKeyPairs: '<keySet><item><keyName>prod</keyName><keyFingerprint>\n aa:bb\n</keyFingerprint></item></keySet>',
	DescribeSecurityGroups: group,
	DescribeNetworkAcls: '',
	DescribeSubnets: {status: 501, body: '<html>NotImplementedError</html>'},
	GetConsoleOutput: {status: 500, body: 'NotImplementedError: GetConsoleOutput'},
	CreateTags: '',
};

let server: Server;
beforeAll(async () => {
	server = createServer(async (request, response) => {
		const action = new URLSearchParams(await text(request)).get('Action') ?? '';
		const answer = answers[action] ?? '';
		if (typeof answer !== 'string') response.writeHead(answer.status).end(answer.body);
		else response.writeHead(200).end(`<${action}Response>${answer}</${action}Response>`);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
	server.close();
	server.closeAllConnections();
});
beforeEach(() => {
	const env = {
		AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		AWS_REGION: 'eu-west-1',
		AWS_ACCESS_KEY_ID: 'testing',
		AWS_SECRET_ACCESS_KEY: 'testing',
		AWS_SESSION_TOKEN: '',
		AWS_PROFILE: '',
		AWS_CONFIG_FILE: '/dev/null',
		AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
		AWS_EC2_METADATA_DISABLED: 'true',
		AWS_MAX_ATTEMPTS: '1',
	};
	for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
	return () => vi.unstubAllEnvs();
});

test('instances without processor, image, name, key and state', async () => {
	const found = await discover({});
	expect(found.map(({id, arch, state, unsuitable}) => [id, arch, state, unsuitable])).toEqual([
		['i-1', 'unknown', 'running', undefined],
		['i-2', 'unknown', 'terminated', 'is terminated'],
		['i-3', 'unknown', 'unknown', 'is in no known state'],
	]);
	expect(await instancesById(['i-1'], {})).toContainEqual(
		expect.objectContaining({id: 'i-1', public_ip: '203.0.113.1'}),
	);
	expect(await listRegions({})).toEqual(['eu-west-1']);
	expect(await keyPairs(['prod'], {})).toMatchObject([{name: 'prod', public_key: undefined}]);
});

test('a network of which only the groups are known, without outbound rules', async () => {
	const [first] = await discover({});
	const {groups, acls, unread} = await readNetwork(first ? [first] : [], {});
	expect(groups.get('sg-1')).toMatchObject({egress: undefined, ingress: [{groups: ['sg-1']}, {ranges: ['0.0.0.0/0']}]});
	expect(acls).toEqual([]);
	expect(unread.map(({reason}) => reason)).toEqual([
		expect.stringContaining('answered DescribeSubnets with something that is no answer of EC2'),
	]);
});

test('consoles it does not have, tags it takes without a word', async () => {
	await expect(consoleFingerprints(['i-1'], {})).rejects.toThrow('answered GetConsoleOutput');
	await tagInstances('prod', [{id: 'i-1', role: 'master'}], {});
});
