import type {Platform} from '../platform.ts';
import {amazonLinux2023} from './amazon-linux-2023.ts';

/** Amazon Linux AMI 2018.03: yum, SysV init scripts, cgroup v1, rsyslog 5. Its repositories get nothing new any more. */
export const amazonLinux2018: Platform = {
	...amazonLinux2023,
	id: 'amazon-linux-2018',
	title: 'Amazon Linux AMI 2018.03',
	systems: ['Amazon Linux AMI (2018.03)'],
	osRelease: {ids: ['amzn'], version: /^201\d\.\d\d$/},
	system: {packages: 'yum', services: 'sysv'},
	supportEnds: '2023-12-31',
	unsupported: true,
	utilities: amazonLinux2023.utilities.map(one => (one.unless === 'nc' ? {name: 'nc', unless: 'nc'} : one)),
	time: [{unit: 'ntpd', package: 'ntp'}],
	logging: {
		packages: [{name: 'rsyslog'}, {name: 'logrotate'}],
		unit: 'rsyslog',
		owner: 'root',
		group: 'root',
		reopen: '/bin/kill -HUP $(cat /var/run/syslogd.pid)',
		old: true,
	},
	docker: {...amazonLinux2023.docker, stop: 'service docker stop'},
	// The image's own Java, 7, is what /usr/bin/java leads to.
	paths: {...amazonLinux2023.paths, java: '/usr/lib/jvm/jre-1.8.0/bin/java'},
	utc: {localtime: '/usr/share/zoneinfo/UTC'},
	kernelArguments: {add: 'add ARGUMENTS to the kernel line of /boot/grub/menu.lst'},
};
