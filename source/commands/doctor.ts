import {dirname} from 'node:path';
import {SetupError} from '../cluster/setup-error.ts';
import {limited} from '../pipeline/assemble.ts';
import {examine} from '../pipeline/doctor/examine.ts';
import type {CheckStatus, Listener, RunEvent} from '../pipeline/events.ts';
import {Fleet} from '../pipeline/fleet.ts';
import {Report} from '../pipeline/report.ts';
import {readBundles} from '../sources/read-bundle.ts';
import {checkHostKey, createConnect} from './connector.ts';
import {loadCluster} from './load-cluster.ts';
import {emitWarnings} from './open-run.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

type CheckEvent = Extract<RunEvent, {event: 'check'}>;

const order: CheckStatus[] = ['ok', 'warn', 'failed'];

/** Hosts are looked at side by side; a reader wants each host's findings together, and what is wrong where the eye ends. */
export function grouped(emit: Listener): Listener {
	const waiting = new Map<string, CheckEvent[]>();
	const done = new Set<string>();
	return event => {
		if (event.event === 'check' && event.host !== undefined && !done.has(event.host)) {
			waiting.set(event.host, [...(waiting.get(event.host) ?? []), event]);
			return;
		}
		if (event.event === 'host' && (event.state === 'finished' || event.state === 'failed')) {
			done.add(event.host);
			const checks = waiting.get(event.host) ?? [];
			checks.sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
			for (const check of checks) emit(check);
			// Each failure has been told as a check; the state alone would look like one more.
			if (event.state === 'failed' && checks.length > 0) return;
		}
		emit(event);
	};
}

/** Finds before what would fail later and changes nothing; exit 1 when a check failed, 0 with warnings at most. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	const {cluster, store, stored, file} = await loadCluster(options, frame.home);
	const bundles = await readBundles(cluster, file && dirname(file));
	const hosts = limited(cluster, options.limit);
	const report = new Report(hosts.map(host => host.name));
	const show = options.json ? frame.emit : grouped(frame.emit);
	const emit: Listener = event => {
		report.take(event);
		show(event);
	};
	emitWarnings(cluster, emit);
	const connect = await createConnect(cluster, store.hostKeys(cluster.name), frame, emit, checkHostKey(emit)).catch(
		(error: unknown) => {
			if (error instanceof SetupError) {
				emit({event: 'check', check: 'ssh key', status: 'failed', detail: error.reason, fix: error.fix});
			}
			throw error;
		},
	);
	const key = cluster.ssh.key ?? 'from ssh-agent or ~/.ssh/config';
	emit({event: 'check', check: 'ssh key', status: 'ok', detail: key});
	const fleet = new Fleet(hosts, cluster.hosts, connect, emit);
	try {
		await examine({
			cluster,
			fleet,
			allowUnsupported: options.allowUnsupported,
			limit: options.limit,
			stored: stored?.record,
			bundles,
			listener: emit,
			signal: frame.signal,
		});
		emit(report.summary());
		return report.failed > 0 ? 1 : 0;
	} finally {
		await fleet.close();
	}
}
