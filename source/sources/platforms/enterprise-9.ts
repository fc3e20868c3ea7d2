import type {Platform} from '../platform.ts';
import {amazonLinux2023} from './amazon-linux-2023.ts';

/** Rocky Linux and AlmaLinux 9: dnf, systemd 252, cgroup v2, SELinux enforcing, often firewalld; htop is in EPEL only. */
export const enterprise9: Platform = {
	...amazonLinux2023,
	id: 'enterprise-9',
	title: 'Rocky Linux or AlmaLinux 9',
	osRelease: {ids: ['rocky', 'almalinux'], version: /^9(\.|$)/},
	supportEnds: '2032-05-31',
	utilities: amazonLinux2023.utilities.filter(({name}) => name !== 'htop'),
	paths: {...amazonLinux2023.paths, nologin: '/usr/sbin/nologin'},
};
