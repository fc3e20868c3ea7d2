import {chmodSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {
	at,
	type Expected,
	folder,
	gate,
	home,
	host,
	refused,
	threeAndOne,
	type Wish,
	write,
	yaml,
} from './bad-input.ts';
import {runCli} from './in-process.ts';

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
