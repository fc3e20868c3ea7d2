import {readClusterFile} from '../cluster/cluster-file.ts';
import {toClusterInput} from '../cluster/format-cluster.ts';
import {begunRecord} from '../cluster/identity.ts';
import type {ClusterRecord} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {openStore} from '../cluster/store.ts';
import type {RunEvent} from '../pipeline/events.ts';
import {firstDifference, plannedSteps, readPlan} from '../pipeline/plan-file.ts';
import {hostsToReboot, rebootTerms} from '../pipeline/reboot.ts';
import {type LoadedCluster, loadCluster} from './load-cluster.ts';
import {locate} from './locate.ts';
import {type OpenRun, openRun} from './open-run.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';
import {mustHaveInstances, writeTags} from './write-tags.ts';

type Plan = Awaited<ReturnType<typeof readPlan>>;

function fromPlan(plan: Plan, home: string): LoadedCluster {
	const store = openStore(home);
	const stored = store.load(plan.cluster.name);
	return {cluster: plan.cluster, file: plan.file ?? stored?.file, stored, store};
}

/** Who has edited the cluster file since must know that it is the plan that is applied. */
async function tellEdited({file, cluster}: Plan, {emit}: Run): Promise<void> {
	if (file === undefined) return;
	const same = await readClusterFile(file).then(
		now => JSON.stringify(toClusterInput(now)) === JSON.stringify(toClusterInput(cluster)),
		() => false,
	);
	if (same) return;
	const detail = `${file} says something else by now, or cannot be read: what is applied is the plan, as it was saved. For the file as it is make a new plan.`;
	emit({event: 'check', check: 'cluster file', status: 'warn', detail});
}

/** Compares without changing, told to the user only where it is news; false when the user says no. */
async function agreed(opened: OpenRun, plan: Plan | undefined, options: CommandOptions, frame: Run): Promise<boolean> {
	const events: RunEvent[] = [];
	await opened.pipeline('plan', event => {
		events.push(event);
		const news = event.event === 'error' || (event.event === 'step' && event.status === 'would-change');
		if (news && !options.json) frame.emit(event);
	});
	const steps = plannedSteps(events);
	const difference = plan && firstDifference(plan.hosts, steps);
	if (difference) {
		throw new SetupError({
			cause: `the plan is out of date, nothing was changed. ${difference}.`,
			fix: 'Make a new plan and look at it.',
			exitCode: 1,
		});
	}
	const changes = Object.values(steps)
		.flat()
		.filter(step => step.status === 'would-change').length;
	if (changes === 0) return true;
	return frame.ask.confirm(`Apply ${changes} change${changes === 1 ? '' : 's'} to ${opened.hosts.length} hosts?`);
}

/** Applies what was agreed on; the store knows of it before the first step and until it has come to a good end. */
export async function carryOut(opened: OpenRun, loaded: LoadedCluster, signal: AbortSignal): Promise<void> {
	const {cluster, file, store, stored} = loaded;
	const begun = new Set<string>();
	let saved: ClusterRecord | undefined;
	const save = (unfinished: boolean | undefined) => {
		saved = begunRecord(opened.cluster.record, opened.known, begun);
		store.save(cluster.name, {cluster, file, record: saved, unfinished});
	};
	save(true);
	await opened.show();
	// Before a host's first step: ids given once must survive a run that dies half-way.
	await opened.pipeline('apply', undefined, host => {
		begun.add(host);
		if (saved !== opened.cluster.record) save(true);
	});
	opened.emit(opened.report.summary());
	if (opened.report.failed > 0 || signal.aborted) return;
	// A run over some of the hosts says nothing of the others.
	const everyone = opened.hosts.length === cluster.hosts.length;
	save(everyone ? undefined : stored?.unfinished);
}

/** A saved plan says all of it; a flag that says something else would be obeyed by nobody. */
function refuseBesidesPlan({clusterFile, cluster, limit}: CommandOptions): void {
	const given = {'--cluster-file': clusterFile, '--cluster': cluster, '--limit': limit[0]};
	const [field] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
	if (field === undefined) return;
	throw new SetupError({
		field,
		cause: 'a saved plan holds its own cluster and hosts.',
		fix: `Leave ${field} out, or the plan file.`,
		exitCode: 2,
	});
}

/** Makes the hosts what the cluster file (or a saved plan) says, then waits until the cluster proves itself. */
export async function run(options: CommandOptions, [planPath]: string[], frame: Run): Promise<number> {
	if (planPath !== undefined) refuseBesidesPlan(options);
	const plan = planPath === undefined ? undefined : await readPlan(planPath);
	if (plan) await tellEdited(plan, frame);
	const loaded = plan ? fromPlan(plan, frame.home) : await loadCluster(options, frame.home);
	return applyLoaded(loaded, plan ? {...options, limit: plan.limit} : options, frame, 'apply', plan);
}

/** A reboot is a question of its own: --yes does not answer it, --reboot does. */
async function askForReboot({fleet, hosts, cluster, allowReboot}: OpenRun, {ask}: Run): Promise<void> {
	const names = await hostsToReboot(fleet, hosts, cluster);
	if (names.length === 0) return;
	const them = names.length === 1 ? 'it' : 'them';
	if (await ask.confirm([...rebootTerms(names), `Reboot ${them}?`].join(' '))) allowReboot();
}

/** The same for a cluster in hand. @param title of the panels, before the cluster's name */
export async function applyLoaded(
	loaded: LoadedCluster,
	options: CommandOptions,
	frame: Run,
	title: string,
	plan?: Plan,
): Promise<number> {
	if (options.tag) mustHaveInstances(loaded.cluster);
	frame.ask.mustBeAskable('Apply the changes?');
	const located = await locate(loaded, frame.emit, frame.signal);
	const newId = plan ? () => plan.record.id : undefined;
	const panels = {title, atOnce: !plan && options.yes};
	const opened = await openRun({...located, record: loaded.stored?.record}, options, frame, {newId, panels});
	try {
		if (!options.yes && !options.reboot) await askForReboot(opened, frame);
		if (plan || !options.yes) {
			if (!(await agreed(opened, plan, options, frame))) {
				frame.emit({event: 'note', text: 'Nothing was changed.'});
				return 0;
			}
		}
		const {cluster} = located;
		const tagged = !options.tag || (await writeTags(cluster, opened.hosts, opened.emit, frame.signal));
		await carryOut(opened, located, frame.signal);
		return opened.report.failed > 0 || !tagged ? 1 : 0;
	} finally {
		await opened.close();
	}
}
