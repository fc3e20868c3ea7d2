import {SetupError} from '../cluster/setup-error.ts';
import {SetupErrors} from '../cluster/setup-errors.ts';

/** What stands in the way, as a screen shows it: where, why, and what helps. */
export type Problem = {host?: string | undefined; field?: string | undefined; cause: string; fix: string};

/** An error as the problems it stands for; one that is no SetupError is a fault of the tool and says so. */
export function problemsOf(error: unknown): [Problem, ...Problem[]] {
	if (error instanceof SetupErrors) {
		const [first, ...rest] = error.errors;
		return [problemsOf(first)[0], ...rest.flatMap(problemsOf)];
	}
	if (error instanceof SetupError) {
		return [{host: error.host, field: error.field, cause: error.reason, fix: error.fix}];
	}
	return [
		{
			cause: error instanceof Error ? error.message : String(error),
			fix: 'This is a fault of mesos-setup itself: please report it with the log file.',
		},
	];
}
