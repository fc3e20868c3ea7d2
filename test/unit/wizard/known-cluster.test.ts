import {describe, expect, test, vi} from 'vitest';
import {menuChoices} from '../../../source/wizard/screens/menu.ts';
import {subjectOf} from '../../../source/wizard/subject.ts';
import {press, prod, sources, start} from './fixture.ts';
import {at, on, problem, throughTo} from './walk.ts';

describe('a known cluster', () => {
	const known = (more: Parameters<typeof start>[0] = {}) =>
		start({lookAround: async () => ({profiles: [], clusters: [prod], agentKeys: 0}), ...more});

	test('is what the wizard opens on; Back leads to the start, where a new one finds its hosts taken', async () => {
		const account = {region: 'eu-west-1'};
		const {wizard} = known({lookAround: async () => ({profiles: [], account, clusters: [prod], agentKeys: 0})});
		await on(wizard, 'menu', 'Esc');
		await on(wizard, 'start', 'Up', 'Enter');
		await wizard.idle();
		expect(wizard.getState().instances.chosen).toHaveLength(4);
		press(wizard, 'End', 'Up', 'Up', 'Space');
		expect(wizard.getState().instances.problem).toBe('slave-1 is in the cluster prod.');
		// Neither name nor sources of the cluster that was looked at before are meant.
		expect(wizard.getState().settings.values).toMatchObject({name: 'mesos', sources});
	});

	test('its name is not given again', async () => {
		const account = {region: 'eu-west-1'};
		const clusters = [prod, {...prod, name: 'mesos'}];
		const {wizard} = start({lookAround: async () => ({profiles: [], account, clusters, agentKeys: 0})});
		await on(wizard, 'start', 'Up', 'Enter');
		await throughTo(wizard, 'settings');
		expect(wizard.getState().settings.values.name).toBe('mesos-2');
		await on(wizard, 'settings', ...Array.from({length: 20}, () => 'Up'), 'Enter', '^u', 'prod', 'Enter');
		expect(wizard.getState().settings.problems).toMatchObject([
			{field: 'name', cause: 'this computer knows a cluster prod already.'},
		]);
	});

	test('that was reset can be installed, and nothing else', async () => {
		const clusters = [{...prod, installed: false}];
		const {wizard} = known({lookAround: async () => ({profiles: [], clusters, agentKeys: 0})});
		await wizard.idle();
		expect(menuChoices(wizard.getState()).map(({label}) => label)).toEqual(['Install', 'Edit settings', 'Forget']);
	});

	test('slaves are added from those that are not in it; only they are touched', async () => {
		const {wizard, calls} = known();
		await on(wizard, 'menu', 'Enter');
		await wizard.idle();
		expect(wizard.getState().instances.chosen).toEqual([]);
		await on(wizard, 'instances', 'Space', 'Down', 'Space', 'Enter');
		await on(wizard, 'check', 'Enter');
		await on(wizard, 'plan', 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('verified');
		const [, subject] = calls.find(([name]) => name === 'apply') as unknown as [
			string,
			{limit: string[]; cluster: {hosts: {name: string; role: string}[]}},
		];
		expect(subject.limit).toEqual(['slave-2', 'slave-3']);
		expect(subject.cluster.hosts.map(({name}) => name)).toEqual(['master-1', 'slave-1', 'slave-2', 'slave-3']);
		expect(subject.cluster.hosts.slice(2).every(({role}) => role === 'slave')).toBe(true);
	});

	test('that has grown is shown with what it has by now', async () => {
		const grown = {...prod, cluster: {...prod.cluster, hosts: [...prod.cluster.hosts]}};
		const apply = vi.fn(async ({cluster}: {cluster: typeof prod.cluster}) => {
			grown.cluster = cluster;
			return {failed: 0, changed: 1, ms: 1, stopped: false};
		});
		const {wizard} = known({apply, lookAround: async () => ({profiles: [], clusters: [grown], agentKeys: 0})});
		await on(wizard, 'menu', 'Down', 'Enter');
		await on(wizard, 'addresses', 'extra=10.0.1.40', 'Tab');
		await on(wizard, 'check', 'Enter');
		await on(wizard, 'plan', 'Enter');
		await on(wizard, 'verified', 'Esc');
		await on(wizard, 'menu');
		const {subject, problems} = subjectOf(wizard.getState());
		expect(subject?.cluster.hosts.map(({name}) => name)).toEqual(['master-1', 'slave-1', 'extra']);
		expect(problems).toEqual([]);
		await on(wizard, 'menu', 'Enter');
		await on(wizard, 'addresses');
		expect(wizard.getState().addresses.lines).toEqual(['']);
	});

	test('slaves are added by address', async () => {
		const {wizard, calls} = known();
		await on(wizard, 'menu', 'Down', 'Enter');
		await on(wizard, 'addresses', 'extra=10.0.1.40', 'Tab');
		await on(wizard, 'check', 'Enter');
		await on(wizard, 'plan', 'Enter');
		await wizard.idle();
		const [, subject] = calls.find(([name]) => name === 'apply') as unknown as [string, {limit: string[]}];
		expect(subject.limit).toEqual(['extra']);
	});

	test('an interrupted installation offers to go on', async () => {
		const {wizard} = known({
			lookAround: async () => ({profiles: [], clusters: [{...prod, unfinished: true}], agentKeys: 0}),
		});
		await on(wizard, 'menu', 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('plan');
	});

	test('forgetting asks, and Back says no', async () => {
		const {wizard, calls} = known();
		await on(wizard, 'menu', 'End', 'Enter', 'Esc');
		expect(calls.some(([name]) => name === 'forget')).toBe(false);
		await on(wizard, 'menu', 'Enter', 'Enter');
		await wizard.idle();
		expect(calls).toContainEqual(['forget', 'prod']);
		expect(at(wizard)).toBe('start');
	});

	test('edited settings keep hosts, key and name', async () => {
		const {wizard, calls} = known();
		await on(wizard, 'menu', 'End', 'Up', 'Enter');
		await on(wizard, 'settings', ...Array.from({length: 20}, () => 'Up'), 'Down', 'Enter');
		// ZooKeeper, Mesos and Marathon still need what the file of this cluster does not say.
		const state = wizard.getState();
		expect(state.settings.values).toMatchObject({name: 'prod', marathon: true, chronos: false});
		expect(calls.some(([name]) => name === 'examine')).toBe(false);
		expect(subjectOf(state).subject?.cluster).toMatchObject({
			hosts: prod.cluster.hosts,
			ssh: {key: '~/.ssh/prod.pem'},
			frameworks: {chronos: false},
		});
	});
});

describe('a cluster file', () => {
	test('leads to the check of what it says', async () => {
		const {wizard} = start();
		await on(wizard, 'start', 'Down', 'Down', 'Enter');
		await on(wizard, 'file', 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('check');
		expect(subjectOf(wizard.getState()).subject).toMatchObject({file: '/tmp/cluster.yaml', limit: []});
	});

	test('what is wrong with it is told, and the path stays', async () => {
		const {wizard} = start({readClusterFile: async () => Promise.reject(problem('there is no such file.'))});
		await on(wizard, 'start', 'Down', 'Down', 'Enter');
		await on(wizard, 'file', '^u', 'nope.yaml', 'Enter');
		await wizard.idle();
		expect(wizard.getState().file).toMatchObject({
			path: {text: 'nope.yaml'},
			problems: [{cause: 'there is no such file.'}],
		});
	});
});

describe('typed hosts', () => {
	test('a paste of several lines; unnamed roles are suggested', async () => {
		const {wizard} = start();
		await on(wizard, 'start', 'End', 'Enter');
		await on(wizard, 'addresses', '10.0.0.1\n10.0.0.2\n10.0.0.3\n10.0.0.4', 'Tab');
		await on(wizard, 'roles', 'Enter');
		await wizard.idle();
		const {cluster} = subjectOf(wizard.getState()).subject ?? {};
		expect(cluster?.hosts.map(({name}) => name)).toEqual(['master-1', 'master-2', 'master-3', 'slave-1']);
		expect(cluster?.region).toBeUndefined();
	});

	test('what is no host keeps one there', async () => {
		const {wizard} = start();
		await on(wizard, 'start', 'End', 'Enter');
		await on(wizard, 'addresses', '10.0.0.1 master', 'Enter', 'host name!', 'Tab');
		expect(wizard.getState().addresses.problems).toHaveLength(1);
		expect(at(wizard)).toBe('addresses');
	});
});
