import type {Platform} from '../platform.ts';
import {amazonLinux2023} from './amazon-linux-2023.ts';
import {systemdDocker, systemdLogging} from './systemd.ts';

/** Amazon Linux 2: yum, systemd 219, cgroup v1, bash 4.2 as sh; rsyslog and cron are there, Docker is an extra topic. */
export const amazonLinux2: Platform = {
	...amazonLinux2023,
	id: 'amazon-linux-2',
	title: 'Amazon Linux 2',
	osRelease: {ids: ['amzn'], version: /^2$/},
	system: {packages: 'yum', services: 'systemd'},
	supportEnds: '2026-06-30',
	// logrotate comes as a job of cron there.
	logging: {...systemdLogging, rotation: undefined},
	docker: {
		...systemdDocker,
		prepare: [
			{
				kind: 'command',
				title: 'topic docker of the extras',
				check:
					"! [ -e /etc/yum.repos.d/amzn2-extras.repo ] || sed -n '/^\\[amzn2extra-docker\\]/,/^$/p' /etc/yum.repos.d/amzn2-extras.repo | grep -q '^enabled *= *1'",
				apply: 'amazon-linux-extras enable docker > /dev/null\nyum -q clean metadata',
			},
		],
	},
};
