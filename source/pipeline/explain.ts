import {SetupError} from '../cluster/setup-error.ts';
import type {Outcome} from '../remote/session.ts';
import type {Step} from '../steps/step.ts';
import {recognised} from './known-failures.ts';

type Failure = Extract<Outcome, {status: 'failed'}>;

const longest = 600;

/** Output as one operator-sized excerpt without control characters: the telling line, if there is one, and the last. */
export function excerpt(output: string, telling = '', count = 4): string {
	const clean = (text: string) => text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f]/g, '').trim();
	// Who waits says so every second.
	const lines = new Set(clean(output).split('\n'));
	const last = [...lines].slice(-count).map(clean).filter(Boolean);
	const first = clean(telling).slice(0, longest / 2);
	if (first === '' || last.some(line => line.includes(first))) return last.join(' | ').slice(-longest);
	return `${first} | ${last.join(' | ').slice(first.length - longest)}`;
}

/** What the way a step ended says by itself, where its words say nothing. */
function byStatus({code, timedOut}: Failure): {cause: string; fix: string} | undefined {
	if (timedOut) {
		return {
			cause: 'it may have been slow, or have waited for something that never came',
			fix: 'See on the host what it waits for (ps, the log of this run); if it only needs longer, raise timeouts.step in the cluster file, then run the same command again.',
		};
	}
	if (code !== 128 + 9) return undefined;
	return {
		cause: 'something has killed it (SIGKILL), mostly the kernel because the memory was not enough',
		fix: 'See "dmesg | grep -i oom" and "free -m" on the host; stop what takes the memory or use a larger instance, then run the same command again.',
	};
}

/** The failure of a step as a sentence with cause and fix. */
export function explain(host: string, step: Step, failure: Failure): SetupError {
	const output = step.secret ? '' : failure.output;
	const hint = recognised(output, step.kind === 'service');
	const what = failure.timedOut
		? 'did not end in time and was stopped'
		: `failed with status ${failure.code}${failure.phase === 'check' ? ' while being checked' : ''}`;
	const known = hint ?? byStatus(failure);
	const said = output.trim() === '' ? '' : ` It said: ${excerpt(output, hint?.line)}`;
	return new SetupError({
		host,
		field: step.title,
		cause: `${what}${known ? `: ${known.cause}` : ''}.${said}`,
		fix: known?.fix ?? 'Mend what it says on the host, then run the same command again: it goes on where it stopped.',
		exitCode: 1,
	});
}
