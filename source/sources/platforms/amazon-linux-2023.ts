import type {Platform} from '../platform.ts';

/** Amazon Linux 2023: dnf, systemd 252, cgroup v2, journald alone until rsyslog is installed, no cron. */
export const amazonLinux2023: Platform = {
	id: 'amazon-linux-2023',
	title: 'Amazon Linux 2023',
	osRelease: {id: 'amzn', version_id: '2023'},
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
	services: [{name: 'chrony'}, {name: 'rsyslog'}, {name: 'logrotate'}],
	units: {time: 'chronyd', syslog: 'rsyslog', rotation: 'logrotate.timer', docker: 'docker'},
	paths: {
		java: '/usr/bin/java',
		docker: '/usr/bin/docker',
		nologin: '/sbin/nologin',
		utc: '../usr/share/zoneinfo/UTC',
		zookeeperPackageHomes: ['/usr/share/zookeeper', '/usr/lib/zookeeper', '/opt/zookeeper'],
	},
};
