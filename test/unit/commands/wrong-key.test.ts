import {execFileSync} from 'node:child_process';
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, test, vi} from 'vitest';
import {openStore} from '../../../source/cluster/store.ts';
import {startEndpoint, type TestEndpoint} from '../discovery/aws-endpoint.ts';
import {countingPort, runCli} from './in-process.ts';
import {writeCluster} from './instances.ts';

let aws: TestEndpoint;
let gate: Awaited<ReturnType<typeof countingPort>>;
const folder = mkdtempSync(join(tmpdir(), 'wrong-key-'));
const other = join(folder, 'other.pem');
let home: string;

beforeAll(async () => {
	[aws, gate] = await Promise.all([startEndpoint(), countingPort()]);
	execFileSync('ssh-keygen', ['-q', '-m', 'PEM', '-t', 'rsa', '-b', '2048', '-N', '', '-f', other]);
});
afterAll(async () => {
	aws.close();
	await gate.close();
});
beforeEach(async () => {
	home = mkdtempSync(join(folder, 'home-'));
	for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
	vi.stubEnv('HOME', home);
	vi.stubEnv('SSH_AUTH_SOCK', '');
	await aws.faults({});
	return () => vi.unstubAllEnvs();
});

const file = (key: string) =>
	writeCluster(folder, aws, {
		names: ['master-1', 'slave-1'],
		hosts: {'master-1': {address: '127.0.0.11'}, 'slave-1': {address: '127.0.0.14'}},
		fields: {
			ssh: {key, port: gate.port},
			sources: {mesos: {kind: 'package', name: 'mesos', build: 'clusterd'}},
		},
	});

test.each([['plan'], ['apply', '--yes'], ['status']])('%s: named before any connection, exit 2', async (...verb) => {
	const before = gate.visits();
	const {exitCode, out} = await runCli(home, [...verb, '-c', file(other), '--json']);
	const error = out.split('\n').find(line => line.includes('"error"')) ?? '{}';
	expect(JSON.parse(error)).toMatchObject({
		field: 'ssh.key',
		cause: `${other}: This key is not the key pair lab: the public keys differ. master-1, slave-1 were started with that pair.`,
		fix: expect.stringContaining('.pem file of lab'),
	});
	expect(exitCode).toBe(2);
	expect(gate.visits()).toBe(before);
});

test('the doctor says so and tries all the same', async () => {
	const before = gate.visits();
	const {exitCode, out} = await runCli(home, ['doctor', '-c', file(other), '--json']);
	expect(exitCode).toBe(1);
	expect(out).toContain('"check":"key pair","status":"warn"');
	expect(gate.visits()).toBeGreaterThan(before);
});

test('a host that was logged in to before lets the key in, whatever it was started with', async () => {
	for (const name of ['master-1', 'slave-1']) openStore(home).hostKeys('prod').set(name, 'SHA256:x');
	const before = gate.visits();
	const {out} = await runCli(home, ['status', '-c', file(other), '--json']);
	expect(out).not.toContain('key pair');
	expect(gate.visits()).toBeGreaterThan(before);
});

test('where EC2 shows no public key a fingerprint only warns', async () => {
	const [pair] = aws.world.keyPairs;
	const shown = pair?.publicKey ?? '';
	if (pair) pair.publicKey = '';
	const {out} = await runCli(home, ['status', '-c', file(other), '--json']);
	if (pair) pair.publicKey = shown;
	expect(out).toContain('"check":"key pair","status":"warn"');
	expect(out).toContain('probably not the key pair lab');
});

test('without EC2 nobody names it, and who is not reached hears why the address may be old', async () => {
	await aws.faults({code: 'AuthFailure'});
	const {out} = await runCli(home, ['status', '-c', file(other), '--json']);
	expect(out).not.toContain('key pair');
	expect(out).toMatch(
		/if .*stopped and started it has another address; EC2 could not be asked: EC2 in eu-west-1 does not/i,
	);
});
