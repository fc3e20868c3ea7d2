import type {Platform} from '../platform.ts';

/** rsyslog and logrotate where both are units of systemd and write as root. */
export const systemdLogging: Platform['logging'] = {
	packages: [{name: 'rsyslog'}, {name: 'logrotate'}],
	unit: 'rsyslog',
	rotation: 'logrotate.timer',
	owner: 'root',
	group: 'root',
	reopen: 'systemctl kill --signal=HUP rsyslog.service',
};

export const systemdDocker: Platform['docker'] = {
	unit: 'docker',
	binary: '/usr/bin/docker',
	stop: 'systemctl stop docker.socket docker.service containerd.service',
};
