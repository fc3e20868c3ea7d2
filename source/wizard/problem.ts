import {SetupError} from '../cluster/setup-error.ts';
import {SetupErrors} from '../cluster/setup-errors.ts';
import type {RunEvent} from '../pipeline/events.ts';

/** What stands in the way, as a screen shows it: where, why, and what helps. */
export type Problem = {
	host?: string | undefined;
	field?: string | undefined;
	cause: string;
	fix: string;
	/** It came with the events of a run, which line mode has printed by the time it asks. */
	told?: true;
};

export function toldProblem({host, field, cause, fix}: Extract<RunEvent, {event: 'error'}>): Problem {
	return {host, field, cause, fix, told: true};
}

/** An error as the problems it stands for; one that is no SetupError is a fault of the tool, of which the log has all. */
export function problemsOf(error: unknown, logPath: string | undefined): [Problem, ...Problem[]] {
	if (error instanceof SetupErrors) {
		const [first, ...rest] = error.errors;
		return [problemsOf(first, logPath)[0], ...rest.flatMap(one => problemsOf(one, logPath))];
	}
	if (error instanceof SetupError) {
		return [{host: error.host, field: error.field, cause: error.reason, fix: error.fix}];
	}
	return [
		{
			cause: error instanceof Error ? error.message : String(error),
			fix: `This is a fault of mesos-setup itself: please report it with its log${logPath === undefined ? '' : `, ${logPath}`}.`,
		},
	];
}
