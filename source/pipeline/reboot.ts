import {kernelStep} from '../../roles/kernel.ts';
import type {HostFacts} from '../cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {platformOf} from '../sources/platform.ts';
import {compile} from '../steps/compile.ts';
import {listen} from './bundle/transfer.ts';
import type {Listener} from './events.ts';
import {explain} from './explain.ts';
import type {Fleet, Member} from './fleet.ts';

/** How the two steps are called wherever they are told of. */
const title = 'reboot into cgroup v1';

export type Rebooting = {
	fleet: Fleet;
	cluster: IdentifiedCluster;
	mode: 'plan' | 'apply';
	/** Takes the lock; again on the other side of the reboot. */
	prepare(member: Member): Promise<void>;
	listener: Listener;
	signal: AbortSignal;
};

function refuse(host: string, cause: string, fix: string): SetupError {
	return new SetupError({host, cause, fix, exitCode: 1});
}

async function setArguments({host, session, facts}: Member, cluster: IdentifiedCluster): Promise<void> {
	const step = kernelStep(host, cluster, facts);
	if (!step) return;
	const {system} = platformOf(facts, host.name);
	const outcome = await session.send(compile(step, {timeout: cluster.timeouts.step, system}), 'apply');
	if (outcome.status === 'failed') throw explain(host.name, step, outcome);
}

/**
 * A host that needs other kernel arguments, as it is with them: told in plan mode, made so when applying, with a reboot and all that
 * belongs to it. Only for hosts whose owner has agreed. `told` says so once the host's steps are known.
 */
export async function withKernel(host: Host, options: Rebooting): Promise<{member: Member; told?: () => void}> {
	const {fleet, cluster, mode, listener, signal} = options;
	const member = await fleet.member(host.name);
	const step = kernelStep(host, cluster, member.facts);
	if (step?.kind !== 'command') return {member};
	const tell = (status: 'changed' | 'would-change', ms: number) => () =>
		listener({
			event: 'step',
			host: host.name,
			role: 'common',
			step: title,
			status,
			ms,
			diff: `+ ${step.apply}\n+ reboot\n`,
		});
	if (mode === 'plan')
		return {member: {...member, facts: {...member.facts, cgroup: 'v1'}}, told: tell('would-change', 0)};
	if (member.facts.units['mesos-agent'] === 'active') {
		throw refuse(
			host.name,
			'It needs a reboot to have cgroup v1, and a Mesos agent works on it, whose tasks would end.',
			`Drain it, stop mesos-agent, and run the same command again.`,
		);
	}
	const began = performance.now();
	await options.prepare(member);
	await setArguments(member, cluster);
	listener({event: 'output', host: host.name, line: `reboots with ${step.apply}`});
	// Detached: the answer must be out before the network goes.
	const reboot = "setsid sh -c 'sleep 1; systemctl reboot' </dev/null >/dev/null 2>&1 &";
	await listen(await member.session.open(reboot)).all;
	const back = await fleet.rebooted(member, cluster.timeouts.step, signal);
	if (kernelStep(host, cluster, back.facts)) {
		throw refuse(
			host.name,
			`It was rebooted with ${step.apply} and still has cgroup ${back.facts.cgroup}.`,
			'Look at /proc/cmdline there: its boot loader or kernel does not take these arguments. Choose a Mesos that knows cgroup v2 (build: clusterd), or do without Docker tasks.',
		);
	}
	return {member: back, told: tell('changed', Math.round(performance.now() - began))};
}

/** What one has to know before agreeing to it, in whole sentences. */
export function rebootTerms(names: readonly string[]): string[] {
	const one = names.length === 1;
	return [
		`${names.join(', ')}: this Mesos runs Docker tasks only on hosts booted with cgroup v1, and ${one ? 'it is' : 'they are'} not.`,
		one
			? 'It gets the kernel arguments for that and is rebooted once; the run waits until it is back and goes on by itself.'
			: 'They get the kernel arguments for that and are rebooted once each; the run waits until they are back and goes on by itself.',
		'Whatever runs there now, tasks and containers, ends with the reboot. A host where a Mesos agent is at work is not rebooted but refused: drain it first.',
	];
}

/** Whether an installation would reboot the host if it may. */
export function wantsReboot(host: Host, cluster: IdentifiedCluster, facts: HostFacts): boolean {
	try {
		return kernelStep(host, cluster, facts) !== undefined;
	} catch (error) {
		// What is wrong with its sources is told where its steps are made.
		if (error instanceof SetupError) return false;
		throw error;
	}
}

/** Names of the hosts of which that is so. */
export async function hostsToReboot(
	fleet: Fleet,
	hosts: readonly Host[],
	cluster: IdentifiedCluster,
): Promise<string[]> {
	const members = await fleet.reached(hosts);
	return members.flatMap(({host, facts}) => (wantsReboot(host, cluster, facts) ? [host.name] : []));
}
