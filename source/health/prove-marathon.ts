import type {Cluster} from '../cluster/model.ts';
import type {SlavesFound} from './check-slaves.ts';
import {lookAt, type Report} from './checks.ts';
import {askApp, askDeployments, deleteApp, deleteGroup, listApps, type MarathonApp, putApp} from './marathon.ts';
import {slavesOf} from './members.ts';
import type {Agent} from './mesos.ts';
import {poll} from './poll.ts';
import type {Reach} from './reach.ts';
import {abortableReach, reasonOf} from './stream.ts';

export type ProofTarget = {
	/** Host of the framework's leader. */
	leader: string | undefined;
	/** Not ended by `signal`: what was started is removed through it. */
	reach: Reach;
	signal: AbortSignal;
	report: Report;
	/** Milliseconds the user gives the cluster to come to a state. */
	patience: number;
};

/** Everything below it is verify's own and removed when found. */
const group = '/mesos-setup-verify';
const folder = `${group}/`;
const check = 'marathon task';
/** Milliseconds. Marathon asks for new offers every 5 s at the most; the rest is the task's start. */
const startTimeout = 90_000;
const removalTimeout = 30_000;
/** Apps at a time: Marathon refuses more than a hundred deployments at once. */
const lanes = 16;

/** Runs one app on every registered slave, pinned by the attribute `id`, and removes it. Never rejects. */
export async function proveMarathon(cluster: Cluster, registered: SlavesFound, target: ProofTarget): Promise<void> {
	const {leader, signal, report} = target;
	if (leader === undefined) {
		report({check, status: 'warn', detail: 'not tried: Marathon has no leader', fix: 'Mend Marathon first.'});
		return;
	}
	try {
		await removeLeftovers(leader, target);
	} catch (error) {
		const detail = `cannot remove what an earlier verify left below ${folder}: ${reasonOf(error)}`;
		if (!signal.aborted) report({check, status: 'failed', detail, fix: lookAt('marathon', [leader])});
		return;
	}
	const untried = {check, status: 'warn', detail: 'not tried: the slave is not registered'} as const;
	const waiting = slavesOf(cluster).map(({name}) => name);
	const lane = async () => {
		for (let slave = waiting.shift(); slave !== undefined && !signal.aborted; slave = waiting.shift()) {
			const agent = registered.get(slave);
			if (agent) await prove(slave, agent, leader, target);
			else report({...untried, host: slave, fix: `Mend mesos-agent on ${slave} first.`});
		}
	};
	await Promise.all(Array.from({length: lanes}, lane));
	try {
		await deleteGroup(leader, group, target.reach);
	} catch (error) {
		const detail = `the empty group ${group} is left: ${reasonOf(error)}`;
		report({check, status: 'warn', detail, fix: `Remove ${group} in Marathon.`});
	}
}

async function removeLeftovers(leader: string, {reach, signal}: ProofTarget): Promise<void> {
	const left = await listApps(leader, folder, abortableReach(reach, signal));
	await Promise.all(left.map(id => remove(leader, id, reach)));
}

async function prove(
	slave: string,
	agent: Agent,
	leader: string,
	{reach, signal, report, patience}: ProofTarget,
): Promise<void> {
	const id = `${folder}${slave}`;
	const asked = abortableReach(reach, signal);
	const failed = (detail: string) => {
		if (!signal.aborted) report({host: slave, check, status: 'failed', detail, fix: taskFix(slave, leader)});
	};
	const timeout = Math.min(patience, startTimeout);
	let found = '';
	try {
		// Through the reach that no stop ends: an app whose creation nobody waits for may appear after its removal.
		await putApp(leader, id, appOn(slave), reach);
		const started = performance.now();
		const app = await poll(() => askApp(leader, id, asked), {
			done: answer => answer === undefined || runsOn(answer, agent),
			timeout,
			signal,
		});
		const seconds = ((performance.now() - started) / 1_000).toFixed(1);
		if (!app) failed('the app vanished; is another verify at work?');
		else if (runsOn(app, agent)) found = `ran on ${slave} after ${seconds} s`;
		else failed(`no task ran within ${Math.round(timeout / 1_000)} s: ${whyNotRunning(app, agent)}`);
	} catch (error) {
		failed(`Marathon on ${leader} ${reasonOf(error)}`);
	}
	try {
		await remove(leader, id, reach);
		if (found) report({host: slave, check, status: 'ok', detail: found});
	} catch (error) {
		const detail = `${found ? `${found}, but ` : ''}the app ${id} is not removed: ${reasonOf(error)}`;
		const fix = `Remove ${id} in Marathon, or run \`mesos-setup verify\` again.`;
		report({host: slave, check, status: 'failed', detail, fix});
	}
}

function appOn(slave: string): object {
	return {
		cmd: 'exec sleep 600',
		cpus: 0.01,
		mem: 32,
		disk: 0,
		instances: 1,
		constraints: [['id', 'CLUSTER', slave]],
		// It listens nowhere: a slave whose ports are all taken still passes.
		portDefinitions: [],
		backoffSeconds: 1,
		maxLaunchDelaySeconds: 5,
	};
}

/** On the very agent the leader has for this slave, not on another with the same attribute. */
function runsOn(app: MarathonApp, agent: Agent): boolean {
	return app.tasks.some(({state, slaveId}) => state === 'TASK_RUNNING' && (!slaveId || slaveId === agent.id));
}

function whyNotRunning({tasks, lastTaskFailure}: MarathonApp, agent: Agent): string {
	if (lastTaskFailure) {
		const said = lastTaskFailure.message ? `, "${lastTaskFailure.message.slice(0, 200)}"` : '';
		return `the last one ended ${lastTaskFailure.state ?? 'badly'}${said}`;
	}
	const [task] = tasks;
	if (!task) return 'Marathon found no offer of this slave that fits';
	if (task.slaveId && task.slaveId !== agent.id) return `it went to another agent, ${task.host ?? task.slaveId}`;
	return `it is still ${task.state ?? 'starting'}`;
}

function taskFix(slave: string, leader: string): string {
	return `Look at the task's stderr below /var/lib/mesos/slaves on ${slave}, at \`journalctl -u mesos-agent\` there, and at \`journalctl -u marathon\` on ${leader}.`;
}

/** Until neither the app nor the deployment that ends its tasks is left. Not ended by the user's stop, only by time. */
async function remove(leader: string, id: string, reach: Reach): Promise<void> {
	const deployment = await deleteApp(leader, id, reach);
	const gone = await poll(
		async () => {
			const [app, deployments] = await Promise.all([askApp(leader, id, reach), askDeployments(leader, reach)]);
			return app === undefined && !(deployment !== undefined && deployments.includes(deployment));
		},
		{done: over => over, timeout: removalTimeout, signal: new AbortController().signal},
	);
	if (!gone) throw new Error(`it is still there after ${removalTimeout / 1_000} s`);
}
