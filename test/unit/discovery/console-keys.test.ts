import {execFileSync} from 'node:child_process';
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {consoleFingerprints, parseConsole} from '../../../source/discovery/console-keys.ts';
import {discover} from '../../../source/discovery/ec2.ts';
import {fingerprintOf} from '../../../source/remote/host-keys.ts';
import {startEndpoint, type TestEndpoint} from './aws-endpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'console-'));
const made = (type: string) => {
	const file = join(folder, `${type}-${Math.random()}`);
	execFileSync('ssh-keygen', [
		'-q',
		'-t',
		type,
		'-N',
		'',
		'-C',
		'root@ip-10-0-0-1.eu-west-1.compute.internal',
		'-f',
		file,
	]);
	const line = execFileSync('cat', [`${file}.pub`], {encoding: 'utf8'}).trim();
	const shown = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], {encoding: 'utf8'}).trim();
	return {line, shown, fingerprint: shown.split(' ')[1] ?? ''};
};
const ed25519 = made('ed25519');
const ecdsa = made('ecdsa');
const both = [ecdsa.fingerprint, ed25519.fingerprint];
const block = (kind: string, lines: string[], prefix = '') =>
	[`-----BEGIN SSH HOST KEY ${kind}-----`, ...lines, `-----END SSH HOST KEY ${kind}-----`]
		.map(line => `${prefix}${line}`)
		.join('\r\n');
const shown = (prefix = '') => block('FINGERPRINTS', [ecdsa.shown, ed25519.shown], prefix);
const keys = (prefix = '') => block('KEYS', [ecdsa.line, ed25519.line], prefix);

describe('the output of a console', () => {
	test.each([
		['the fingerprint block', shown()],
		['the key block', keys()],
		['both', `${shown('ec2: ')}\r\nec2: ####\r\n${keys()}`],
		['lines with the prefix of ec2', shown('ec2: ')],
		['lines with a time and a program', shown('[   12.345678] cloud-init[1843]: ')],
		['lines with the prefix of syslog', keys('<14>Nov 23 09:18:12 cloud-init: ')],
		[
			'lines with colours',
			keys().replaceAll('ssh-ed25519', '\u001b[0;32mssh-ed25519').replaceAll('\r\n', '\u001b[0m\r\n'),
		],
		[
			'other programs in between',
			keys().replace('\r\n', '\r\n[   13.1] random: crng init done\r\n<30>systemd[1]: Started.\r\n'),
		],
		['the end lost', shown().replace(/-----END.*$/s, '')],
	])('%s', (_, text) => {
		expect(parseConsole(`[    0.000000] Linux version 6.1\r\n${text}\r\nlogin: `)).toEqual(both);
	});

	test('the last boot counts', () => {
		const older = made('ed25519');
		const before = block('FINGERPRINTS', [older.shown], 'ec2: ');
		expect(parseConsole(`${before}\n${block('KEYS', [older.line])}\n${shown('ec2: ')}\n${keys()}`)).toEqual(both);
	});

	test.each([
		['nothing', ''],
		['fingerprints outside a block', ed25519.shown],
		['a key cut off', block('KEYS', [ed25519.line.slice(0, 60)])],
		['a key of another type than it says', block('KEYS', [ed25519.line.replace('ssh-ed25519', 'ssh-rsa')])],
		[
			'MD5, which nobody compares any more',
			block('FINGERPRINTS', ['2048 43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8 (RSA)']),
		],
		['a fingerprint with something glued to it', block('FINGERPRINTS', [ed25519.shown.replace(' root', 'xx root')])],
	])('no key in %s', (_, text) => {
		expect(parseConsole(text)).toEqual([]);
	});

	test('is read in time that grows with its length only', () => {
		const noise = 'ssh-ed25519 AAAA'.repeat(4096);
		expect(parseConsole(`${noise}\n${keys()}\n${noise}`)).toEqual(both);
	});
});

describe('asked of EC2', () => {
	let aws: TestEndpoint;
	beforeAll(async () => {
		aws = await startEndpoint();
	});
	afterAll(() => aws.close());
	beforeEach(() => {
		for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
	});

	test('are the keys the hosts really have; a console without any has none', async () => {
		const instances = (await discover({filters: {'tag:Name': ['master-1', 'web-old']}})).map(({id}) => id);
		const [, blob = ''] = (aws.hostKeys.get('master-1') ?? '').split(' ');
		expect(await consoleFingerprints(instances, {})).toEqual([
			{instance: instances[0], fingerprints: [fingerprintOf(Buffer.from(blob, 'base64'))]},
			{instance: instances[1], fingerprints: []},
		]);
	});

	test('an instance that is gone does not hide the others', async () => {
		const [one] = await discover({filters: {'tag:Name': ['master-1']}});
		const gone = 'i-0123456789abcdef0';
		const answers = await consoleFingerprints([gone, one?.id ?? ''], {});
		expect(answers.map(({fingerprints}) => fingerprints.length)).toEqual([0, 1]);
		await expect(consoleFingerprints([gone], {})).rejects.toThrow(SetupError);
	});
});
