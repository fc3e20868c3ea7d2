import {describe, expect, test, vi} from 'vitest';
import {subjectOf} from '../../../source/wizard/subject.ts';
import {candidate, fleet, press, six, sources, start} from './fixture.ts';
import {at, on, problem, throughTo} from './walk.ts';

describe('a new cluster', () => {
	test('seven times Enter lead from the first screen to the proof', async () => {
		const {wizard, calls} = start();
		const screens = ['start', 'instances', 'roles', 'key', 'settings', 'check', 'plan'] as const;
		for (const screen of screens) await on(wizard, screen, 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('verified');
		const {verified} = wizard.getState();
		expect(verified.urls.map(({name}) => name)).toEqual(['Mesos', 'Marathon', 'Chronos']);
		expect(calls.map(([name]) => name)).toEqual([
			'lookAround',
			'discover',
			'proposeKeys',
			'checkKey',
			'examine',
			'plan',
			'apply',
			'verify',
		]);
	});

	test('what is installed is what was answered', async () => {
		const {wizard, calls} = start();
		await throughTo(wizard, 'plan');
		const [, subject] = calls.find(([name]) => name === 'plan') as [string, ReturnType<typeof subjectOf>['subject']];
		expect(subject?.cluster).toMatchObject({
			name: 'mesos',
			region: 'eu-west-1',
			profile: 'default',
			ssh: {user: 'ec2-user', key: '~/.ssh/prod.pem'},
			sources,
		});
		expect(subject?.cluster.hosts.map(({name, role, address, instance}) => [name, role, address, instance])).toEqual(
			six.map(({id, name, public_ip}) => [name, name.split('-')[0], public_ip, id]),
		);
	});

	test('Back through all screens and forward again loses nothing', async () => {
		const {wizard} = start();
		await on(wizard, 'start', 'Enter');
		await on(wizard, 'instances', 'End', 'Up', 'Up', 'Space', 'Enter');
		await on(wizard, 'roles', 'End', 'Space', 'Enter');
		await on(wizard, 'key', '^u', '/k/other.pem', 'Enter');
		await on(wizard, 'settings', 'Up', 'Up', 'Up', 'Up', 'Enter', '^u', '31000-32000', 'Enter');
		await wizard.idle();
		const before = wizard.getState();
		for (let i = 0; i < 6; i++) press(wizard, 'Esc');
		expect(at(wizard)).toBe('start');
		await throughTo(wizard, 'settings');
		const after = wizard.getState();
		expect(after.settings.values.port_ranges).toBe('31000-32000');
		expect(after.instances.chosen).toEqual(before.instances.chosen);
		expect(after.roles.roles).toEqual(before.roles.roles);
		expect(after.key.path.text).toBe('/k/other.pem');
	});

	test('b is Back where no text is typed, and a letter where it is', async () => {
		const {wizard} = start();
		await on(wizard, 'start', 'Enter');
		await on(wizard, 'instances', 'b');
		await on(wizard, 'start', 'Enter');
		await on(wizard, 'instances', 'Enter');
		await on(wizard, 'roles', 'Enter');
		await on(wizard, 'key', '^u', 'b');
		expect(wizard.getState().key.path.text).toBe('b');
	});

	test('leaving a screen stops what it asked for, and coming back asks again', async () => {
		let aborted = 0;
		const discover = vi.fn((_account: unknown, signal: AbortSignal) => {
			signal.addEventListener('abort', () => aborted++);
			return new Promise<typeof fleet>(() => {});
		});
		const {wizard} = start({discover});
		await on(wizard, 'start', 'Enter');
		press(wizard, 'Esc');
		expect(aborted).toBe(1);
		press(wizard, 'Enter');
		await vi.waitFor(() => expect(discover).toHaveBeenCalledTimes(2));
	});

	test('an EC2 that does not answer is told, r asks again', async () => {
		const discover = vi.fn().mockRejectedValueOnce(problem('EC2 is away.')).mockResolvedValueOnce(fleet);
		const {wizard} = start({discover});
		await on(wizard, 'start', 'Enter');
		await wizard.idle();
		expect(wizard.getState().instances.found).toMatchObject({status: 'failed', problems: [{cause: 'EC2 is away.'}]});
		press(wizard, 'r');
		await wizard.idle();
		expect(wizard.getState().instances.chosen).toHaveLength(6);
	});

	test('another profile and region', async () => {
		const {wizard, calls} = start();
		await on(wizard, 'start', 'Down', 'Enter');
		await on(wizard, 'account', 'End', 'Enter');
		await on(wizard, 'account', 'Down', 'Enter');
		await on(wizard, 'instances');
		expect(calls).toContainEqual(['listRegions', 'other', expect.anything()]);
		expect(calls.find(([name]) => name === 'discover')?.[1]).toEqual({profile: 'other', region: 'eu-west-1'});
		press(wizard, 'Esc');
		expect(wizard.getState().account.profile).toBe('other');
		press(wizard, 'Esc');
		expect(wizard.getState().account.profile).toBeUndefined();
	});

	test('where there is one account only its region is asked for, its own one first', async () => {
		const world = {profiles: [], account: {region: 'eu-west-1'}, clusters: [], agentKeys: 0};
		const {wizard} = start({lookAround: async () => world});
		await on(wizard, 'start', 'Down', 'Enter');
		await on(wizard, 'account');
		expect(wizard.getState().account).toMatchObject({profile: '', cursor: 1});
		press(wizard, 'Esc');
		expect(at(wizard)).toBe('start');
	});

	test('instances of two networks are questioned once', async () => {
		const {wizard} = start({discover: async () => [...six, candidate('elsewhere', 9, {vpc: 'vpc-2'})]});
		await on(wizard, 'start', 'Enter');
		await on(wizard, 'instances', 'End', 'Space', 'Enter');
		expect(wizard.getState().instances.problem).toContain('2 networks');
		press(wizard, 'Enter');
		expect(at(wizard)).toBe('roles');
	});

	test('what cannot serve cannot be chosen', async () => {
		const {wizard} = start();
		await on(wizard, 'start', 'Enter');
		await on(wizard, 'instances', 'End', 'Space');
		expect(wizard.getState().instances.chosen).toHaveLength(6);
		expect(wizard.getState().instances.problem).toBe('old is stopped.');
	});
});

describe('roles', () => {
	test('m, s and space, and no way on without a master', async () => {
		const {wizard} = start();
		await on(wizard, 'start', 'Enter');
		await on(wizard, 'instances', 'Enter');
		await on(wizard, 'roles', 's', 'Down', 'Space', 'Down', 's', 'Enter');
		const {roles} = wizard.getState();
		expect(at(wizard)).toBe('roles');
		expect(roles.problem).toContain('needs a master');
		expect(Object.values(roles.roles)).toEqual(['slave', 'slave', 'slave', 'slave', 'slave']);
		press(wizard, 'm', 'Enter');
		expect(at(wizard)).toBe('key');
		expect(subjectOf(wizard.getState()).subject?.cluster.hosts).toHaveLength(5);
	});
});

describe('Arm instances', () => {
	const arm = (name: string, index: number) => candidate(name, index, {arch: 'arm64'});
	const mixed = [arm('arm-1', 7), ...six];

	test('come behind the others, are not chosen unasked, and become slaves', async () => {
		const {wizard} = start({discover: async () => mixed}, {});
		await on(wizard, 'start', 'Enter');
		await wizard.idle();
		expect(wizard.getState().instances.chosen).toEqual(six.map(({id}) => id));
		await on(wizard, 'instances', 'End', 'Space', 'Enter');
		const {roles, explanation} = wizard.getState().roles;
		expect(roles[arm('', 7).id]).toBe('slave');
		expect(explanation).toMatch(
			/One of them can be a slave only: arm-1 has an Arm processor, and Marathon and Chronos/,
		);
	});

	test('are not mixed in unasked where nothing is known of what was chosen for them', async () => {
		const {wizard} = start({discover: async () => mixed});
		await on(wizard, 'start', 'Enter');
		await wizard.idle();
		expect(wizard.getState().instances.chosen).toEqual(six.map(({id}) => id));
	});

	test('as masters are questioned once, and the software is settled with the settings', async () => {
		const {wizard} = start({discover: async () => mixed}, {});
		await on(wizard, 'start', 'Enter');
		await on(wizard, 'instances', 'End', 'Space', 'Enter');
		await on(wizard, 'roles', 'Up', 'End', 'm', 'Enter');
		expect(at(wizard)).toBe('roles');
		expect(wizard.getState().roles.problem).toMatch(/^arm-1 has an Arm processor.* make it a slave, or choose other/);
		press(wizard, 'Enter');
		await on(wizard, 'key', 'Enter');
		await on(wizard, 'settings');
		const fields = () => subjectOf(wizard.getState()).problems.filter(({host}) => host === 'arm-1');
		expect(fields()).toMatchObject([
			{field: 'sources.marathon', fix: expect.stringMatching(/or do without Marathon\.$/)},
			{field: 'sources.chronos', cause: 'it has an Arm processor, and Chronos is built for x86_64 only.'},
		]);
		press(wizard, ...Array.from({length: 20}, () => 'Up'), 'Down', 'Enter', 'Down', 'Enter');
		expect(wizard.getState().settings.values).toMatchObject({marathon: false, chronos: false});
		expect(fields()).toEqual([]);
	});

	test('alone can make a cluster without the schedulers', async () => {
		const frameworks = {marathon: false, chronos: false};
		const {wizard} = start({discover: async () => [arm('a', 1), arm('b', 2), arm('c', 3), arm('d', 4)]}, {frameworks});
		await on(wizard, 'start', 'Enter');
		await on(wizard, 'instances', 'Enter');
		await on(wizard, 'roles', 'Enter');
		expect(at(wizard)).toBe('key');
	});
});
