import {SetupError} from '../cluster/setup-error.ts';
import type {RunEvent} from './events.ts';

/** An error as an event; one that is no SetupError is a fault of the tool and says so. */
export function errorEvent(error: unknown, host?: string): RunEvent {
	if (error instanceof SetupError) {
		return {event: 'error', host: error.host ?? host, field: error.field, cause: error.reason, fix: error.fix};
	}
	return {
		event: 'error',
		host,
		cause: error instanceof Error ? error.message : String(error),
		fix: 'This is a fault of mesos-setup itself: please report it with the log file.',
	};
}
