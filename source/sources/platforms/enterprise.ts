import type {Platform} from '../platform.ts';
import {amazonLinux2023} from './amazon-linux-2023.ts';

/** A rebuild of release 9: dnf, systemd 252, cgroup v2, SELinux enforcing, often firewalld; htop is in EPEL only. */
function enterprise9(name: string, title: string, login: string): Platform {
	return {
		...amazonLinux2023,
		id: `${name}-9`,
		title,
		osRelease: {ids: [name], version: /^9(\.|$)/},
		login,
		supportEnds: '2032-05-31',
		utilities: amazonLinux2023.utilities.filter(utility => utility.name !== 'htop'),
		paths: {...amazonLinux2023.paths, nologin: '/usr/sbin/nologin'},
	};
}

export const rockyLinux9: Platform = enterprise9('rocky', 'Rocky Linux 9', 'rocky');
export const almaLinux9: Platform = enterprise9('almalinux', 'AlmaLinux 9', 'ec2-user');
