import type {Platform} from '../platform.ts';

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
	logging: {
		packages: [{name: 'rsyslog'}, {name: 'logrotate'}],
		unit: 'rsyslog',
		rotation: 'logrotate.timer',
		owner: 'root',
		group: 'root',
		reopen: 'systemctl kill --signal=HUP rsyslog.service',
	},
	docker: {
		unit: 'docker',
		binary: '/usr/bin/docker',
		stop: 'systemctl stop docker.socket docker.service containerd.service',
	},
	paths: {
		java: '/usr/bin/java',
		nologin: '/sbin/nologin',
		zookeeperPackageHomes: ['/usr/share/zookeeper', '/usr/lib/zookeeper', '/opt/zookeeper'],
	},
	utc: {localtime: '../usr/share/zoneinfo/UTC'},
	kernelArguments: 'grubby --update-kernel=ALL --args="ARGUMENTS"',
};
