import {Listr, type ListrTask} from 'listr2';
import {notesOf, type Role} from '../../roles/roles-of.ts';
import type {Host, IdentifiedCluster} from '../cluster/model.ts';
import {platformOf} from '../sources/platform.ts';
import {checkSupported, supportNote} from '../sources/platform-support.ts';
import {compile} from '../steps/compile.ts';
import {Distribution} from './bundle/distribution.ts';
import {Coordination} from './coordination.ts';
import {errorEvent} from './error-event.ts';
import type {Listener} from './events.ts';
import {FirstCome} from './first-come.ts';
import type {Fleet, Member} from './fleet.ts';
import {HostRun, type QueuedStep} from './host-run.ts';
import {checkBelongs} from './known-record.ts';
import {lastWords} from './last-words.ts';
import {withKernel} from './reboot.ts';

export type PipelineOptions = {
	fleet: Fleet;
	/** Those of the fleet the run is about. */
	hosts: readonly Host[];
	cluster: IdentifiedCluster;
	/** What is done on a host, in order. */
	rolesOf(host: Host, cluster: IdentifiedCluster): Role[];
	mode: 'plan' | 'apply';
	/** Nothing was known of the cluster before this run. */
	fresh: boolean;
	/** Whether applying ends with the gates that prove the cluster as a whole. */
	prove: boolean;
	/** Systems that are too old to be offered are taken, too. */
	allowUnsupported: boolean;
	/** Called for every host before its first step: takes the lock when applying. */
	prepare(member: Member): Promise<void>;
	/** Whether hosts may be rebooted that need other kernel arguments. */
	reboot: boolean;
	listener: Listener;
	signal: AbortSignal;
};

/** How a host's pipeline ended. */
export type HostEnd = 'done' | 'stopped' | 'failed';

// Without these Listr would hand its tolerance down to the roles of a host, and end the process on Ctrl-C.
const listrOptions = {registerSignalListeners: false, exitAfterRollback: false, renderer: 'silent'} as const;

/**
 * Runs the roles of every host: all hosts at once, each host's roles in order; then, if asked to, waits for the gates that
 * prove the result. Never rejects: what happened is in the events and in the answer.
 */
export async function runPipeline(options: PipelineOptions): Promise<Map<string, HostEnd>> {
	const {fleet, hosts, cluster, rolesOf, mode, signal} = options;
	const proves = options.prove && mode === 'apply';
	let unchanged = true;
	const listener: Listener = event => {
		if (event.event === 'step' && event.status !== 'ok') unchanged = false;
		options.listener(event);
	};
	const senses = {
		reach: fleet.reach,
		lastWords: (names: readonly string[], unit: string) => lastWords(fleet, names, unit),
	};
	const shared = new Coordination(cluster, hosts, senses, listener, signal);
	const member = (name: string) => fleet.member(name);
	const distribution = new Distribution({member, hosts, portRanges: cluster.mesos.port_ranges, listener, signal});
	const masters = hosts.filter(({role}) => role === 'master').map(({name}) => name);
	const firstCome = options.fresh && mode === 'apply' ? new FirstCome(masters) : undefined;
	const ends = new Map<string, HostEnd>();
	const runs: Promise<void>[] = [];
	const finish = (host: string, end: HostEnd) => {
		ends.set(host, end);
		shared.over(host, end === 'failed');
		distribution.over(host, end !== 'done');
		listener({event: 'host', host, state: end === 'done' ? 'finished' : end});
	};
	if (proves) void fleet.reached(hosts).then(() => shared.foresee());
	const stop = () => void fleet.stop();
	signal.addEventListener('abort', stop, {once: true});

	const begin = async (host: Host): Promise<HostRun> => {
		const first = await fleet.member(host.name);
		checkBelongs(first, cluster.record);
		const {member, told} =
			options.reboot && options.prove ? await withKernel(host, {...options, listener}) : {member: first};
		const platform = platformOf(member.facts, host.name);
		checkSupported(platform, host.name, options.allowUnsupported);
		const {system} = platform;
		const steps: QueuedStep[] = rolesOf(host, cluster).flatMap(({name, steps}) =>
			steps(host, cluster, member.facts).map(step => ({
				role: name,
				step,
				compile: () => compile(step, {timeout: cluster.timeouts.step, system}),
			})),
		);
		const counts = rolesOf(host, cluster).map(({name}) => ({
			role: name,
			steps: steps.filter(({role}) => role === name).length + (told && name === 'common' ? 1 : 0),
		}));
		listener({event: 'queued', host: host.name, roles: counts});
		const outdated = options.prove ? supportNote(platform, new Date()) : undefined;
		if (outdated) listener({event: 'check', host: host.name, check: 'platform', status: 'warn', detail: outdated});
		for (const text of notesOf(host, cluster, member.facts)) listener({event: 'note', text});
		told?.();
		await firstCome?.turn(host.name);
		await options.prepare(member);
		await firstCome?.taken(member);
		return new HostRun(member.session, steps, mode, shared, listener, files => distribution.bring(host.name, files));
	};

	const pipeline = (host: Host): ListrTask => {
		let run: HostRun;
		const connect = async () => {
			try {
				run = await begin(host);
			} catch (error) {
				firstCome?.failed(host.name, error);
				if (!signal.aborted) listener(errorEvent(error, host.name));
				finish(host.name, signal.aborted ? 'stopped' : 'failed');
				throw error;
			}
			runs.push(run.run().then(end => finish(host.name, end)));
		};
		const roles = rolesOf(host, cluster).map(({name}) => ({title: name, task: () => run.role(name)}));
		const tasks = [{title: 'connect', task: connect}, ...roles];
		return {
			title: host.name,
			// One of its own: the lists of a thousand hosts would hang all their listeners on one signal, which walks them all for each.
			task: () => new Listr(tasks, {...listrOptions, concurrent: false, exitOnError: true}),
		};
	};
	await new Listr(hosts.map(pipeline), {...listrOptions, concurrent: true, exitOnError: false}).run();
	await Promise.all(runs);

	signal.removeEventListener('abort', stop);
	const done = [...ends.values()].filter(end => end === 'done').length;
	await distribution.close(done === hosts.length);
	if (proves && !signal.aborted && done > 0) await shared.prove(unchanged && done === hosts.length);
	return ends;
}
