import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {instanceTable} from '../../../source/commands/instance-table.ts';
import type {Candidate} from '../../../source/discovery/candidate.ts';
import {startEndpoint, type TestEndpoint} from '../discovery/aws-endpoint.ts';

const cli = fileURLToPath(new URL('../../../source/cli.ts', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'discover-'));
let aws: TestEndpoint;

beforeAll(async () => {
	aws = await startEndpoint();
});
afterEach(() => aws.faults({}));
afterAll(() => aws.close());

type Result = {code: number; out: string; err: string};

function discover(args: string[], special: Record<string, string> = {}): Promise<Result> {
	return new Promise(resolve => {
		const env = {...process.env, ...aws.env, MESOS_SETUP_HOME: home, NO_COLOR: '', ...special};
		execFile(process.execPath, [cli, 'discover', ...args], {env}, (error, out, err) => {
			resolve({code: error ? Number(error.code) : 0, out, err});
		});
	});
}

describe('discover', () => {
	test('a table, those that cannot serve last', async () => {
		const {code, out, err} = await discover([]);
		const lines = out.trimEnd().split('\n');
		expect({code, err}).toEqual({code: 0, err: ''});
		expect(lines).toHaveLength(13);
		expect(lines[0]).toMatch(/^name +id +type +zone +private +public +system +key +state$/);
		expect(lines[1]).toMatch(
			/^master-1 +i-0[0-9a-f]{16} {2}m7i\.large {2}eu-west-1a {2}198\.18\.0\.11 +198\.18\.0\.11 +Amazon Linux 2023 +lab {2}running$/,
		);
		expect(lines[7]).toMatch(/^batch-arm .* running, slave only$/);
		expect(lines.slice(8, 11).every(line => line.includes('  ✖ '))).toBe(true);
		expect(lines.slice(11)).toEqual([
			'10 instances in eu-west-1, 7 of them could serve.',
			'Slave only: it has an Arm processor, and Marathon and Chronos are built for x86_64 only.',
		]);
	});

	test('filters, several of them', async () => {
		const {out} = await discover([
			...['--filter', 'tag:Name=master-1', '--filter', 'tag:Name=slave-*'],
			...['--filter', 'availability-zone=eu-west-1a'],
		]);
		expect(out.split('\n').map(line => line.split(' ')[0])).toEqual(['name', 'master-1', 'slave-1', '2', '']);
	});

	test('short names of filters, several regions, networks and clusters told apart', async () => {
		const {out} = await discover(['--filter', 'name=master-?', '--filter', 'state=running']);
		expect(out).toContain('3 instances in eu-west-1, 3 of them could serve.');
		const [first, second] = aws.world.instances;
		if (first) Object.assign(first, {vpc: 'vpc-other', spot: true});
		if (second) second.tags = {...second.tags, 'mesos-setup:cluster': 'prod', 'mesos-setup:role': 'master'};
		const apart = await discover(['--region', 'us-east-1,eu-west-1', '--filter', 'name=master-?']);
		if (first) Object.assign(first, {vpc: undefined, spot: false});
		if (second) second.tags = {Name: 'master-2'};
		const lines = apart.out.split('\n');
		expect(lines[0]).toMatch(/ zone +vpc .* cluster +state$/);
		expect(lines[1]).toMatch(/ vpc-other .* running, spot: no master$/);
		expect(lines[2]).toMatch(/ prod \(master\) +running$/);
		expect(lines[4]).toBe('3 instances in us-east-1, eu-west-1, 3 of them could serve.');
		expect(lines[5]).toContain('They are in 2 networks (VPCs)');
	});

	test('--json: a line for each, and the summary last', async () => {
		const {code, out, err} = await discover(['--json']);
		expect({code, err}).toEqual({code: 0, err: ''});
		const events = out
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line));
		expect(events.map(({event}) => event)).toEqual([...Array(10).fill('instance'), 'summary']);
		expect(events.find(({name}) => name === 'slave-3')).toMatchObject({private_ip: '198.18.0.16', key_name: 'lab'});
		expect(events.find(({name}) => name === 'web-old')).toMatchObject({state: 'stopped', unsuitable: 'is stopped'});
		expect(events.find(({name}) => name === 'batch-arm')).toMatchObject({
			slave_only: expect.stringContaining('Marathon and Chronos are built for x86_64 only'),
		});
	});

	test('no instances is an answer, not an error', async () => {
		const elsewhere = 'There are no instances in us-east-1. Another region is named with --region.\n';
		expect(await discover(['--region', 'us-east-1'])).toEqual({code: 0, out: elsewhere, err: ''});
		const {code, out} = await discover(['--filter', 'tag:Name=nobody']);
		expect({code, out}).toMatchObject({
			code: 0,
			out: expect.stringMatching(/^No instances in eu-west-1 pass the filters\./),
		});
	});

	test('what EC2 refuses is one sentence and exit code 1, the stack only in the log', async () => {
		await aws.faults({code: 'RequestExpired'});
		const {code, out, err} = await discover([]);
		expect({code, out}).toEqual({code: 1, out: ''});
		expect(err).toMatch(/^✖ error {2}The AWS credentials have expired\. Renew with: aws configure .*\n +Log: \S+\n$/);
		const log = readdirSync(join(home, 'logs')).sort().at(-1) ?? '';
		expect(readFileSync(join(home, 'logs', log), 'utf8')).toContain('RequestExpired');
		const json = await discover(['--json']);
		expect(json).toMatchObject({code: 1, err: ''});
		expect(JSON.parse(json.out)).toMatchObject({event: 'error', fix: expect.stringMatching(/^Renew with: /)});
	});

	test('what is wrong before EC2 is asked is exit code 2', async () => {
		expect(await discover(['--region', 'Ireland'])).toMatchObject({
			code: 2,
			err: expect.stringContaining('--region: '),
		});
		expect(await discover(['--filter', 'web'])).toMatchObject({code: 2, err: expect.stringContaining('NAME=VALUE')});
	});
});

test('the table: colour is grey only, text of tags cannot move the cursor', () => {
	const one = {name: 'a\u001b[2Jb', id: 'i-1', type: 't', zone: 'z', private_ip: '', system: '', state: 'running'};
	const good = {...one, spot: true} as Candidate;
	const bad = {...one, spot: false, unsuitable: 'is stopped'} as Candidate;
	expect(instanceTable([bad, good], false).split('\n').slice(1)).toEqual([
		expect.stringMatching(/^ab .* running, spot: no master$/),
		expect.stringMatching(/^ab .* ✖ is stopped$/),
	]);
	const [, plain = '', grey = ''] = instanceTable([good, bad], true).split('\n');
	expect(plain).not.toContain('\u001b');
	expect(grey).toMatch(/^\u001b\[90mab\u001b\[39m /);
});
