import {access, constants, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {SetupError} from '../cluster/setup-error.ts';
import type {RunEvent} from '../pipeline/events.ts';
import {plannedSteps, writePlan} from '../pipeline/plan-file.ts';
import {byHost} from './by-host.ts';
import {loadCluster} from './load-cluster.ts';
import {locate} from './locate.ts';
import {openRun} from './open-run.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

/** Better before all hosts have been asked than after it. */
async function mustBeWritable(file: string): Promise<void> {
	const found = await stat(file).catch(() => undefined);
	const problem = await access(found?.isFile() ? file : dirname(file), constants.W_OK).then(
		() => (found && !found.isFile() ? 'it is no file' : undefined),
		(error: Error) => error.message,
	);
	if (problem === undefined) return;
	throw new SetupError({
		field: '--out',
		cause: `the plan cannot be written to ${file}: ${problem}.`,
		fix: 'Name a file in a folder you may write to.',
		exitCode: 2,
	});
}

/** Shows what apply would change and changes nothing; exit 3 with --check when there is something. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	if (options.out !== undefined) await mustBeWritable(options.out);
	const loaded = await locate(await loadCluster(options, frame.home), frame.emit, frame.signal);
	const opened = await openRun({...loaded, record: loaded.stored?.record}, options, frame);
	try {
		const emit = options.json ? opened.emit : byHost(opened.emit);
		const events: RunEvent[] = [];
		await opened.pipeline('plan', event => {
			// Diffs of a thousand hosts are kept only where they are saved.
			if (options.out !== undefined) events.push(event);
			emit(event);
		});
		const {report, cluster, hosts} = opened;
		emit(report.summary());
		if (report.failed > 0 || frame.signal.aborted) return 1;
		if (options.out !== undefined) {
			const {record, bundles: _, ...description} = cluster;
			const limit = hosts.map(host => host.name);
			await writePlan(options.out, {
				file: loaded.file,
				cluster: description,
				record,
				limit,
				hosts: plannedSteps(events),
			});
			opened.emit({event: 'note', text: `Saved. Apply exactly this with: mesos-setup apply ${options.out}`});
		}
		return options.check && report.changed > 0 ? 3 : 0;
	} finally {
		await opened.close();
	}
}
