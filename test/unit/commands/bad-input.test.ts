import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import {toClusterInput} from '../../../source/cluster/format-cluster.ts';
import {identify} from '../../../source/cluster/identity.ts';
import {version} from '../../../source/cluster/package-file.ts';
import {openStore} from '../../../source/cluster/store.ts';
import {countingPort, runCli} from './in-process.ts';

// Nothing here may reach a host: all addresses are this computer's own, and the port counts.
const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-bad-'));
const at = (name: string) => join(folder, name);
let gate: Awaited<ReturnType<typeof countingPort>>;
let home: string;

const host = (name: string, role: string, n: number, more = '') =>
	`  - {name: ${name}, role: ${role}, address: 127.0.0.${n}, private_ip: 10.0.0.${n}${more}}\n`;
const threeAndOne = [1, 2, 3].map(n => host(`master-${n}`, 'master', n)).join('') + host('slave-1', 'slave', 4);

type Wish = {hosts?: string; key?: string; more?: string};

function yaml({hosts = threeAndOne, key = at('key'), more = ''}: Wish): string {
	return `name: prod\nssh: {user: ec2-user, key: ${key}, port: ${gate.port}}\ntimeouts: {connect: 300ms}\nhosts:\n${hosts}${more}\n`;
}

function write(content: string | Uint8Array, name = 'prod.yaml'): string {
	writeFileSync(at(name), content);
	return at(name);
}

beforeAll(async () => {
	gate = await countingPort();
	const keygen = (name: string, passphrase: string) =>
		execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', at(name)]);
	keygen('key', '');
	keygen('locked', 'open sesame');
	writeFileSync(at('text'), 'hello\n', {mode: 0o600});
	writeFileSync(at('open'), readFileSync(at('key')));
	chmodSync(at('open'), 0o644);
	symlinkSync(at('nowhere'), at('dangling'));
});
beforeEach(() => {
	home = mkdtempSync(join(folder, 'home-'));
	// Neither this computer's ~/.ssh nor its agent is meant.
	vi.stubEnv('HOME', home);
	vi.stubEnv('SSH_AUTH_SOCK', '');
	return () => vi.unstubAllEnvs();
});
afterAll(async () => {
	await gate.close();
	rmSync(folder, {recursive: true});
});

type Expected = {field?: string | RegExp; host?: string; cause: RegExp; fix: RegExp};

function filesOf(path: string): string[] {
	return readdirSync(path, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name).slice(path.length + 1))
		.sort();
}

const notLog = (file: string) => !file.startsWith('logs/');

/** The same command as JSON and as lines: exit 2, cause and fix told, no host asked, nothing written but the log. */
async function refused(args: string[], expected: Expected): Promise<void> {
	const visits = gate.visits();
	const before = filesOf(home).filter(notLog);
	const json = await runCli(home, [...args, '--json']);
	const events = json.out
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line));
	const wanted = {
		event: 'error',
		cause: expect.stringMatching(expected.cause),
		fix: expect.stringMatching(expected.fix),
		...(expected.field === undefined ? {} : {field: expect.stringMatching(expected.field)}),
		...(expected.host === undefined ? {} : {host: expected.host}),
	};
	expect(events.at(-1), json.out).toMatchObject({event: 'error'});
	expect(events).toContainEqual(expect.objectContaining(wanted));
	expect({exitCode: json.exitCode, err: json.err}).toEqual({exitCode: 2, err: ''});

	const lines = await runCli(home, args);
	expect(lines.exitCode).toBe(2);
	expect(lines.err).toMatch(expected.cause);
	expect(lines.err).toMatch(expected.fix);
	expect(lines.out + lines.err + json.out).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e]/u);
	expect(gate.visits()).toBe(visits);
	expect(filesOf(home).filter(notLog)).toEqual(before);
}

const verbs = [
	['plan'],
	['apply', '--yes'],
	['verify'],
	['status'],
	['reset', '--yes'],
	['doctor'],
	['export', 'cluster-file'],
	['local'],
];

test('what is right does reach the hosts, so the counter counts', async () => {
	const visits = gate.visits();
	const {exitCode} = await runCli(home, ['plan', '--json', '-c', write(yaml({}))]);
	expect(exitCode).toBe(1);
	expect(gate.visits()).toBeGreaterThan(visits);
});

test('an even number of masters is a warning that explains the quorum', async () => {
	const hosts = [1, 2, 3, 4].map(n => host(`master-${n}`, 'master', n)).join('') + host('slave-1', 'slave', 5);
	const file = write(yaml({hosts}));
	const {out} = await runCli(home, ['plan', '--json', '-c', file]);
	expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({
		event: 'check',
		check: 'cluster file',
		status: 'warn',
		detail: expect.stringMatching(/^4 masters survive the loss of 1, as 3 would: 3 of 4 must agree \(the quorum\)/),
	});
	expect((await runCli(home, ['plan', '-c', file])).out).toMatch(/! warning +cluster file: 4 masters survive/);
});

describe.each(verbs)('%s', (...verb) => {
	test('no master', async () => {
		const file = write(yaml({hosts: host('slave-1', 'slave', 1)}));
		await refused([...verb, '-c', file], {field: 'hosts', cause: /no host has the role master/, fix: /role: master/});
	});

	test('a missing file', async () => {
		const expected = {field: 'gone.yaml', cause: /there is no such cluster file/, fix: /--cluster-file/};
		await refused([...verb, '-c', at('gone.yaml')], expected);
	});

	test('no cluster named at all, a file and a name at once, a name never heard', async () => {
		await refused(verb, {field: '--cluster-file', cause: /no cluster is named/, fix: /Name a cluster file/});
		const both = [...verb, '-c', write(yaml({})), '--cluster', 'prod'];
		await refused(both, {field: '--cluster', cause: /named at once/, fix: /Give one of/});
		const unknown = {field: '--cluster', cause: /knows no cluster "prod"/, fix: /none yet.*--cluster-file/};
		await refused([...verb, '--cluster', 'prod'], unknown);
		const path = {field: '--cluster', cause: /is no name of a cluster/, fix: /Use letters/};
		await refused([...verb, '--cluster', '../../etc/passwd'], path);
	});
});

const slave = (more: string) => threeAndOne + host('slave-2', 'slave', 5, more);
const badFiles: [string, Wish, Expected][] = [
	[
		'a name twice',
		{hosts: threeAndOne + host('slave-1', 'slave', 5)},
		{field: 'hosts[4].name', host: 'slave-1', cause: /already the name of hosts\[3\]/, fix: /its own name/},
	],
	[
		'an address twice',
		{hosts: threeAndOne + host('slave-2', 'slave', 5).replace('127.0.0.5', '127.0.0.4')},
		{
			field: 'hosts[4].address',
			host: 'slave-2',
			cause: /already the address of hosts\[3\] \(slave-1\)/,
			fix: /its own address/,
		},
	],
	[
		'a private ip twice',
		{hosts: threeAndOne + host('slave-2', 'slave', 5).replace('10.0.0.5', '10.0.0.1')},
		{
			field: 'hosts[4].private_ip',
			host: 'slave-2',
			cause: /already the private_ip of hosts\[0\]/,
			fix: /its own private_ip/,
		},
	],
	[
		'no host name',
		{hosts: threeAndOne + host('Slave_2', 'slave', 5)},
		{field: 'hosts[4].name', cause: /`Slave_2` is no host name/, fix: /lower-case letters/},
	],
	[
		'a name that is a command',
		{hosts: threeAndOne + host('"$(reboot)"', 'slave', 5)},
		{field: 'hosts[4].name', cause: /`\$\(reboot\)` is no host name/, fix: /lower-case/},
	],
	[
		'a name with an escape sequence',
		{hosts: threeAndOne + host('"a\\e[2J\\n"', 'slave', 5)},
		{field: 'hosts[4].name', cause: /`a\\u\{1b\}\[2J\\u\{a\}` is no host name/, fix: /lower-case/},
	],
	[
		'an unknown key',
		{more: 'timeout: {gate: 5m}'},
		{field: 'timeout', cause: /the key `timeout` is unknown \(line 9/, fix: /Did you mean timeouts\?/},
	],
	[
		'an unknown key of a host',
		{hosts: slave(', privat_ip: 1')},
		{field: 'hosts[4].privat_ip', host: 'slave-2', cause: /unknown/, fix: /Did you mean private_ip\?/},
	],
	[
		'an unknown role',
		{hosts: threeAndOne + host('slave-2', 'slve', 5)},
		{field: 'hosts[4].role', host: 'slave-2', cause: /`slve`/, fix: /Did you mean slave\?/},
	],
	...[5051, 8080, 8090, 8091, 22].map((port): [string, Wish, Expected] => [
		`port ${port} offered to tasks`,
		{more: `mesos: {port_ranges: "${port - 1}-${port + 1}"}`},
		{
			field: 'mesos.port_ranges',
			cause: new RegExp(`port ${port === 22 ? 22 : '(8080|8090|5050|5051|8081|8091)'} belongs to`),
			fix: /31000-32000/,
		},
	]),
	[
		'a flag Mesos does not know',
		{more: 'mesos: {agent_flags: {isolaton: x}}'},
		{field: 'mesos.agent_flags.isolaton', cause: /mesos-agent has no flag `isolaton`/, fix: /Did you mean isolation\?/},
	],
	[
		"a flag Mesos does not know, a host's own",
		{hosts: slave(', mesos: {agent_flags: {gcdelay: 1days}}')},
		{host: 'slave-2', field: 'hosts[4].mesos.agent_flags.gcdelay', cause: /no flag/, fix: /Did you mean gc_delay\?/},
	],
	[
		'the quorum as a flag',
		{more: 'mesos: {master_flags: {quorum: 1}}'},
		{field: 'mesos.master_flags.quorum', cause: /set by the tool, from the number of masters/, fix: /Leave it out/},
	],
	[
		'an attribute Mesos would die of',
		{more: 'mesos: {attributes: {a: "x)"}}'},
		{field: 'mesos.attributes.a', cause: /brackets do not match/, fix: /Change it/},
	],
	[
		'a flag with a line end',
		{more: 'mesos: {agent_flags: {isolation: "a\\nb"}}'},
		{field: 'mesos.agent_flags.isolation', cause: /line end/, fix: /one line/},
	],
	['itself', {more: 'mesos: &a {attributes: *a}'}, {cause: /refers to itself|is a map of keys|must be text/, fix: /./}],
	[
		'a billion laughs',
		{more: `a: &a [${'x,'.repeat(9)}x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: [${'*b,'.repeat(9)}*b]`},
		{cause: /repeats itself without end/, fix: /Correct the YAML/},
	],
];

describe('a cluster file with', () => {
	test.each(badFiles)('%s', async (_, wish, expected) => {
		const field =
			typeof expected.field === 'string'
				? new RegExp(`^${expected.field.replaceAll(/[.[\]]/g, '\\$&')}$`)
				: expected.field;
		await refused(['apply', '--yes', '-c', write(yaml(wish))], {...expected, ...(field && {field})});
	});

	test.each([
		['nothing in it', '', /the file is empty/],
		['only blanks', ' \n\t\n', /the file is empty/],
		['bytes that are no text', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]), /is binary/],
		['another encoding', Buffer.from([0x6e, 0xe9, 0x0a]), /not UTF-8/],
		['2 MiB', Buffer.alloc(2 << 20, 'a: b\n'), /larger than 1 MiB/],
		['a list', '- a\n- b\n', /is a list, but must be a map/],
		['broken YAML', 'name: [a\n', /not valid YAML/],
		['an escape sequence for its syntax', 'a: \u001b[2J"\n: \u009b31m', /./],
		['a code tag', 'name: !!js/function "process.exit()"', /not valid YAML/],
	])('%s', async (_, content, cause) => {
		await refused(['plan', '-c', write(content)], {cause, fix: /./});
	});

	test('a folder, and a file that gives an error', async () => {
		await refused(['plan', '-c', folder], {cause: /it is a folder/, fix: /Name a readable YAML file/});
		await refused(['plan', '-c', '/proc/self/mem'], {cause: /cannot be read: EIO/, fix: /Name a readable YAML file/});
	});

	test.skipIf(process.getuid?.() === 0)('no permission to read it', async () => {
		const file = write(yaml({}), 'secret.yaml');
		chmodSync(file, 0);
		await refused(['plan', '-c', file], {cause: /you may not read it/, fix: /Name a readable/});
	});
});

describe('a key file that', () => {
	test.each([
		['is missing', 'gone', /gone does not exist/, /Check the path/],
		['is a dangling link', 'dangling', /a link to a file that is gone/, /Mend the link/],
		['is a folder', '.', /is not a file/, /Name the file/],
		['is no key', 'text', /is not a private key/, /\.pem/],
		['is public', 'key.pub', /is a public key/, /private half/],
		['is encrypted', 'locked', /is encrypted and no passphrase was given/, /MESOS_SETUP_KEY_PASSPHRASE/],
		['is open to the world', 'open', /can be read by others \(mode 0644\)/, /chmod 600/],
	])('%s', async (_, name, cause, fix) => {
		const file = write(yaml({key: at(name)}));
		for (const verb of [['plan'], ['apply', '--yes'], ['status'], ['verify'], ['reset', '--yes']]) {
			await refused([...verb, '-c', file], {field: /^ssh\.key$/, cause, fix});
		}
	});

	test('is encrypted, with a wrong passphrase', async () => {
		vi.stubEnv('MESOS_SETUP_KEY_PASSPHRASE', 'close sesame');
		const file = write(yaml({key: at('locked')}));
		await refused(['plan', '-c', file], {field: /^ssh\.key$/, cause: /passphrase does not open/, fix: /ssh-keygen/});
	});
});

describe('a known cluster', () => {
	const known = () => {
		const cluster = parseClusterFile(yaml({}));
		const record = identify(cluster, undefined, () => 'id-1');
		openStore(home).save('prod', {cluster, record});
	};

	test.each([
		[
			'a slave made a master',
			threeAndOne.replace('slave-1, role: slave', 'slave-1, role: master'),
			{
				host: 'slave-1',
				field: /^hosts\[3\]\.role$/,
				cause: /is a slave of the cluster; its role cannot change to master/,
				fix: /Set it back to slave/,
			},
		],
		[
			'a master less',
			threeAndOne.slice(threeAndOne.indexOf('\n') + 1),
			{
				field: /^hosts$/,
				cause: /cannot change \(master-1 is missing\).*quorum of 2/,
				fix: /Keep exactly these masters: master-1, master-2, master-3/,
			},
		],
		[
			'two masters more',
			threeAndOne + host('master-4', 'master', 6) + host('master-5', 'master', 7),
			{field: /^hosts$/, cause: /master-4 is new, master-5 is new/, fix: /Keep exactly these masters/},
		],
		[
			'a master at another address',
			threeAndOne.replace('10.0.0.2', '10.0.0.20'),
			{host: 'master-2', field: /^hosts\[1\]\.private_ip$/, cause: /ZooKeeper id 2 at 10\.0\.0\.2/, fix: /Set it back/},
		],
		[
			'a host under another name',
			threeAndOne.replace('slave-1', 'slave-7'),
			{host: 'slave-7', field: /^hosts\[3\]\.name$/, cause: /is known as slave-1/, fix: /Name it slave-1/},
		],
	] as [string, string, Expected][])('with %s', async (_, changed, expected) => {
		known();
		for (const verb of [['plan'], ['apply', '--yes']])
			await refused([...verb, '-c', write(yaml({hosts: changed}))], expected);
	});

	test('whose file here is damaged is not overwritten', async () => {
		known();
		const path = join(home, 'clusters/prod.json');
		writeFileSync(path, '{"format": 1, "cluster": 3');
		await refused(['apply', '--yes', '-c', write(yaml({}))], {cause: /cannot be read/, fix: /Restore it from a copy/});
		expect(readFileSync(path, 'utf8')).toBe('{"format": 1, "cluster": 3');
	});
});

describe('words of the command line', () => {
	test.each([
		[['aply'], /unknown command 'aply'/, /Did you mean apply\?/],
		[['plan', '--chek'], /unknown option '--chek'/, /Did you mean --check\?/],
		[['plan', '--yes'], /unknown option '--yes'/, /--help/],
		[['export', 'yaml'], /'yaml' is invalid/, /--help/],
		[['plan', '-c'], /argument missing|A value belongs there/, /plan --help/],
		[['plan', 'extra'], /too many arguments/, /plan --help/],
		[['apply', 'a', 'b'], /too many arguments/, /apply --help/],
		[['plan', '--limit', ' , '], /names no host/, /plan --help/],
		[['\u001b[2Jx\u009b'], /unknown command/, /--help/],
	])('%j', async (args, cause, fix) => {
		await refused(args, {cause, fix});
	});

	test('--limit with a host the cluster has not', async () => {
		const file = write(yaml({}));
		for (const verb of [['plan'], ['apply', '--yes'], ['reset', '--yes'], ['doctor']]) {
			const args = [...verb, '-c', file, '--limit', 'slave-1,slve-1'];
			await refused(args, {field: /^--limit$/, cause: /no host "slve-1"/, fix: /Did you mean slave-1\?/});
		}
	});

	test('a question nobody can answer', async () => {
		for (const verb of ['apply', 'reset']) {
			await refused([verb, '-c', write(yaml({}))], {cause: /needs an answer, but there is no terminal/, fix: /--yes/});
		}
	});

	test('files that cannot be written', async () => {
		const file = write(yaml({}));
		const log = {field: /^--log-file$/, cause: /the log cannot be written/, fix: /Name a file/};
		await refused(['plan', '-c', file, '--log-file', at('nowhere/a.log')], log);
		const out = {field: /^--out$/, cause: /the plan cannot be written/, fix: /Name a file/};
		await refused(['plan', '-c', file, '--out', at('nowhere/plan')], out);
		await refused(['plan', '-c', file, '--out', folder], out);
	});
});

describe('a plan file', () => {
	const plan = (change: (plan: Record<string, unknown>) => void = () => {}) => {
		const cluster = parseClusterFile(yaml({}));
		const record = identify(cluster, undefined, () => 'id-1');
		const content = {version, created: 'now', cluster: toClusterInput(cluster), record, limit: ['master-1'], hosts: {}};
		change(content);
		return write(JSON.stringify(content), 'plan.json');
	};
	const none = {field: /plan\.json$/, cause: /is not a plan that/, fix: /plan --out/};

	test('that is none', async () => {
		await refused(['apply', '--yes', at('gone')], {field: /gone$/, cause: /there is no such file/, fix: /plan --out/});
		for (const content of ['', '{', '[]', 'null', '{"version": 3}', Buffer.from([0, 255])]) {
			await refused(['apply', '--yes', write(content, 'plan.json')], none);
		}
		await refused(['apply', '--yes', folder], {cause: /is not a plan/, fix: /plan --out/});
	});

	test("that is another version's", async () => {
		const file = plan(content => {
			content.version = '0.0.1';
			content.cluster = 'of another form';
		});
		const expected = {cause: new RegExp(`made by mesos-setup 0\\.0\\.1, this is ${version}`), fix: /plan --out/};
		await refused(['apply', '--yes', file], expected);
	});

	test('whose cluster file has been edited since says what is applied', async () => {
		const told = /prod.yaml says something else by now.*applied is the plan.*make a new plan/;
		const file = write(yaml({}));
		const saved = plan(content => {
			content.file = file;
		});
		expect((await runCli(home, ['apply', '--yes', saved])).out).not.toMatch(told);
		write(yaml({more: 'frameworks: {chronos: false}'}));
		expect((await runCli(home, ['apply', '--yes', saved])).out).toMatch(told);
	});

	test('in which somebody wrote', async () => {
		const changes: ((plan: Record<string, unknown>) => void)[] = [
			content => {
				content.cluster = {};
			},
			content => {
				content.cluster = {...(content.cluster as object), name: '../../x'};
			},
			content => {
				content.cluster = {...(content.cluster as object), mesos: {agent_flags: {isolation: 'a\nb'}}};
			},
			content => {
				content.record = {id: 'x'};
			},
			content => {
				content.hosts = {'master-1': 'x'};
			},
		];
		for (const change of changes) await refused(['apply', '--yes', plan(change)], none);
	});

	test('with a host its cluster has not', async () => {
		const file = plan(content => {
			content.limit = ['slave-9'];
		});
		await refused(['apply', '--yes', file], {field: /^--limit$/, cause: /no host "slave-9"/, fix: /Its hosts are/});
	});

	test('beside a flag that says something else', async () => {
		const flags: [string, string][] = [
			['--cluster-file', at('prod.yaml')],
			['--cluster', 'prod'],
			['--limit', 'slave-1'],
		];
		for (const [flag, value] of flags) {
			const expected = {field: new RegExp(`^${flag}$`), cause: /holds its own cluster/, fix: /Leave .* out/};
			await refused(['apply', '--yes', plan(), flag, value], expected);
		}
	});
});
