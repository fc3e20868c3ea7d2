import {describe, expect, test, vi} from 'vitest';
import {asksForReboot} from '../../../source/wizard/screens/plan.ts';
import {startChoices} from '../../../source/wizard/screens/start.ts';
import {press, prod, start} from './fixture.ts';
import {at, on, problem, throughTo} from './walk.ts';

describe('check, plan, install', () => {
	test('a failed check is not passed unawares, and r checks again', async () => {
		let bad = true;
		const examine = vi.fn(async (_subject: unknown, listener: (event: never) => void) => {
			const event = {
				event: 'check',
				host: 'master-1',
				check: 'sudo',
				status: bad ? 'failed' : 'ok',
				detail: 'no sudo',
				fix: 'Give it.',
			};
			listener(event as never);
			return undefined;
		});
		const {wizard} = start({examine});
		await throughTo(wizard, 'check');
		await on(wizard, 'check', 'Enter');
		expect(at(wizard)).toBe('check');
		bad = false;
		await on(wizard, 'check', 'r');
		await on(wizard, 'check', 'Enter');
		expect(at(wizard)).toBe('plan');
		expect(examine).toHaveBeenCalledTimes(2);
	});

	test('the rule a security group lacks is added after a word on it, and everything is checked again', async () => {
		const rule = {group: 'sg-1', ports: [{first: 2181, last: 2181}]};
		const examine = vi.fn(async (_subject: unknown, _listener: unknown, _around: unknown, adding: unknown) =>
			adding ? undefined : rule,
		);
		const {wizard} = start({examine});
		await throughTo(wizard, 'check');
		await on(wizard, 'check', 'f', 'Space', 'r', 'f', 'Esc');
		expect(wizard.getState()).toMatchObject({at: 'check', check: {agreeing: false, missing: rule}});
		await on(wizard, 'check', 'f', 'Enter');
		await wizard.idle();
		expect(examine.mock.calls.map(([, , , adding]) => adding)).toEqual([undefined, rule]);
		expect(wizard.getState().check).toMatchObject({missing: undefined, agreeing: false, work: 'done'});
		press(wizard, 'f', 'r');
		await wizard.idle();
		expect(examine.mock.lastCall?.[3]).toBeUndefined();
	});

	test('a plan with problems cannot be installed', async () => {
		const {wizard, calls} = start({
			plan: async () => {
				throw problem('no master answers.');
			},
		});
		await throughTo(wizard, 'plan');
		await on(wizard, 'plan', 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('plan');
		expect(calls.some(([name]) => name === 'apply')).toBe(false);
	});

	describe('hosts that have to be rebooted', () => {
		const plan = vi.fn(async (subject: {reboot?: boolean | undefined}, _listener: unknown) => {
			if (subject.reboot === false) throw problem('slave-1 has cgroup v2.');
			return ['slave-1'];
		});
		const apply = vi.fn(async (_subject: {reboot?: boolean | undefined}) => ({
			...{failed: 0, changed: 1, ms: 1},
			stopped: false,
		}));
		const atQuestion = async () => {
			plan.mockClear();
			apply.mockClear();
			const {wizard} = start({plan, apply});
			await throughTo(wizard, 'plan');
			await wizard.idle();
			return wizard;
		};

		test('are named and asked for; Enter is no consent, y is, and holds for the installation', async () => {
			const wizard = await atQuestion();
			expect(asksForReboot(wizard.getState())).toBe(true);
			press(wizard, 'Enter', 'Space', 'r', 'w');
			expect(plan).toHaveBeenCalledTimes(1);
			await on(wizard, 'plan', 'y');
			await on(wizard, 'plan', 'r');
			await on(wizard, 'plan', 'Enter');
			await wizard.idle();
			expect(plan.mock.calls.map(([{reboot}]) => reboot)).toEqual([undefined, true, true]);
			expect(apply.mock.calls.map(([{reboot}]) => reboot)).toEqual([true]);
			expect(at(wizard)).toBe('verified');
		});

		test('are not rebooted with n; r asks again, and so does who comes back', async () => {
			const wizard = await atQuestion();
			await on(wizard, 'plan', 'n');
			await wizard.idle();
			expect(wizard.getState().plan.problems).toMatchObject([{cause: 'slave-1 has cgroup v2.'}]);
			press(wizard, 'Enter', 'r');
			await wizard.idle();
			expect(asksForReboot(wizard.getState())).toBe(true);
			await on(wizard, 'plan', 'y');
			await on(wizard, 'plan', 'Esc');
			await on(wizard, 'check', 'Enter');
			await wizard.idle();
			expect(asksForReboot(wizard.getState())).toBe(true);
			expect(apply).not.toHaveBeenCalled();
		});
	});

	test('the plan opens to steps and diffs and closes again', async () => {
		const {wizard} = start();
		await throughTo(wizard, 'plan');
		await on(wizard, 'plan', 'Right', 'Down', 'Right', 'Down', 'Down');
		expect(wizard.getState().plan.open).toHaveLength(2);
		press(wizard, 'Left', 'Left', 'Left');
		expect(wizard.getState().plan).toMatchObject({open: [], cursor: 0});
	});

	test('the cluster file is saved under the name that is typed', async () => {
		const {wizard} = start();
		await throughTo(wizard, 'plan');
		await on(wizard, 'plan', 'w', '^u', 'lab.yaml', 'Enter');
		await wizard.idle();
		expect(wizard.getState().plan.saved).toEqual({text: 'Saved as /tmp/lab.yaml.', failed: false});
	});

	test('a cluster file without a name, or that cannot be written, is asked for again', async () => {
		const saveClusterFile = vi.fn().mockRejectedValue(problem('Its folder is not there.'));
		const {wizard} = start({saveClusterFile});
		await throughTo(wizard, 'plan');
		await on(wizard, 'plan', 'w', '^u', 'Enter');
		expect(wizard.getState().plan.saved).toEqual({text: 'No file is named here yet. Type its path.', failed: true});
		expect(saveClusterFile).not.toHaveBeenCalled();
		await on(wizard, 'plan', 'no/lab.yaml', 'Enter');
		await wizard.idle();
		expect(wizard.getState().plan.saved).toMatchObject({
			text: expect.stringMatching(/^Its folder is not there\./),
			failed: true,
		});
		expect(wizard.getState().plan.saving?.text).toBe('no/lab.yaml');
	});

	test('Esc does not stop an installation; Ctrl-C does, and Enter goes on', async () => {
		let runs = 0;
		const apply = async (_subject: unknown, _listener: unknown, {signal}: {signal: AbortSignal}) => {
			runs++;
			if (runs === 1) await new Promise(resolve => signal.addEventListener('abort', resolve));
			return {failed: 0, changed: 1, ms: 10, stopped: signal.aborted};
		};
		const {wizard} = start({apply});
		await throughTo(wizard, 'plan');
		await on(wizard, 'plan', 'Enter');
		press(wizard, 'Esc', 'b', 'q');
		expect(at(wizard)).toBe('install');
		press(wizard, '^c');
		await wizard.idle();
		expect(wizard.getState()).toMatchObject({at: 'install', exit: undefined, install: {stopped: true, work: 'done'}});
		press(wizard, 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('verified');
	});

	test('a second Ctrl-C leaves at once', async () => {
		const {wizard} = start({apply: () => new Promise(() => {})});
		await throughTo(wizard, 'plan');
		await on(wizard, 'plan', 'Enter');
		press(wizard, '^c');
		expect(wizard.getState().exit).toBeUndefined();
		press(wizard, '^c');
		expect(wizard.getState().exit).toEqual({code: 130});
	});

	test('a passphrase that is needed in the middle of things is asked for there', async () => {
		const heard: string[] = [];
		const {wizard} = start({
			examine: async (_subject, _listener, {askPassphrase}) => {
				heard.push(await askPassphrase('/k.pem'));
			},
		});
		await throughTo(wizard, 'check');
		await wizard.idle();
		press(wizard, 'b', 'x', 'Enter');
		await wizard.idle();
		expect(heard).toEqual(['bx']);
		expect(wizard.getState()).toMatchObject({at: 'check', question: undefined, check: {work: 'done'}});
	});
});

describe('verified', () => {
	test('Enter, m and c open the pages; q leaves with 0', async () => {
		const {wizard, calls} = start();
		await throughTo(wizard, 'verified');
		await on(wizard, 'verified', 'Enter');
		await on(wizard, 'verified', 'm');
		await on(wizard, 'verified', 'c');
		await wizard.idle();
		const opened = calls.filter(([name]) => name === 'openPage').map(([, , url]) => (url as {name: string}).name);
		expect(opened).toEqual(['Mesos', 'Marathon', 'Chronos']);
		press(wizard, 'q');
		expect(wizard.getState().exit).toEqual({code: 0});
	});

	test('a failed check is an exit code', async () => {
		const {wizard} = start({
			verify: async (_subject, _prove, listener) => {
				listener({event: 'check', check: 'leader', status: 'failed', detail: 'none'});
				return {urls: [], ms: 1};
			},
		});
		await throughTo(wizard, 'verified');
		await on(wizard, 'verified', 'q');
		expect(wizard.getState().exit).toEqual({code: 1});
	});

	test('Back leads to a start that knows the cluster', async () => {
		const world = {profiles: [], account: {region: 'eu-west-1'}, agentKeys: 0};
		const lookAround = vi.fn(async () => ({...world, clusters: lookAround.mock.calls.length > 1 ? [prod] : []}));
		const {wizard} = start({lookAround});
		await throughTo(wizard, 'verified');
		await on(wizard, 'verified', 'Esc');
		await wizard.idle();
		expect(at(wizard)).toBe('start');
		expect(startChoices(wizard.getState())[wizard.getState().start.cursor]?.label).toBe('Open the cluster prod');
	});
});
