import {mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {listProfiles} from '../../../source/discovery/aws.ts';
import {discover, keyPairs, listRegions} from '../../../source/discovery/ec2.ts';
import {hostNames, startEndpoint, type TestEndpoint} from './aws-endpoint.ts';

let aws: TestEndpoint;

beforeAll(async () => {
	aws = await startEndpoint();
});
afterAll(() => aws.close());
beforeEach(() => {
	for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
});
afterEach(async () => {
	vi.unstubAllEnvs();
	await aws.faults({});
	aws.asked.length = 0;
});

const files = (config: string, credentials = '') => {
	const folder = mkdtempSync(join(tmpdir(), 'aws-'));
	for (const [name, content] of Object.entries({config, credentials})) writeFileSync(join(folder, name), content);
	vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
	vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
};
const noKeys = () => {
	vi.stubEnv('AWS_ACCESS_KEY_ID', '');
	vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
};
const problem = async (work: Promise<unknown>) => {
	const error = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(SetupError);
	return error as SetupError;
};

describe('instances', () => {
	test('the hosts as candidates, the others with the reason; whether software is built for Arm is not for EC2 to say', async () => {
		const found = await discover({});
		const able = found.filter(({unsuitable}) => !unsuitable).map(({name}) => name);
		expect(able).toEqual(['batch-arm', ...hostNames]);
		expect(found.find(({name}) => name === 'master-2')).toEqual({
			id: expect.stringMatching(/^i-0[0-9a-f]{16}$/),
			name: 'master-2',
			type: 'm7i.large',
			region: 'eu-west-1',
			zone: 'eu-west-1b',
			vpc: expect.stringMatching(/^vpc-/),
			subnet: expect.stringMatching(/^subnet-/),
			private_ip: '198.18.0.12',
			public_ip: '198.18.0.12',
			system: 'Amazon Linux 2023',
			arch: 'x86_64',
			state: 'running',
			key_name: 'lab',
			launched: '2026-09-01T08:00:00.000Z',
			security_groups: [expect.stringMatching(/^sg-/)],
			spot: false,
			tags: {Name: 'master-2'},
			unsuitable: undefined,
		});
		const others = found
			.filter(({unsuitable}) => unsuitable)
			.map(({name, system, unsuitable}) => [name, system, unsuitable]);
		expect(others).toEqual([
			['build-windows', 'Windows Server 2022', 'runs Windows'],
			['gone', 'Amazon Linux 2023', 'is terminated'],
			['web-old', 'Amazon Linux 2023', 'is stopped'],
		]);
	});

	test('more than a thousand over several pages, each once', async () => {
		await aws.faults({extra: 1000});
		const found = await discover({});
		expect(found).toHaveLength(1010);
		expect(new Set(found.map(({id}) => id)).size).toBe(1010);
		expect(aws.asked.filter(line => line.startsWith('DescribeInstances'))).toHaveLength(3);
	});

	test('filters are EC2s own; values of one are alternatives', async () => {
		const names = async (filters: Record<string, string[]>) => (await discover({filters})).map(({name}) => name);
		expect(await names({'tag:Name': ['master-*']})).toEqual(['master-1', 'master-2', 'master-3']);
		expect(await names({'tag:Name': ['master-1', 'slave-?'], 'availability-zone': ['eu-west-1a']})).toEqual([
			'master-1',
			'slave-1',
		]);
		expect(await names({'instance-state-name': ['stopped', 'terminated']})).toEqual(['gone', 'web-old']);
		expect(await names({'vpc-id': ['vpc-0']})).toEqual([]);
	});

	test('a filter EC2 does not know is named', async () => {
		const {field, reason, exitCode} = await problem(discover({filters: {'tag-Name': ['x']}}));
		expect({field, exitCode}).toEqual({field: '--filter', exitCode: 1});
		expect(reason).toContain("The filter 'tag-Name' is invalid");
	});

	test('a region without instances is an empty answer', async () => {
		expect(await discover({region: 'us-east-1'})).toEqual([]);
	});

	test('without image names the system is only a little less known', async () => {
		await aws.faults({code: 'UnauthorizedOperation', action: 'DescribeImages'});
		const notes: string[] = [];
		const found = await discover({onNote: text => notes.push(text)});
		expect(found.find(({name}) => name === 'master-1')?.system).toBe('Linux');
		expect(found.find(({name}) => name === 'build-windows')?.unsuitable).toBe('runs Windows');
		expect(notes).toEqual([expect.stringContaining('may not call ec2:DescribeImages')]);
	});

	test('regions and key pairs', async () => {
		expect(await listRegions({})).toEqual(['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2']);
		const [pair, ...rest] = await keyPairs(['lab', 'deleted', 'lab'], {});
		expect(rest).toEqual([]);
		expect(pair).toMatchObject({name: 'lab', type: 'rsa', public_key: expect.stringMatching(/^ssh-rsa AAAA/)});
	});

	test('an abort ends the question with the reason of the abort', async () => {
		const reason = new Error('enough');
		await expect(discover({signal: AbortSignal.abort(reason)})).rejects.toBe(reason);
	});
});

describe('what can go wrong', () => {
	test('no credentials, at once', async () => {
		noKeys();
		const began = Date.now();
		const {message, exitCode} = await problem(discover({}));
		expect(Date.now() - began).toBeLessThan(5000);
		expect(exitCode).toBe(1);
		expect(message).toBe(
			'No AWS credentials were found in the environment, in ~/.aws or on this instance. ' +
				'Run: aws configure (or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --profile).',
		);
	});

	test('a profile that does not exist, or has no keys', async () => {
		noKeys();
		files('[default]\nregion = eu-west-1\n[profile work]\nregion = us-east-1\n');
		const unknown = await problem(discover({profile: 'wrok'}));
		expect(unknown).toMatchObject({field: '--profile', exitCode: 2, fix: expect.stringContaining('default, work')});
		const empty = await problem(discover({profile: 'work'}));
		expect(empty.reason).toMatch(/^The AWS profile work gives no credentials/);
		expect(empty.fix).toBe('Run: aws configure --profile work');
	});

	test('single sign-on that has run out names its login', async () => {
		noKeys();
		files(
			'[profile work]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nregion = eu-west-1\n' +
				'[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://sso.invalid/start\n',
		);
		vi.stubEnv('HOME', mkdtempSync(join(tmpdir(), 'home-')));
		const {fix, exitCode} = await problem(discover({profile: 'work'}));
		expect(fix).toContain('aws sso login --profile work');
		expect(exitCode).toBe(1);
	});

	test.each(['RequestExpired', 'ExpiredToken'])('%s', async code => {
		await aws.faults({code});
		files('', '[work]\naws_access_key_id = a\naws_secret_access_key = b\naws_session_token = c\n');
		const {message} = await problem(discover({profile: 'work'}));
		expect(message).toMatch(/^The AWS profile work has expired\. Renew with: aws configure --profile work /);
		expect((await problem(discover({}))).reason).toBe('The AWS credentials have expired.');
	});

	test('throttling is told, waited for, and forgotten when it ends', async () => {
		await aws.faults({code: 'RequestLimitExceeded', times: 1});
		const notes: string[] = [];
		expect(await discover({onNote: text => notes.push(text)})).toHaveLength(10);
		expect(notes).toEqual(['EC2 asks for fewer requests; attempt 2 of 2 follows.']);
	});

	test('throttling without end', async () => {
		await aws.faults({code: 'RequestLimitExceeded'});
		expect((await problem(discover({}))).reason).toMatch(/throttles this account's requests \(RequestLimitExceeded\)/);
	});

	test('a missing permission is named as IAM calls it', async () => {
		await aws.faults({code: 'UnauthorizedOperation'});
		const {reason, fix} = await problem(discover({}));
		expect(reason).toBe('The AWS credentials may not call ec2:DescribeInstances.');
		expect(fix).toContain('ec2:DescribeInstances');
	});

	test('keys EC2 does not know', async () => {
		await aws.faults({code: 'AuthFailure'});
		expect((await problem(discover({}))).message).toMatch(
			/does not accept the AWS credentials \(AuthFailure\).*aws configure/,
		);
	});

	test('no region, a wrong one, a zone for a region', async () => {
		vi.stubEnv('AWS_REGION', '');
		expect(await problem(discover({}))).toMatchObject({field: '--region', exitCode: 2});
		expect((await problem(discover({region: 'Ireland'}))).reason).toBe('"Ireland" is not the name of an AWS region.');
		expect((await problem(discover({region: 'eu-west-1a'}))).fix).toBe('That is a zone; its region is eu-west-1.');
		vi.stubEnv('AWS_DEFAULT_REGION', 'eu-west-1');
		expect(await discover({})).toHaveLength(10);
	});

	test('nothing answers', async () => {
		vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
		const {reason, fix} = await problem(discover({}));
		expect(reason).toBe('Nothing answers at http://127.0.0.1:1 (ECONNREFUSED), where AWS_ENDPOINT_URL sends requests.');
		expect(fix).toContain('unset AWS_ENDPOINT_URL');
	});

	test('something else answers', async () => {
		await aws.faults({body: '<html><body>Proxy error<br></html>'});
		expect((await problem(discover({}))).reason).toMatch(
			/^The service at http:\S+ answered DescribeInstances with something that is no answer of EC2/,
		);
	});
});

test('profiles of both files with their regions, default first, read anew each time', async () => {
	files(
		'[profile work]\nregion = eu-west-1\n[sso-session corp]\nsso_region = x\n[default]\nregion = us-east-1\n',
		'[batch]\naws_access_key_id = a\n',
	);
	expect(await listProfiles()).toEqual([
		{name: 'default', region: 'us-east-1'},
		{name: 'batch', region: undefined},
		{name: 'work', region: 'eu-west-1'},
	]);
	files('');
	expect(await listProfiles()).toEqual([]);
});

test('the SDK is loaded only when EC2 is asked: it costs every other start a quarter of a second', () => {
	const folder = join(import.meta.dirname, '../../../source/discovery');
	for (const name of readdirSync(folder)) {
		const text = readFileSync(join(folder, name), 'utf8');
		expect(text, name).not.toMatch(/^import (?!type\b)[^;]*'(@(aws-sdk|smithy)\/|\.\/aws-sdk)/m);
	}
});
