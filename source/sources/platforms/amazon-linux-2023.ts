import type {Platform} from '../platform.ts';
import {systemdDocker, systemdLogging} from './systemd.ts';

/** Amazon Linux 2023: dnf, systemd 252, cgroup v2, journald alone until rsyslog is installed, no cron. */
export const amazonLinux2023: Platform = {
	id: 'amazon-linux-2023',
	title: 'Amazon Linux 2023',
	osRelease: {ids: ['amzn'], version: /^2023$/},
	system: {packages: 'dnf', services: 'systemd'},
	login: 'ec2-user',
	supportEnds: '2029-06-30',
	// Asking for the package `curl` conflicts with the image's curl-minimal: what is wanted of a utility is its command.
	utilities: [
		{name: 'curl', unless: 'curl'},
		{name: 'tar', unless: 'tar'},
		{name: 'nmap-ncat', unless: 'nc'},
		{name: 'jq', unless: 'jq'},
		{name: 'unzip', unless: 'unzip'},
		{name: 'wget', unless: 'wget'},
		{name: 'htop', unless: 'htop'},
		{name: 'telnet', unless: 'telnet'},
	],
	time: [{unit: 'chronyd', package: 'chrony'}],
	logging: systemdLogging,
	docker: systemdDocker,
	paths: {
		java: '/usr/bin/java',
		nologin: '/sbin/nologin',
		zookeeperPackageHomes: ['/usr/share/zookeeper', '/usr/lib/zookeeper', '/opt/zookeeper'],
	},
	utc: {localtime: '../usr/share/zoneinfo/UTC'},
	kernelArguments: {
		add: 'grubby --update-kernel=ALL --args="ARGUMENTS"',
		check: "grubby --info=DEFAULT 2>/dev/null | grep -q -w -F 'ARGUMENTS'",
	},
};
