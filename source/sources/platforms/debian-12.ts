import type {Platform} from '../platform.ts';
import {systemdDocker, systemdLogging} from './systemd.ts';

/** Debian 12: apt, systemd 252, cgroup v2, journald alone until rsyslog is installed. */
export const debian12: Platform = {
	id: 'debian-12',
	title: 'Debian 12',
	osRelease: {ids: ['debian'], version: /^12$/},
	system: {packages: 'apt', services: 'systemd', suite: 'bookworm'},
	login: 'admin',
	supportEnds: '2028-06-30',
	utilities: [
		{name: 'curl', unless: 'curl'},
		{name: 'ca-certificates'},
		{name: 'tar', unless: 'tar'},
		{name: 'netcat-openbsd', unless: 'nc'},
		{name: 'jq', unless: 'jq'},
		{name: 'unzip', unless: 'unzip'},
		{name: 'wget', unless: 'wget'},
		{name: 'htop', unless: 'htop'},
		{name: 'inetutils-telnet', unless: 'telnet'},
	],
	// Each of them displaces the other: what the image's makers chose stays.
	time: [
		{unit: 'chrony', package: 'chrony'},
		{unit: 'systemd-timesyncd', package: 'systemd-timesyncd'},
	],
	logging: systemdLogging,
	docker: systemdDocker,
	paths: {
		java: '/usr/bin/java',
		nologin: '/usr/sbin/nologin',
		zookeeperPackageHomes: ['/usr/share/zookeeper', '/usr/share/java'],
	},
	// tzdata's own scripts read the one or the other.
	utc: {localtime: '/usr/share/zoneinfo/Etc/UTC', name: {path: '/etc/timezone', content: 'Etc/UTC\n'}},
	kernelArguments: {
		add: 'echo \'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX ARGUMENTS"\' > /etc/default/grub.d/90-mesos-setup.cfg; update-grub',
	},
};
