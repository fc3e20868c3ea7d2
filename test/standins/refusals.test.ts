import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {Bench} from './bench.ts';

/** Flags, how it ends, and the decisive text, each as recorded from a real Mesos. */
type Refusal = [name: string, flags: string[], ended: number | string, text: string];

const zk = '--zk=zk://127.0.0.1:2181/mesos';
const zookeeper = '--master=zk://127.0.0.1:2181/mesos';
const bare = '--no-systemd_enable_support';

const masters: Refusal[] = [
	['unknown flag', ['--bogus=1'], 1, "Failed to load unknown flag 'bogus'\n\nSee `mesos-master --help`"],
	['flag twice', ['--port=5052', '--port=5053'], 1, "Flag 'port' is already loaded via name 'port'"],
	['quorum missing', [zk], 1, 'Need to specify --quorum for replicated log based registry when using ZooKeeper'],
	[
		'quorum text',
		['--quorum=abc'],
		1,
		"Failed to load flag 'quorum': Failed to load value 'abc': Failed to convert into",
	],
	['zk scheme', ['--zk=127.0.0.1:2181/mesos', '--quorum=1'], 1, "Expecting 'zk://' at the beginning of the URL"],
	[
		'zk path',
		['--zk=zk://127.0.0.1:2181', '--quorum=1'],
		1,
		"Expecting a (chroot) path for ZooKeeper ('/' is not supported)",
	],
	[
		'zk file',
		['--zk=file:///nosuch/zk', '--quorum=1'],
		1,
		"Error reading file '/nosuch/zk': No such file or directory",
	],
	[
		'acls',
		['--acls={"a":'],
		1,
		"Failed to load flag 'acls': Failed to load value '{\"a\":': syntax error at line 1 near: ",
	],
	[
		'credentials',
		['--credentials=/nosuch'],
		1,
		"Failed to read credentials file '/nosuch': No such file or directory (see",
	],
	[
		'http auth',
		['--authenticate_http_readonly'],
		1,
		"No credentials provided for the default 'basic' HTTP authenticator for",
	],
	[
		'work_dir',
		['--work_dir=/proc/nosuch/x'],
		1,
		"Failed to create work directory '/proc/nosuch/x': No such file or directory",
	],
	[
		'log_dir',
		['--log_dir=/proc/nosuch/log'],
		1,
		'Could not initialize logging: Failed to create directory /proc/nosuch/log',
	],
	[
		'foreign ip',
		['--ip=198.19.255.254'],
		'SIGABRT',
		'Failed to bind on 198.19.255.254:5050: Cannot assign requested address',
	],
	['quorum zero', [zk, '--quorum=0'], 'SIGABRT', 'CHECK_SOME(lowestBeginPosition): is NONE'],
];

const agents: Refusal[] = [
	['no master', [bare], 1, 'EXIT with status 1: Missing required option `--master` or `--master_detector`'],
	['unknown flag', [bare, zookeeper, '--bogus=1'], 1, "Failed to load unknown flag 'bogus'"],
	['containerizer', [bare, zookeeper, '--containerizers=foo'], 1, 'Unknown or unsupported containerizer: foo'],
	['isolator', [bare, zookeeper, '--isolation=foo/bar'], 1, "Unknown or unsupported isolator 'foo/bar'"],
	['attributes', [bare, zookeeper, '--attributes=rack'], 'SIGABRT', "Invalid attribute key:value pair 'rack'"],
	['resources', [bare, zookeeper, '--resources=ports(*):[31000'], 1, 'ports value [31000 error Mismatched brackets'],
	[
		'policy',
		[bare, zookeeper, '--reconfiguration_policy=foo'],
		1,
		"Unknown option for 'reconfiguration_policy' flag foo.",
	],
	[
		'master name',
		[bare, '--master=nosuch.invalid:5050'],
		1,
		"Failed to create a master detector: Failed to parse 'nosuch",
	],
	[
		'credential',
		[bare, zookeeper, '--credential=/nosuch'],
		1,
		"Failed to read credential file '/nosuch': No such file",
	],
];

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.prepare();
});
afterAll(() => bench?.clear());

describe('mesos-master refuses', () => {
	test.each(masters)('%s', async (name, flags, ended, text) => {
		const own = [`--hostname=${name.replaceAll(' ', '-')}`];
		if (!flags.some(flag => flag.startsWith('--ip'))) own.push(`--ip=${bench.address(1)}`);
		if (!flags.some(flag => flag.startsWith('--work_dir'))) own.push(`--work_dir=${bench.folder}/master`);
		const running = bench.program('mesos-master', [...own, ...flags]);
		expect(await running.ended).toBe(ended);
		expect(running.output()).toContain(text);
	});
});

describe('mesos-agent refuses', () => {
	const own = () => [
		`--ip=${bench.address(11)}`,
		'--hostname=a',
		`--work_dir=${bench.folder}/agent`,
		'--launcher=posix',
	];

	test.each(agents)('%s', async (_, flags, ended, text) => {
		const running = bench.program('mesos-agent', [...own(), ...flags]);
		expect(await running.ended).toBe(ended);
		expect(running.output()).toContain(text);
	});

	test('a missing work_dir', async () => {
		const running = bench.program('mesos-agent', [zookeeper]);
		expect(await running.ended).toBe(1);
		expect(running.output()).toContain(
			"Flag 'work_dir' is required, but it was not provided\n\nSee `mesos-agent --help`",
		);
	});

	test('the docker containerizer on cgroup v2 when it is the build of Apache', async () => {
		const running = bench.program(
			'mesos-agent',
			[...own(), bare, zookeeper, '--containerizers=docker,mesos'],
			'apache',
		);
		expect(await running.ended).toBe(1);
		expect(running.output()).toContain(
			"Could not create DockerContainerizer: Failed to create docker: Failed to find a mounted cgroups hierarchy for the 'cpu' subsystem",
		);
	});

	test('docker without a docker program when it is the cgroup2 build', async () => {
		const flags = [...own(), bare, zookeeper, '--containerizers=docker', '--docker=/nosuch/docker'];
		const running = bench.program('mesos-agent', flags);
		expect(await running.ended).toBe(1);
		expect(running.output()).toContain('Could not create DockerContainerizer: Failed to create docker: ');
	});
});
