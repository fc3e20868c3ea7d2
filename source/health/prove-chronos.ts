import {lookAt} from './checks.ts';
import {addIdleJob, askJob, deleteJob, runJob} from './chronos.ts';
import {poll} from './poll.ts';
import type {ProofTarget} from './prove-marathon.ts';
import type {Reach} from './reach.ts';
import {abortableReach, reasonOf} from './stream.ts';

const job = 'mesos-setup-verify';
const check = 'chronos job';
/** Milliseconds. */
const runTimeout = 90_000;

/** Schedules a job, starts it, sees it succeed and removes it. Never rejects. */
export async function proveChronos({leader, reach, signal, report, patience}: ProofTarget): Promise<void> {
	if (leader === undefined) {
		report({check, status: 'warn', detail: 'not tried: Chronos has no leader', fix: 'Mend Chronos first.'});
		return;
	}
	const asked = abortableReach(reach, signal);
	const fix = `${lookAt('chronos', [leader])} The job's own output is in the sandboxes below /var/lib/mesos/slaves on the slaves.`;
	const timeout = Math.min(patience, runTimeout);
	let succeeded = false;
	try {
		await remove(leader, asked);
		await addIdleJob(leader, job, 'true', reach);
		await runJob(leader, job, reach);
		const ended = await poll(() => askJob(leader, job, asked), {
			done: answer => answer === undefined || answer.successCount + answer.errorCount > 0,
			timeout,
			signal,
		});
		succeeded = (ended?.successCount ?? 0) > 0;
		if (!succeeded) {
			const why = ended?.errorCount
				? 'the job ran and failed'
				: `the job did not end within ${Math.round(timeout / 1_000)} s`;
			report({check, status: 'failed', detail: ended ? why : 'the job vanished; is another verify at work?', fix});
		}
	} catch (error) {
		if (!signal.aborted) report({check, status: 'failed', detail: `Chronos on ${leader} ${reasonOf(error)}`, fix});
	}
	try {
		await remove(leader, reach);
		if (succeeded) report({check, status: 'ok', detail: `scheduled and run by ${leader}`});
	} catch (error) {
		const detail = `the job ${job} is not removed: ${reasonOf(error)}`;
		report({check, status: 'failed', detail, fix: `Remove ${job} in Chronos, or run \`mesos-setup verify\` again.`});
	}
}

/** Chronos refuses to delete what it does not have, so it is asked first. */
async function remove(leader: string, reach: Reach): Promise<void> {
	if (await askJob(leader, job, reach)) await deleteJob(leader, job, reach);
}
