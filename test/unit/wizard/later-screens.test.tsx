import {describe, expect, test} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {initialState} from '../../../source/wizard/initial-state.ts';
import type {Services} from '../../../source/wizard/services.ts';
import {createWizard} from '../../../source/wizard/wizard.ts';
import {draw, reach} from './drawn.tsx';
import {fakeServices, press, prod, sources, start} from './fixture.ts';

test('check: each host, and trouble with its fix', async () => {
	const wizard = await reach('check', {
		examine: async (_subject, listener) => {
			listener({
				event: 'check',
				host: 'master-1',
				check: 'host key',
				status: 'ok',
				detail: 'as in the EC2 console: SHA256:abc',
			});
			listener({
				event: 'check',
				host: 'slave-1',
				check: 'disk',
				status: 'failed',
				detail: '200 MB free',
				fix: 'Make room.',
			});
			listener({
				event: 'check',
				host: 'slave-2',
				check: 'clock',
				status: 'warn',
				detail: '2 s off',
				fix: 'Start chrony.',
			});
		},
	});
	const text = draw(wizard);
	expect(text).toMatch(/ {3}✔ master-1 +1 check +SHA256:abc/);
	expect(text).toContain('Host keys: as in the EC2 console.');
	expect(text).toContain('1 problem. Mend what is named, then press r.');
	expect(text).toMatch(/▌ ✖ slave-1 {2}disk: 200 MB free\s+Make room\.\s+! slave-2 {2}clock: 2 s off\n/);
	expect(text.indexOf('! slave-2  clock')).toBeLessThan(text.indexOf('✔ master-1'));
	press(wizard, 'Down');
	expect(draw(wizard)).toMatch(/▌ ! slave-2 {2}clock: 2 s off\s+Start chrony\./);
});

describe('check: a host key', () => {
	const fingerprint = `SHA256:${'aB3/'.repeat(11).slice(0, 43)}`;
	const examine: Services['examine'] = async ({cluster}, listener) => {
		const detail = `as in the EC2 console: ${fingerprint}`;
		for (const {name: host} of cluster.hosts) listener({event: 'check', host, check: 'host key', status: 'ok', detail});
	};

	test('stands beside its host where there is room, below it where there are rows', async () => {
		const wizard = await reach('check', {examine});
		expect(draw(wizard)).toMatch(new RegExp(`✔ master-3 +1 check +${fingerprint}`));
		expect(draw(wizard, {columns: 60, rows: 24})).toMatch(new RegExp(`✔ master-3 +1 check *\\n +${fingerprint}`));
	});

	test('of a bastion is among them, and with what it was compared is said', async () => {
		const wizard = await reach('check', {
			examine: async (subject, listener, around, rule) => {
				await examine(subject, listener, around, rule);
				const detail = `new here, compared with nothing: ${fingerprint}`;
				listener({event: 'check', host: 'gate', check: 'host key', status: 'ok', detail});
			},
		});
		expect(draw(wizard)).toMatch(new RegExp(`✔ gate +1 check +${fingerprint}`));
		expect(draw(wizard)).toContain('Host keys: as in the EC2 console; gate: new here, compared with nothing.');
	});

	test('is never cut, and a host that is opened tells it whole', async () => {
		const wizard = await reach('check', {examine});
		for (const size of [
			{columns: 60, rows: 20},
			{columns: 40, rows: 10},
		]) {
			expect(draw(wizard, size)).not.toContain('SHA256');
			press(wizard, 'Down', 'Right');
			expect(draw(wizard, size)).toMatch(/▌ ✔ master-2/);
			press(wizard, 'Down');
			expect(draw(wizard, size).replace(/\s+/g, '')).toContain(fingerprint);
			press(wizard, 'Left');
			expect(draw(wizard, size)).toMatch(/▌ ✔ master-2/);
			expect(draw(wizard, size)).not.toContain('SHA256');
			press(wizard, 'Up');
		}
	});
});

test('plan: counts, steps and diffs', async () => {
	const wizard = await reach('plan');
	expect(draw(wizard)).toContain('6 changes on 6 hosts. Nothing has been changed yet.');
	press(wizard, 'Right', 'Down', 'Right');
	const text = draw(wizard);
	expect(text).toMatch(/▾ zookeeper +\/etc\/zookeeper\/conf\/zoo\.cfg/);
	expect(text).toContain('+tickTime=2000');
	expect(text).not.toContain('/dev/null');
	expect(text).toContain('Install this?');
});

test('check: the rule that would be added, whole', async () => {
	const ports = [2181, 2888, 3888, 5050].map(port => ({first: port, last: port + 1}));
	const wizard = await reach('check', {
		examine: async (_subject, listener) => {
			listener({event: 'check', check: 'inbound rules of sg-1', status: 'failed', detail: 'let no TCP in.'});
			return {group: 'sg-1', ports};
		},
	});
	await wizard.idle();
	expect(draw(wizard)).toMatch(/1 problem\. f adds the rule that is missing\.[\s\S]*\n f rule/);
	press(wizard, 'f');
	const text = draw(wizard);
	expect(text).toContain('Security group sg-1 gets an inbound rule: TCP 2181-2182, 2888-2889, 3888-3889,');
	expect(text.split('\n').at(-1)?.trim()).toBe('⏎ add it   Esc back   ^C quit');
});

test('plan: which hosts are to be rebooted, and what that means', async () => {
	const wizard = await reach('plan', {plan: async () => ['slave-1', 'slave-2']});
	await wizard.idle();
	const text = draw(wizard);
	expect(text).toMatch(/May hosts be rebooted\?[\s\S]*slave-1, slave-2: this Mesos[\s\S]*ends with the\s+reboot/);
	expect(text.split('\n').at(-1)?.trim()).toBe('y yes, reboot   n no   Esc back   ^C quit');
	expect(draw(wizard, {columns: 60, rows: 20})).toContain('drain it first.');
});

test('plan: with nothing to do it says so, and Enter verifies', async () => {
	const wizard = await reach('plan', {
		plan: async ({cluster}, listener) => {
			for (const {name: host} of cluster.hosts)
				listener({event: 'step', host, role: 'common', step: 'x', status: 'ok', ms: 1});
			return [];
		},
		apply: async () => ({failed: 0, changed: 0, ms: 900, stopped: false}),
	});
	expect(draw(wizard)).toMatch(/Nothing is to be changed\s+✔ Every host is as it should be\.[\s\S]*⏎ verify/);
	press(wizard, 'Enter');
	await wizard.idle();
	expect(draw(wizard)).toContain('Nothing had to be changed, proved in');
});

test('install: after a failure it says what, and that it can go on', async () => {
	const wizard = await reach('plan', {
		apply: async (_subject, listener) => {
			listener({event: 'error', host: 'slave-2', cause: 'the disk is full.', fix: 'Free some space.'});
			return {failed: 1, changed: 3, ms: 10, stopped: false};
		},
	});
	press(wizard, 'Enter');
	await wizard.idle();
	const text = draw(wizard);
	expect(text).toContain('The installation did not go through');
	expect(text).toContain('slave-2: the disk is full.');
	expect(text).toContain('Free some space.');
	expect(text).toContain('Enter goes on from here');
});

test('verified: the proof, the time, where it went, the pages, what next', async () => {
	const wizard = await reach('verified');
	press(wizard, 'm');
	await wizard.idle();
	const text = draw(wizard);
	expect(text).toContain('The cluster works: 1 check.  Installed in 42.0 s, proved in 5.0 s.');
	expect(text).toMatch(/Mesos +http:\/\/203\.0\.113\.11:5050\//);
	expect(text).toContain('Time  docker 12.0 s  ·  waiting for mesos-leader 3.0 s');
	expect(text).toContain('Opened http://203.0.113.11:8080/');
	expect(text).toContain('Next: ');
});

test('verified: what failed is told whole, and no hosts are named here then', async () => {
	const wizard = await reach('verified', {
		verify: async (_subject, _prove, listener) => {
			const detail = `slave-2 has no agent on port 5051 (${'no answer '.repeat(8)})`;
			listener({event: 'check', check: 'slaves registered', status: 'failed', detail, fix: 'Look at slave-2.'});
			return {urls: [], ms: 5};
		},
	});
	const text = draw(wizard);
	expect(text.match(/no\s+answer/g)).toHaveLength(8);
	expect(text).toContain('Look at slave-2.');
	expect(text.split('\n').at(-1)).not.toContain('name hosts');
	press(wizard, 'n');
	expect(wizard.getState().exit).toBeUndefined();
});

test('verified: a page that does not open says nothing about the cluster', async () => {
	const wizard = await reach('verified', {
		openPage: async () => {
			throw new SetupError({cause: 'master-2 cannot be reached.', fix: 'Try again.', exitCode: 1});
		},
	});
	press(wizard, 'm');
	expect(draw(wizard)).toContain('▸ Opening Marathon …');
	await wizard.idle();
	expect(draw(wizard)).toMatch(/✔ The cluster works[\s\S]*master-2 cannot be reached\. Try again\./);
});

test('verified: hosts that are none are not offered to be named', async () => {
	const {services} = fakeServices();
	const wizard = createWizard(initialState({sources}, {simulated: true}), services, () => {});
	await wizard.idle();
	while (wizard.getState().at !== 'verified') {
		press(wizard, 'Enter');
		await wizard.idle();
	}
	expect(draw(wizard)).toContain('The cluster works');
	expect(draw(wizard)).not.toMatch(/name/);
	press(wizard, 'n');
	expect(wizard.getState().exit).toBeUndefined();
});

test('the menu tells why a cluster was not forgotten', async () => {
	const {wizard} = start({
		lookAround: async () => ({profiles: [], clusters: [prod], agentKeys: 0}),
		forget: async () => {
			throw new SetupError({cause: 'the store cannot be written.', fix: 'Mend it.', exitCode: 1});
		},
	});
	await wizard.idle();
	press(wizard, 'End', 'Enter', 'Enter');
	await wizard.idle();
	expect(draw(wizard)).toMatch(/What do you want to do with prod\?[\s\S]*✖ the store cannot be written\.\s+Mend it\./);
});

test('the menu of a known cluster', async () => {
	const {wizard} = start({
		lookAround: async () => ({profiles: [], clusters: [{...prod, unfinished: true}], agentKeys: 0}),
	});
	await wizard.idle();
	const text = draw(wizard);
	expect(text).toContain('1 master, 1 slave, eu-west-1');
	for (const choice of [
		'Go on with the installation',
		'Add slaves',
		'Verify',
		'Status',
		'Repair',
		'Open web pages',
		'Edit settings',
		'Forget',
	]) {
		expect(text).toContain(choice);
	}
});
