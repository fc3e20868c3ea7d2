import {SetupError} from '../cluster/setup-error.ts';
import {SetupErrors} from '../cluster/setup-errors.ts';
import type {RunEvent} from '../pipeline/events.ts';
import {Interrupted} from './interrupt.ts';

/** What a run that ended with an error says, and its exit code (DESIGN section 3). */
export type Failure = {events: Extract<RunEvent, {event: 'error'}>[]; exitCode: 1 | 2 | 130};

/** An error that is not one of ours is told in one sentence; its stack is for the log alone. */
export function toFailure(error: unknown): Failure {
	if (error instanceof Interrupted) return {events: [], exitCode: 130};
	if (error instanceof SetupErrors) {
		return {events: error.errors.flatMap(one => toFailure(one).events), exitCode: error.exitCode};
	}
	if (error instanceof SetupError) {
		const {host, field, reason: cause, fix, exitCode} = error;
		return {events: [{event: 'error', host, field, cause, fix}], exitCode};
	}
	const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
	return {
		events: [
			{
				event: 'error',
				cause: `mesos-setup met something it does not know how to handle: ${what || 'an error without a message'}.`,
				fix: 'The same command can be run again safely; the log has the details for a bug report.',
			},
		],
		exitCode: 1,
	};
}
