import type {Platform} from '../platform.ts';
import {debian12} from './debian-12.ts';

/**
 * Ubuntu as far as it differs from Debian: rsyslog is part of every image and writes as a user of its own.
 * @param supportEnds of the standard support, ISO date
 */
export function ubuntu(version: string, suite: string, supportEnds: string): Platform {
	return {
		...debian12,
		id: `ubuntu-${version}`,
		title: `Ubuntu ${version}`,
		osRelease: {ids: ['ubuntu'], version: new RegExp(`^${version.replace('.', '\\.')}$`)},
		system: {packages: 'apt', services: 'systemd', suite},
		login: 'ubuntu',
		supportEnds,
		logging: {...debian12.logging, owner: 'syslog', group: 'adm'},
	};
}
