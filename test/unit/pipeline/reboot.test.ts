import {expect, test} from 'vitest';
import {kernelStep} from '../../../roles/kernel.ts';
import type {HostFacts} from '../../../source/cluster/facts.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {Fleet, type Member} from '../../../source/pipeline/fleet.ts';
import {rebootTerms, withKernel} from '../../../source/pipeline/reboot.ts';
import {cluster, facts, host} from '../roles/cluster-fixture.ts';

const base = cluster(1, 1);
const apache = {...base, sources: {...base.sources, mesos: {kind: 'package', name: 'mesos', build: 'apache'} as const}};
const slave = host('slave-1', 'slave', '10.0.1.101');
const {signal} = new AbortController();

test('only a slave whose Mesos runs Docker tasks with cgroup v1 alone, on a platform with a command for it', () => {
	expect(kernelStep(slave, apache, facts())).toMatchObject({
		apply:
			'grubby --update-kernel=ALL --args="systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1"',
	});
	expect(kernelStep(slave, base, facts()), 'clusterd').toBeUndefined();
	expect(kernelStep(slave, apache, facts({cgroup: 'v1'})), 'v1 already').toBeUndefined();
	expect(kernelStep(host('master-1', 'master', '10.0.1.11'), apache, facts()), 'a master').toBeUndefined();
	const plain = {...apache, mesos: {...apache.mesos, agent_flags: {containerizers: 'mesos'}}};
	expect(kernelStep(slave, plain, facts()), 'no Docker tasks').toBeUndefined();
});

/** A host that answers with the first facts, and after a reboot with the others; `did` is what was done to it. */
function rebootable(before: Partial<HostFacts>, after: Partial<HostFacts>) {
	const did: string[] = [];
	const memberWith = (changes: Partial<HostFacts>) =>
		({
			host: slave,
			facts: facts(changes),
			session: {
				host: 'slave-1',
				send: async ({apply}: {apply: string}) => {
					did.push(/grubby/.test(apply) ? 'grubby' : 'other');
					return {status: 'changed', output: '', ms: 1};
				},
				open: async (script: string) => {
					did.push(/systemctl reboot/.test(script) ? 'reboot' : 'other');
					const {PassThrough} = await import('node:stream');
					return {
						stdin: new PassThrough(),
						stdout: new PassThrough(),
						stderr: new PassThrough(),
						closed: Promise.resolve(0),
						destroy: () => {},
					};
				},
			},
		}) as unknown as Member;
	const fleet = {
		member: async () => memberWith(before),
		rebooted: async () => {
			did.push('back');
			return memberWith(after);
		},
	} as unknown as Fleet;
	const events: RunEvent[] = [];
	const prepare = async () => void did.push('lock');
	const listener = (event: RunEvent) => void events.push(event);
	const run = (mode: 'plan' | 'apply') => withKernel(slave, {fleet, cluster: apache, mode, prepare, listener, signal});
	return {did, events, run};
}

test('who is asked reads which hosts, what happens, and what is lost', () => {
	expect(rebootTerms(['slave-1']).join(' ')).toMatch(
		/^slave-1: this Mesos .* it is not\. It gets .* rebooted once; the run waits .* ends with the reboot\. .* Mesos agent is at work/,
	);
	expect(rebootTerms(['slave-1', 'slave-2']).join(' ')).toMatch(/^slave-1, slave-2: .* they are not\. They get/);
});

test('plan says it, changes nothing, and goes on as if it were done', async () => {
	const {did, events, run} = rebootable({}, {});
	const {member, told} = await run('plan');
	told?.();
	expect(member.facts.cgroup).toBe('v1');
	expect(did).toEqual([]);
	expect(events).toMatchObject([{event: 'step', status: 'would-change', step: 'reboot into cgroup v1'}]);
});

test('apply: lock, arguments, reboot, and on with what the host then is', async () => {
	const {did, run} = rebootable({}, {cgroup: 'v1'});
	const {member} = await run('apply');
	expect(did).toEqual(['lock', 'grubby', 'reboot', 'back']);
	expect(member.facts.cgroup).toBe('v1');
});

test('a host that comes back as it was, and one whose tasks would end, are refused', async () => {
	await expect(rebootable({}, {cgroup: 'v2'}).run('apply')).rejects.toThrow(/still has cgroup v2/);
	const busy = rebootable({units: {'mesos-agent': 'active'}}, {});
	await expect(busy.run('apply')).rejects.toThrow(/whose tasks would end/);
	expect(busy.did).toEqual([]);
});

test('the fleet waits for another boot, through refusals and the old system’s last answers', async () => {
	const boots = ['old', 'old', 'refused', 'new'];
	let connects = 0;
	const answer = (boot: string) =>
		`@ os\namzn\n2023\nAmazon Linux 2023\n@ boot_id\n${boot}\n@ cgroup\ntmpfs\ntmpfs\n@ end\n`;
	const connect = async () => {
		const boot = boots[connects++] ?? 'new';
		if (boot === 'refused') {
			const {SetupError} = await import('../../../source/cluster/setup-error.ts');
			throw new SetupError({host: 'slave-1', cause: 'refused.', fix: 'Wait.', exitCode: 1});
		}
		return {
			host: 'slave-1',
			onOutput: () => {},
			ask: async () => answer(boot),
			close: async () => {},
		} as unknown as Member['session'];
	};
	const fleet = new Fleet([slave], [slave], connect, () => {});
	const first = await fleet.member('slave-1');
	const back = await fleet.rebooted(first, 60_000, signal);
	expect(back.facts.boot_id).toBe('new');
	expect((await fleet.member('slave-1')).facts.boot_id).toBe('new');
});
