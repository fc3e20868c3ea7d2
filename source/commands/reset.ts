import {resetOf} from '../../roles/reset.ts';
import {loadCluster} from './load-cluster.ts';
import {locate} from './locate.ts';
import {openRun} from './open-run.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

/** Takes the cluster off the hosts again: daemons, data, logs, files, and the packages that were installed for it. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	const loaded = await locate(await loadCluster(options, frame.home), frame.emit, frame.signal);
	const question = `Take the cluster ${loaded.cluster.name} off ${options.limit.join(', ') || 'all its hosts'}? Its data is lost.`;
	frame.ask.mustBeAskable(question);
	const panels = {title: 'reset', atOnce: options.yes};
	const opened = await openRun({...loaded, record: loaded.stored?.record}, options, frame, {roles: resetOf, panels});
	try {
		if (!(await frame.ask.confirm(question))) {
			frame.emit({event: 'note', text: 'Nothing was changed.'});
			return 0;
		}
		await opened.show();
		await opened.pipeline('apply');
		opened.emit(opened.report.summary());
		if (opened.report.failed > 0) return 1;
		// A whole cluster that is gone has no identities left to keep; the next apply makes a new one.
		if (opened.hosts.length === opened.cluster.hosts.length && !frame.signal.aborted) {
			loaded.store.save(loaded.cluster.name, {cluster: loaded.cluster, file: loaded.file});
		}
		return 0;
	} finally {
		await opened.close();
	}
}
