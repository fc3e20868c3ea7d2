import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {packageFile} from '../../../source/cluster/package-file.ts';
import {parseFacts} from '../../../source/pipeline/host-facts.ts';

const amazonLinux = `@ os
amzn
2023
Amazon Linux 2023.12.20260831
@ uname
6.1.150-174.el x86_64
@ cgroup
cgroup2fs
@ selinux
Permissive
@ memory
8062340
@ disk
Filesystem     1024-blocks    Used Available Capacity Mounted on
/dev/nvme0n1p1    20900000 2000000  18900000      10% /
/dev/nvme0n1p1    20900000 2000000  17800000      10% /
@ cpus
2
@ hostname
ip-10-0-1-10
@ hostname_addresses
10.0.1.10       STREAM ip-10-0-1-10
10.0.1.10       DGRAM
@ addresses
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever
2: ens5    inet 10.0.1.10/20 brd 10.0.15.255 scope global ens5\\       valid_lft 3000sec
@ boot_id
11111111-2222-3333-4444-555555555555
@ clock
1700000005000000000
@ user
ec2-user
@ host_json
@ cluster_json
eyJpZCI6ImEifQ==
@ units
systemd 252
Id=docker.service
LoadState=loaded
ActiveState=active

Id=zookeeper.service
LoadState=not-found
ActiveState=inactive

Id=firewalld.service
LoadState=loaded
ActiveState=active
@ end
`;

test('facts of an Amazon Linux 2023 host', () => {
	expect(parseFacts(amazonLinux, 1_700_000_000_000, 1_700_000_002_000)).toEqual({
		os: {id: 'amzn', version_id: '2023', pretty_name: 'Amazon Linux 2023.12.20260831'},
		arch: 'x86_64',
		kernel: '6.1.150-174.el',
		cgroup: 'v2',
		systemd: 252,
		selinux: 'permissive',
		firewall: 'firewalld',
		memory_mb: 7873,
		disk_free_mb: 17383,
		cpus: 2,
		hostname: 'ip-10-0-1-10',
		hostname_addresses: ['10.0.1.10'],
		addresses: ['127.0.0.1', '10.0.1.10'],
		boot_id: '11111111-2222-3333-4444-555555555555',
		clock_offset_ms: 4000,
		user: 'ec2-user',
		host_json: null,
		cluster_json: '{"id":"a"}',
		units: {docker: 'active', firewalld: 'active'},
	});
});

test('v1 and hybrid cgroups are told apart', () => {
	const with_ = (lines: string) => parseFacts(`@ cgroup\n${lines}\n@ disk\n`, 0, 0).cgroup;
	expect(with_('tmpfs')).toBe('v1');
	expect(with_('tmpfs\ncgroup2fs')).toBe('hybrid');
	expect(with_('')).toBe('none');
});

test.each(['dash', 'bash'])('the facts script runs under %s and ends', shell => {
	const output = execFileSync(shell, ['-eu'], {input: packageFile('templates/facts.sh'), encoding: 'utf8'});
	expect(output.trimEnd().endsWith('@ end')).toBe(true);
	expect(parseFacts(output, Date.now(), Date.now()).boot_id).toMatch(/^[0-9a-f-]{36}$/);
});
