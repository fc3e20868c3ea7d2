import {readFile, writeFile} from 'node:fs/promises';
import {z} from 'zod';
import {toClusterInput} from '../cluster/format-cluster.ts';
import type {Cluster, ClusterRecord} from '../cluster/model.ts';
import {version} from '../cluster/package-file.ts';
import {recordSchema} from '../cluster/record-schema.ts';
import {clusterSchema} from '../cluster/schema.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {validateCluster} from '../cluster/validate.ts';
import type {RunEvent} from './events.ts';

export type PlannedStep = {role: string; step: string; status: string; diff?: string | undefined};

/** A saved plan: what apply would do, and every answer of the hosts it was made from. */
export type Plan = {
	version: string;
	created: string;
	/** Absolute path of the cluster file it was made from, when there was one. */
	file?: string | undefined;
	cluster: Cluster;
	record: ClusterRecord;
	/** Names of the hosts the plan is for, in order. */
	limit: string[];
	hosts: Record<string, PlannedStep[]>;
};

const plannedStep = z.object({role: z.string(), step: z.string(), status: z.string(), diff: z.string().optional()});
const planFile = z.object({
	version: z.string(),
	created: z.string(),
	file: z.string().optional(),
	// In the form of its file, so that nothing passes here that would not pass there.
	cluster: clusterSchema.refine(cluster => validateCluster(cluster).problems.length === 0),
	record: recordSchema,
	limit: z.array(z.string()),
	hosts: z.record(z.string(), z.array(plannedStep)),
});

/** Gathers the steps of a run in plan mode from its events. */
export function plannedSteps(events: readonly RunEvent[]): Plan['hosts'] {
	const hosts: Plan['hosts'] = {};
	for (const event of events) {
		if (event.event !== 'step') continue;
		const {host, role, step, status, diff} = event;
		hosts[host] ??= [];
		hosts[host].push({role, step, status, ...(diff === undefined ? {} : {diff})});
	}
	return hosts;
}

/** The first way in which what the hosts answer now differs from the plan, as a sentence; undefined when none does. */
export function firstDifference(planned: Plan['hosts'], now: Plan['hosts']): string | undefined {
	for (const host of new Set([...Object.keys(planned), ...Object.keys(now)])) {
		const before = planned[host] ?? [];
		const after = now[host] ?? [];
		for (let i = 0; i < Math.max(before.length, after.length); i++) {
			const was = before[i];
			const is = after[i];
			if (!was || !is || was.step !== is.step) return `${host}: its list of steps is another one`;
			if (was.status !== is.status)
				return `${host}: "${was.step}" was ${was.status} in the plan and is ${is.status} now`;
			if (was.diff !== is.diff) return `${host}: "${was.step}" would change something else now than in the plan`;
		}
	}
	return undefined;
}

/** Writes a plan; `path` as the user gave it. Mode 600: diffs may show what files hold. */
export async function writePlan(path: string, plan: Omit<Plan, 'version' | 'created'>): Promise<void> {
	const file = {version, created: new Date().toISOString(), ...plan, cluster: toClusterInput(plan.cluster)};
	await writeFile(path, `${JSON.stringify(file, null, '\t')}\n`, {mode: 0o600}).catch((error: Error) => {
		throw new SetupError({
			field: '--out',
			cause: `the plan cannot be written to ${path}: ${error.message}.`,
			fix: 'Free some space, or name a file elsewhere.',
			exitCode: 1,
			error,
		});
	});
}

/** Reads a plan back; a SetupError (exit 2) when the file is none or another version's. */
export async function readPlan(path: string): Promise<Plan> {
	const none = 'is not a plan that "mesos-setup plan --out" wrote.';
	const refuse = (cause: string, error?: unknown) =>
		new SetupError({field: path, cause, fix: `Make a new one: mesos-setup plan --out ${path}`, exitCode: 2, error});
	let content: unknown;
	try {
		content = JSON.parse(await readFile(path, 'utf8'));
	} catch (error) {
		const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
		throw refuse(missing ? 'there is no such file.' : none, error);
	}
	// First, for another version may well write another form.
	const made = z.object({version: z.string().max(20)}).safeParse(content);
	if (made.success && made.data.version !== version) {
		throw refuse(`was made by mesos-setup ${made.data.version}, this is ${version}.`);
	}
	const parsed = planFile.safeParse(content);
	if (!parsed.success) throw refuse(none, parsed.error);
	return parsed.data;
}
