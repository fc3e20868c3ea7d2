import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseClusterFile, readClusterFile} from '../../../source/cluster/cluster-file.ts';
import {SetupErrors} from '../../../source/cluster/setup-errors.ts';
import {cluster, clusterYaml, thrown} from './example.ts';

const message = (yaml: string) => thrown(() => parseClusterFile(yaml, 'prod.yaml')).message;

describe('what a file means', () => {
	test('every default is filled in', () => {
		expect(cluster(1, 1)).toEqual({
			name: 'prod',
			ssh: {user: 'ec2-user', port: 22},
			hosts: [
				{
					name: 'master-1',
					role: 'master',
					address: '203.0.1.1',
					private_ip: '10.0.1.1',
					mesos: {attributes: {}, agent_flags: {}, master_flags: {}},
				},
				{
					name: 'slave-1',
					role: 'slave',
					address: '203.0.2.1',
					private_ip: '10.0.2.1',
					mesos: {attributes: {}, agent_flags: {}, master_flags: {}},
				},
			],
			mesos: {
				port_ranges: '4000-5000,7000-8000,9000-10000,20000-26000,31000-32000',
				attributes: {},
				agent_flags: {},
				master_flags: {},
			},
			frameworks: {marathon: true, chronos: true},
			sources: {},
			images: [],
			timeouts: {connect: 20_000, step: 600_000, gate: 300_000},
		});
	});

	test('an agent is a slave', () => {
		const parsed = parseClusterFile(clusterYaml(1, 1).replace('role: slave', 'role: agent'));
		expect(parsed.hosts[1]?.role).toBe('slave');
	});

	test('durations carry their unit', () => {
		expect(cluster(1, 0, 'timeouts: {connect: 500ms, step: 1.5h, gate: 90s}').timeouts).toEqual({
			connect: 500,
			step: 5_400_000,
			gate: 90_000,
		});
	});

	test('flags and attributes keep the spelling of numbers', () => {
		const {mesos} = cluster(
			1,
			1,
			'mesos: {attributes: {rack: 1.10, on: true}, agent_flags: {perf_events: 0x1f, strict: false}}',
		);
		expect(mesos.attributes).toEqual({rack: '1.10', on: 'true'});
		expect(mesos.agent_flags).toEqual({perf_events: '0x1f', strict: false});
	});
});

describe('what is refused', () => {
	test('an unknown key, with what was probably meant and its line', () => {
		expect(message(clusterYaml(1, 1, 'timeouts: {conect: 5s}'))).toBe(
			'timeouts.conect: the key `conect` is unknown (line 5 of prod.yaml). Did you mean connect?',
		);
	});

	test.each([
		[
			'an unknown key of a host',
			clusterYaml(1, 1).replace('address:', 'adress:'),
			/hosts\[0\]\.adress: .* Did you mean address\?/,
		],
		[
			'an unknown role',
			clusterYaml(1, 1).replace('role: slave', 'role: slav'),
			/slave-1 hosts\[1\]\.role: .*`slav`.*Did you mean slave\?/,
		],
		[
			'a name that is no host name',
			clusterYaml(1, 1).replace('slave-1', 'slave_1'),
			/hosts\[1\]\.name: `slave_1` is no host name/,
		],
		[
			'an upper-case name',
			clusterYaml(1, 1).replace('slave-1', 'Slave-1'),
			/hosts\[1\]\.name: `Slave-1` is no host name/,
		],
		[
			'an address as name',
			clusterYaml(1, 1).replace('slave-1', '10.0.0.1'),
			/hosts\[1\]\.name: `10\.0\.0\.1` cannot name one host/,
		],
		[
			'half an IPv4 address',
			clusterYaml(1, 1).replace('10.0.2.1', '10.0.2'),
			/private_ip: `10\.0\.2` is no IPv4 address/,
		],
		['an address with a space', clusterYaml(1, 1).replace('203.0.2.1', '"203.0.2.1 x"'), /hosts\[1\]\.address: /],
		['a duration without unit', clusterYaml(1, 1, 'timeouts: {gate: 20}'), /timeouts\.gate: is `20`, but must be text/],
		[
			'a duration of another unit',
			clusterYaml(1, 1, 'timeouts: {gate: 2 fortnights}'),
			/timeouts\.gate: is no duration/,
		],
		['a duration of nothing', clusterYaml(1, 1, 'timeouts: {gate: 0s}'), /timeouts\.gate: is out of range/],
		['a port as text', clusterYaml(1, 1, 'ssh: {port: "22"}'), /ssh\.port: is the text `22`, but must be a number/],
		['a key with a line end', clusterYaml(1, 1, 'ssh: {key: "a\\nb"}'), /ssh\.key: holds a line end/],
		['a user that is an option', clusterYaml(1, 1, 'ssh: {user: -oProxyCommand=x}'), /ssh\.user: is no login name/],
		['a bastion that is an option', clusterYaml(1, 1, 'ssh: {bastion: -oProxyCommand}'), /ssh\.bastion: is no bastion/],
		[
			'an unknown kind of source',
			clusterYaml(1, 1, 'sources: {mesos: {kind: pakage}}'),
			/sources\.mesos\.kind: .*Did you mean package\?/,
		],
		[
			'a short checksum',
			clusterYaml(1, 1, 'sources: {mesos: {kind: archive, url: "http://a/b", sha256: ab}}'),
			/sha256: is no sha256 checksum/,
		],
		[
			'a URL of another kind',
			clusterYaml(1, 1, 'sources: {mesos: {kind: archive, url: "file:///etc"}}'),
			/sources\.mesos\.url: `file:\/\/\/etc` is no http/,
		],
		['an empty attribute', clusterYaml(1, 1, 'mesos: {attributes: {rack: }}'), /mesos\.attributes\.rack: is empty/],
		['no hosts', 'name: a\nhosts: []', /hosts: is empty/],
		['a missing name', clusterYaml(1, 1).replace('name: prod\n', ''), /^name: is missing/],
		['an empty file', ' \n', /prod\.yaml: the file is empty/],
		['a list', '- a', /prod\.yaml: is a list/],
		['broken YAML', 'name: [a', /prod\.yaml: line 1 is not valid YAML/],
		['the same key twice', 'name: a\nname: b', /line 2 is not valid YAML: the key `name` stands there again/],
		['the same key as text and as number', 'a: {1: x, "1": y}', /the key `1` stands there again/],
		['a list as key', '? [a]\n: b', /line 1 is not valid YAML: a key must be a word/],
		[
			'more than a reader can take in',
			clusterYaml(1, 1, Array.from({length: 30}, (_, i) => `k${i}: 1`).join('\n')),
			/`k19` is unknown.*\nprod\.yaml: 10 more things are wrong\. Mend these first\.$/,
		],
		[
			'a URL with a line end',
			clusterYaml(1, 1, 'sources: {mesos: {kind: archive, url: "http://a/b\\nc"}}'),
			/is no http/,
		],
		[
			'a repository that leaves its folder',
			clusterYaml(1, 1, 'sources: {mesos: {kind: package, name: a, repo: {id: a/../b, baseurl: "http://a"}}}'),
			/repo\.id: `a\/\.\.\/b` is no repository id/,
		],
		[
			'an image no registry has',
			clusterYaml(1, 1, 'sources: {mesos: {kind: image, ref: a/B}}'),
			/ref: `a\/B` is no image/,
		],
		[
			'a bastion with an escape sequence',
			clusterYaml(1, 1, 'ssh: {bastion: "a\\e[31m"}'),
			/ssh\.bastion: is no bastion/,
		],
		['a bastion with a port beyond all', clusterYaml(1, 1, 'ssh: {bastion: "a:70000"}'), /ssh\.bastion: has no port/],
		['two documents', 'name: a\n---\nname: b', /line 2 is not valid YAML: a second document/],
		['an unknown tag', 'name: !!js/function a', /line 1 is not valid YAML/],
		[
			'a key that objects lose',
			clusterYaml(1, 1, 'mesos: {attributes: {__proto__: a}}'),
			/no key can be named __proto__/,
		],
		['bottomless nesting', '['.repeat(100_000), /nested too deeply/],
		[
			'a billion laughs',
			[
				'a: &a [x, x, x, x, x, x, x, x, x]',
				'b: &b [*a, *a, *a, *a, *a, *a, *a, *a]',
				'c: &c [*b, *b, *b, *b, *b, *b, *b, *b]',
				'hosts: [*c, *c, *c, *c, *c, *c]',
			].join('\n'),
			/repeats itself without end/,
		],
	])('%s', (_, yaml, expected) => {
		expect(message(yaml)).toMatch(expected);
	});

	test('a large file is judged at once', () => {
		const keys = Array.from({length: 30_000}, (_, i) => `k${i}: {x: 1}`).join('\n');
		expect(message(clusterYaml(1, 1, keys))).toMatch(/29980 more things are wrong/);
	});

	test('a map that contains itself', () => {
		expect(message('name: a\nhosts: &a\n  - *a')).toMatch(/hosts\[0\]: is a list/);
	});

	test('everything that is wrong is told at once', () => {
		const error = thrown(() => parseClusterFile(clusterYaml(1, 1, 'nme: x\nssh: {port: 0}\ntimeouts: {gate: 5}')));
		expect(error).toBeInstanceOf(SetupErrors);
		expect((error as SetupErrors).errors.map(({field}) => field)).toEqual(['ssh.port', 'timeouts.gate', 'nme']);
		expect((error as SetupErrors).exitCode).toBe(2);
	});

	test('escape sequences in a value do not reach the message', () => {
		expect(message(clusterYaml(1, 1, 'mesos: {agent_flags: {"\\e[31mred": "x"}}'))).not.toContain('\u001b');
	});
});

describe('files', () => {
	test('a good one is read', async () => {
		const path = join(await mkdtemp(join(tmpdir(), 'cluster-file-')), 'a.yaml');
		await writeFile(path, clusterYaml(3, 3));
		expect((await readClusterFile(path)).hosts).toHaveLength(6);
	});

	test.each([
		['binary', Buffer.from([0x7f, 0x45, 0, 1]), /is binary/],
		['not UTF-8', Buffer.from([0x6e, 0xff, 0xfe]), /is not UTF-8/],
		['huge', Buffer.alloc(2 * 1024 * 1024, 'a'), /larger than 1 MiB/],
	])('%s', async (_, content, expected) => {
		const path = join(await mkdtemp(join(tmpdir(), 'cluster-file-')), 'a.yaml');
		await writeFile(path, content);
		await expect(readClusterFile(path)).rejects.toThrow(expected);
	});

	test('missing, or a folder', async () => {
		await expect(readClusterFile('/nowhere/prod.yaml')).rejects.toThrow('prod.yaml: there is no such cluster file.');
		await expect(readClusterFile(tmpdir())).rejects.toThrow('it is a folder');
	});
});
