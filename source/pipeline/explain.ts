import {SetupError} from '../cluster/setup-error.ts';
import type {Outcome} from '../remote/session.ts';
import type {Step} from '../steps/step.ts';

type Failure = Extract<Outcome, {status: 'failed'}>;

/** What operators have met before: how it shows in a step's output, and what helps. First match wins. */
const known: {shows: RegExp; cause: string; fix: string}[] = [
	{
		shows: /No space left on device|Disk quota exceeded|needs \d+\s*[KMG]B (?:more space )?on the/i,
		cause: 'the disk is full',
		fix: 'Free some space (df -h shows where), then run the same command again.',
	},
	{
		shows: /Could not resolve host|Temporary failure in name resolution/i,
		cause: 'a download host has no address: name resolution does not work on this host, or the server is gone',
		fix: 'Check the VPC\'s DNS and the "sources" of the cluster file.',
	},
	{
		shows: /Waiting for process with pid|another (?:app|process) .* lock|Failed to obtain the transaction lock/i,
		cause: 'the package manager is in use by another process',
		fix: 'Wait until it has ended (often automatic updates after boot), then run the same command again.',
	},
	{
		shows: /GPG check FAILED|not correctly signed|Public key .* is not installed/i,
		cause: 'a package is not signed by the key of its repository',
		fix: 'Check "gpgkey" of the repository in the cluster file; do not install what it does not sign.',
	},
	{
		shows: /Unable to find a match|No match for argument/i,
		cause: 'the repositories of this host have no package of that name',
		fix: 'Check the package name and "repo" in "sources" of the cluster file.',
	},
	{
		shows:
			/Failed to download metadata|Cannot download|All mirrors were tried|Curl error|Connection refused|Connection timed out/i,
		cause: 'a download failed',
		fix: 'Check that the host reaches the server named in the log (security group, NAT, proxy), then run the same command again.',
	},
	{
		shows: /Address already in use|BindException|port is already allocated/i,
		cause: 'a port the daemon needs is taken by another process',
		fix: 'Find it with "ss -ltnp" on the host and stop it, then run the same command again.',
	},
	{
		shows: /Incompatible agent info detected/i,
		cause:
			'the agent refuses to start with changed attributes, resources, hostname or port while it still knows running tasks',
		fix: 'Undo the change, or drain the agent and remove /var/lib/mesos/meta/slaves/latest on that host; its tasks are lost then.',
	},
];

/** Cause and fix of a failure by what a host printed; undefined for what nobody has met yet. */
export function recognised(output: string): {cause: string; fix: string} | undefined {
	return known.find(one => one.shows.test(output));
}

/** Output as one operator-sized excerpt: the last lines, without control characters. */
function lastLines(output: string, count = 4): string {
	const lines = output
		.replaceAll(/[\x00-\x08\x0b-\x1f\x7f]/g, '')
		.trim()
		.split('\n');
	return lines
		.slice(-count)
		.map(line => line.trim())
		.filter(Boolean)
		.join(' | ')
		.slice(-600);
}

/** The failure of a step as a sentence with cause and fix. */
export function explain(host: string, step: Step, failure: Failure): SetupError {
	const output = step.secret ? '' : failure.output;
	const hint = recognised(output);
	const what = failure.timedOut
		? 'did not end in time and was stopped'
		: `failed with status ${failure.code}${failure.phase === 'check' ? ' while being checked' : ''}`;
	const said = output.trim() === '' ? '' : ` It said: ${lastLines(output)}`;
	return new SetupError({
		host,
		field: step.title,
		cause: `${what}${hint ? `: ${hint.cause}` : ''}.${said}`,
		fix: hint?.fix ?? 'Mend what it says on the host, then run the same command again: it goes on where it stopped.',
		exitCode: 1,
	});
}
