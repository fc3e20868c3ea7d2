import type {RunEvent} from '../pipeline/events.ts';
import type {RollingService} from '../steps/step.ts';
import {listed} from './members.ts';
import type {Consensus, Opinion} from './opinion.ts';

export type Check = Extract<RunEvent, {event: 'check'}>;

/** Takes what one check found. */
export type Report = (found: Omit<Check, 'event'>) => void;

const logFiles = {
	zookeeper: '/var/log/zookeeper/zookeeper.log',
	'mesos-master': '/var/log/mesos/mesos-master.log',
	'mesos-agent': '/var/log/mesos/mesos-agent.log',
	marathon: '/var/log/marathon/marathon.log',
	chronos: '/var/log/chronos/chronos.log',
} as const;
export type Unit = keyof typeof logFiles;

/** Where to look for the cause, for the `fix` of a check. */
export function lookAt(unit: Unit, hosts: string[]): string {
	return `Look at \`systemctl status ${unit}\` and \`journalctl -u ${unit}\` on ${listed(hosts)} (the log is also in ${logFiles[unit]}), then run \`mesos-setup apply\`.`;
}

/** One check of the leader and one of each instance of a service that elects a leader. */
export function reportElected(
	service: Exclude<RollingService, 'zookeeper'>,
	{opinions, consensus, detail}: {opinions: Opinion[]; consensus: Consensus; detail?: string | undefined},
	report: Report,
): void {
	const label = service === 'mesos-master' ? 'mesos' : service;
	const {leader, missing} = consensus;
	if (leader !== undefined) {
		report({check: `${label} leader`, status: 'ok', detail: `${leader} leads${detail ? `, ${detail}` : ''}`});
	} else {
		report({check: `${label} leader`, status: 'failed', detail: consensus.detail, fix: lookAt(service, missing)});
	}
	for (const {host, state, detail: said} of opinions) {
		const check = service === 'mesos-master' ? 'mesos master' : `${label} instance`;
		if (state === 'unreachable') {
			report({host, check, status: 'failed', detail: `does not answer (${said})`, fix: lookAt(service, [host])});
		} else if (state === 'no-leader') {
			report({host, check, status: 'failed', detail: `is up but ${said}`, fix: lookAt(service, [host])});
		} else {
			report({host, check, status: 'ok', detail: `is up and ${said}`});
		}
	}
}
