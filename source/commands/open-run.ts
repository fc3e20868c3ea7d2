import {randomUUID} from 'node:crypto';
import {hostname} from 'node:os';
import {dirname} from 'node:path';
import {rolesOf} from '../../roles/roles-of.ts';
import type {Cluster, ClusterRecord} from '../cluster/model.ts';
import {validateCluster} from '../cluster/validate.ts';
import {type Assembly, assemble, limited} from '../pipeline/assemble.ts';
import {closingGates} from '../pipeline/coordination.ts';
import type {Listener, RunEvent} from '../pipeline/events.ts';
import {type HostEnd, type PipelineOptions, runPipeline} from '../pipeline/pipeline.ts';
import {Report} from '../pipeline/report.ts';
import type {Owner} from '../remote/session.ts';
import {readBundles} from '../sources/read-bundle.ts';
import {createConnect, type Manner, noteKeys} from './connector.ts';
import type {Located} from './locate.ts';
import type {CommandOptions} from './options.ts';
import {userName} from './user-name.ts';
import type {Run} from './verb.ts';

/** A cluster with connections to the hosts of this run. */
export type OpenRun = Assembly & {
	/**
	 * Runs `rolesOf`; `listener` sees the events instead of the user when given. `onBegin` hears of each host just before
	 * its first step, when it is connected, locked and known to belong to the cluster.
	 */
	pipeline(
		mode: 'plan' | 'apply',
		listener?: Listener,
		onBegin?: (host: string) => void,
	): Promise<Map<string, HostEnd>>;
	/** From now on hosts may be rebooted that need it. */
	allowReboot(): void;
	/** Opens the panels, if that has not been done while connecting. */
	show(): Promise<void>;
	report: Report;
	/** To the user, the log and the report. */
	emit: Listener;
	close(): Promise<void>;
};

/** Who holds the locks of this run, as the next one to come is told. */
function ownerOf(runId: string): Owner {
	return {
		run: runId,
		who: `${userName()}@${hostname()} (pid ${process.pid})`,
		since: new Date().toISOString(),
	};
}

/** Prints what is not wrong but should be known, such as an even number of masters. */
export function emitWarnings(cluster: Cluster, emit: Listener): void {
	for (const text of validateCluster(cluster).warnings)
		emit({event: 'check', check: 'cluster file', status: 'warn', detail: text});
}

type OpenOptions = {
	newId?: (() => string) | undefined;
	roles?: PipelineOptions['rolesOf'];
	/** For the panels; `atOnce` where no question comes before the run. */
	panels?: {title: string; atOnce: boolean};
	/** What is said of keys; without it a wrong one ends the run. */
	keys?: (emit: Listener) => Manner;
};

/** Connects to the hosts and settles who is who; the caller closes it. */
export async function openRun(
	loaded: Located & {record?: ClusterRecord | undefined},
	options: CommandOptions,
	run: Run,
	{newId = randomUUID, roles = rolesOf, panels, keys = noteKeys}: OpenOptions = {},
): Promise<OpenRun> {
	const {cluster} = loaded;
	const bundles = await readBundles(cluster, loaded.file && dirname(loaded.file));
	emitWarnings(cluster, run.emit);
	const names = cluster.hosts.map(host => host.name);
	const report = new Report(options.limit.length > 0 ? options.limit : names);
	const emit = (event: RunEvent) => {
		report.take(event);
		run.emit(event);
	};
	const show = async () => {
		if (!panels) return;
		const gates = roles === rolesOf ? closingGates(cluster) : [];
		await run.live({title: `${panels.title} ${cluster.name}`, hosts: limited(cluster, options.limit), gates});
	};
	const connect = await createConnect(loaded, run, emit, keys(emit));
	if (panels?.atOnce) await show();
	const assembling = assemble({
		cluster,
		limit: options.limit,
		stored: loaded.record,
		bundles,
		connect,
		newId,
		listener: emit,
	});
	// The hosts are busy with the logins now.
	setImmediate(() => loaded.store.prepare());
	const assembly = await assembling;
	const owner = ownerOf(randomUUID());
	let {reboot} = options;
	return {
		...assembly,
		report,
		emit,
		show,
		allowReboot() {
			reboot = true;
		},
		pipeline: (mode, listener = emit, onBegin = () => {}) =>
			runPipeline({
				...assembly,
				rolesOf: roles,
				mode,
				fresh: assembly.known === undefined,
				reboot,
				prove: roles === rolesOf,
				// What was put on a host once can always be taken off again.
				allowUnsupported: options.allowUnsupported || roles !== rolesOf,
				prepare: async member => {
					if (mode === 'plan') return;
					await member.session.lock(owner);
					onBegin(member.host.name);
				},
				listener,
				signal: run.signal,
			}),
		close: () => assembly.fleet.close(),
	};
}
