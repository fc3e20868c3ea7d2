import {dirname} from 'node:path';
import {SetupError} from '../cluster/setup-error.ts';
import {regionOf} from '../discovery/aws.ts';
import {iamPolicy} from '../discovery/policy.ts';
import {limited} from '../pipeline/assemble.ts';
import {examine} from '../pipeline/doctor/examine.ts';
import type {CheckStatus, Listener, RunEvent} from '../pipeline/events.ts';
import {Fleet} from '../pipeline/fleet.ts';
import {Report} from '../pipeline/report.ts';
import {readBundles} from '../sources/read-bundle.ts';
import {examineNetwork} from './cloud-network.ts';
import {checkKeys, createConnect} from './connector.ts';
import {loadCluster} from './load-cluster.ts';
import {locate} from './locate.ts';
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

/** The region of the cluster that is named, else the one that would be asked; undefined where nobody says. */
async function regionMeant(options: CommandOptions, home: string): Promise<string | undefined> {
	const named = options.clusterFile !== undefined || options.cluster !== undefined;
	const {region, profile} = named ? (await loadCluster(options, home)).cluster : options;
	return regionOf({region, profile}).catch((error: unknown) => {
		if (error instanceof SetupError) return undefined;
		throw error;
	});
}

/** The policy for the flags that are given; `doctor` itself writes no tags. */
async function printPolicy(options: CommandOptions, {home, streams}: Run): Promise<number> {
	const {fixNetwork, tag} = options;
	const policy = iamPolicy({fixNetwork, tag}, await regionMeant(options, home));
	streams.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
	return 0;
}

function refuse(field: string, cause: string, fix: string): SetupError {
	return new SetupError({field, cause, fix, exitCode: 2});
}

/** Finds before what would fail later and changes nothing unasked; exit 1 when a check failed, 0 with warnings at most. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	if (options.iam) return printPolicy(options, frame);
	if (options.tag)
		throw refuse(
			'--tag',
			'doctor writes no tags.',
			'Use: mesos-setup apply --tag. With --iam it prints what that needs.',
		);
	const loaded = await loadCluster(options, frame.home);
	if (options.fixNetwork && !loaded.cluster.hosts.some(({instance}) => instance)) {
		throw refuse(
			'--fix-network',
			`no host of ${loaded.cluster.name} has an instance id, so its security groups are not known.`,
			'Give each host its `instance: i-...` in the cluster file.',
		);
	}
	const bundles = await readBundles(loaded.cluster, loaded.file && dirname(loaded.file));
	const hosts = limited(loaded.cluster, options.limit);
	const report = new Report(hosts.map(host => host.name));
	const show = options.json ? frame.emit : grouped(frame.emit);
	const emit: Listener = event => {
		report.take(event);
		show(event);
	};
	emitWarnings(loaded.cluster, emit);
	const located = await locate(loaded, emit, frame.signal);
	const {cluster, stored} = located;
	const connect = await createConnect(located, frame, emit, checkKeys(emit)).catch((error: unknown) => {
		if (error instanceof SetupError) {
			emit({event: 'check', check: 'ssh key', status: 'failed', detail: error.reason, fix: error.fix});
		}
		throw error;
	});
	const key = cluster.ssh.key ?? 'from ssh-agent or ~/.ssh/config';
	emit({event: 'check', check: 'ssh key', status: 'ok', detail: key});
	await examineNetwork(located, emit, {fix: options.fixNetwork, signal: frame.signal});
	const fleet = new Fleet(limited(cluster, options.limit), cluster.hosts, connect, emit);
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
