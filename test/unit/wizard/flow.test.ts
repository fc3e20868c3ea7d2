import {describe, expect, test, vi} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {menuChoices} from '../../../source/wizard/screens/menu.ts';
import {asksForReboot} from '../../../source/wizard/screens/plan.ts';
import {settingRows} from '../../../source/wizard/screens/settings.ts';
import {sourceChoices} from '../../../source/wizard/screens/source.ts';
import {startChoices} from '../../../source/wizard/screens/start.ts';
import type {WizardState} from '../../../source/wizard/state.ts';
import {subjectOf} from '../../../source/wizard/subject.ts';
import type {Wizard} from '../../../source/wizard/wizard.ts';
import {candidate, fleet, press, prod, six, sources, start} from './fixture.ts';

const at = (wizard: Wizard) => wizard.getState().at;

/** Presses a key when the screen is there and nothing is under way. */
async function on(wizard: Wizard, screen: WizardState['at'], ...words: string[]): Promise<void> {
	await wizard.idle();
	expect(at(wizard)).toBe(screen);
	press(wizard, ...words);
}

async function throughTo(wizard: Wizard, screen: WizardState['at']): Promise<void> {
	for (let keys = 0; at(wizard) !== screen; keys++) {
		await wizard.idle();
		if (at(wizard) === screen) return;
		expect(keys, `stuck at ${at(wizard)}`).toBeLessThan(15);
		press(wizard, 'Enter');
	}
}

const problem = (cause: string) => new SetupError({cause, fix: 'Mend it.', exitCode: 1});

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

describe('the key', () => {
	const toKey = async (more: Parameters<typeof start>[0]) => {
		const made = start(more);
		await throughTo(made.wizard, 'key');
		return made;
	};

	test('a wrong file is corrected on the spot', async () => {
		const {wizard} = await toKey({
			checkKey: async path =>
				path === '/right.pem'
					? {path, description: 'RSA', match: undefined}
					: {problem: {cause: `${path} is not a private key.`, fix: 'Name another.'}},
		});
		await on(wizard, 'key', '^u', '/wrong.txt', 'Enter');
		await wizard.idle();
		expect(wizard.getState().key.trouble?.problem.cause).toContain('/wrong.txt is not');
		press(wizard, '^u', '/right.pem', 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('settings');
	});

	test('permissions are mended when the person agrees', async () => {
		let mode = 0o644;
		const {wizard, calls} = await toKey({
			protectKey: async () => {
				mode = 0o600;
			},
			checkKey: async path =>
				mode === 0o600
					? {path, description: 'RSA', match: undefined}
					: {problem: {cause: 'It can be read by others.', fix: 'Run: chmod 600'}, mend: 'permissions'},
		});
		await on(wizard, 'key', 'Enter');
		await wizard.idle();
		expect(calls.some(([name]) => name === 'protectKey')).toBe(false);
		press(wizard, 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('settings');
	});

	test('a passphrase is asked, wrong ones again, and it is not in what comes after', async () => {
		const {wizard, calls} = await toKey({
			checkKey: async (path, {passphrase}) =>
				passphrase === 'sesame'
					? {path, description: 'RSA', match: undefined}
					: {problem: {cause: 'It is encrypted.', fix: '.'}, mend: 'passphrase'},
		});
		await on(wizard, 'key', 'Enter');
		await on(wizard, 'key', 'open', 'Enter');
		await on(wizard, 'key', '^u', 'sesame', 'Enter');
		await on(wizard, 'settings', 'Enter');
		await wizard.idle();
		const checked = calls.find(([name]) => name === 'examine');
		expect(JSON.stringify(checked)).not.toContain('sesame');
	});

	test('the key of another pair is refused, a doubtful one questioned once', async () => {
		let verdict: 'different' | 'doubtful' = 'different';
		const {wizard} = await toKey({
			checkKey: async path => ({path, description: 'RSA', match: {verdict, detail: 'This key is not prod.'}}),
		});
		await on(wizard, 'key', 'Enter');
		await on(wizard, 'key', 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('key');
		verdict = 'doubtful';
		await on(wizard, 'key', 'Enter');
		await on(wizard, 'key', 'Enter');
		await wizard.idle();
		expect(at(wizard)).toBe('settings');
	});

	test('Tab completes, and what came too late for another text is not taken', async () => {
		const {wizard} = await toKey({completePath: async text => ({text: `${text}y.pem`, choices: ['key.pem', 'kez']})});
		await on(wizard, 'key', '^u', '/ke', 'Tab');
		await vi.waitFor(() => expect(wizard.getState().key.path.text).toBe('/key.pem'));
		expect(wizard.getState().key.completions).toEqual(['key.pem', 'kez']);
		press(wizard, 'x', 'Tab', 'z');
		await new Promise(resolve => setImmediate(resolve));
		expect(wizard.getState().key.path.text).toBe('/key.pemxz');
	});
});

describe('settings', () => {
	test('Mesos has no source of its own: the way on leads to choosing one', async () => {
		const {wizard} = start({}, {});
		await throughTo(wizard, 'settings');
		await wizard.idle();
		press(wizard, 'Enter');
		const {problems} = wizard.getState().settings;
		expect(problems.map(({field}) => field)).toContain('sources.mesos');
		for (let i = 0; i < 20 && at(wizard) === 'settings' && problems.length > 0; i++) press(wizard, 'Enter');
		expect(at(wizard)).toBe('source');
		expect(wizard.getState().source.component).toBe('zookeeper');
		press(wizard, 'Enter', 'a'.repeat(5), 'Enter');
		expect(wizard.getState().source.problem?.cause).toContain('no checksum');
		press(wizard, '^u', 'a'.repeat(128), 'Enter');
		expect(at(wizard)).toBe('settings');
		expect(wizard.getState().settings.values.sources.zookeeper).toMatchObject({
			kind: 'archive',
			sha512: 'a'.repeat(128),
		});
	});

	test('a publisher is asked for the checksum, and what it says is confirmed', async () => {
		const {wizard} = start({}, {});
		await throughTo(wizard, 'settings');
		await wizard.idle();
		press(wizard, 'Enter', 'Enter', 'Enter');
		expect(wizard.getState().source).toMatchObject({component: 'zookeeper', publisher: 'asked'});
		await wizard.idle();
		expect(wizard.getState().source).toMatchObject({publisher: 'told', typing: {text: 'c'.repeat(128)}});
		press(wizard, 'Enter');
		expect(at(wizard)).toBe('settings');
		expect(wizard.getState().settings.values.sources.zookeeper).toMatchObject({sha512: 'c'.repeat(128)});
	});

	test('a publisher that does not answer is named; the checksum can still be typed', async () => {
		const publishedChecksum = async () => {
			throw problem('archive.example could not be asked from this computer: it answers 404.');
		};
		const {wizard} = start({publishedChecksum}, {});
		await throughTo(wizard, 'settings');
		await wizard.idle();
		press(wizard, 'Enter', 'Enter', 'Enter');
		await wizard.idle();
		const {source} = wizard.getState();
		expect(source).toMatchObject({publisher: undefined, problem: {cause: expect.stringContaining('404')}});
		press(wizard, 'a'.repeat(128), 'Enter');
		expect(wizard.getState().settings.values.sources.zookeeper).toMatchObject({sha512: 'a'.repeat(128)});
	});

	test('what is typed meanwhile is not overwritten', async () => {
		const {wizard} = start({}, {});
		await throughTo(wizard, 'settings');
		await wizard.idle();
		press(wizard, 'Enter', 'Enter', 'Enter', 'ab');
		await wizard.idle();
		expect(wizard.getState().source).toMatchObject({publisher: undefined, typing: {text: 'ab'}});
	});

	test("a source of one's own, as a cluster file says it", async () => {
		const {wizard} = start({}, {});
		await throughTo(wizard, 'settings');
		await wizard.idle();
		const row = 8;
		press(
			wizard,
			'PageUp',
			'PageUp',
			...Array.from({length: 20}, () => 'Up'),
			...Array.from({length: row}, () => 'Down'),
			'Enter',
		);
		expect(wizard.getState().source.component).toBe('mesos');
		press(wizard, 'End', 'Enter', '{kind: image, reff: x}', 'Enter');
		expect(wizard.getState().source.problem).toBeDefined();
		press(wizard, '^u', '{kind: package, name: mesos, build: clusterd}', 'Enter');
		expect(wizard.getState().settings.values.sources.mesos).toEqual({
			kind: 'package',
			name: 'mesos',
			build: 'clusterd',
		});
	});

	describe('a bundle', () => {
		const toBundle = async (more: Parameters<typeof start>[0], defaults?: Parameters<typeof start>[1]) => {
			const {wizard, calls} = start(more, defaults);
			await throughTo(wizard, 'settings');
			await wizard.idle();
			press(wizard, ...Array.from({length: 20}, () => 'Up'), 'Down', 'Down', 'Down', 'Down', 'Enter');
			return {wizard, calls};
		};

		test('is typed with Tab, looked at, and then everything comes from it', async () => {
			const completePath = async (text: string) => ({text: `${text}-bundle/`, choices: []});
			const {wizard, calls} = await toBundle({completePath}, {});
			press(wizard, 'prod', 'Tab');
			await vi.waitFor(() => expect(wizard.getState().settings.editing?.text).toBe('prod-bundle/'));
			press(wizard, 'Enter');
			await wizard.idle();
			const {values, problems} = wizard.getState().settings;
			expect(values.sources).toEqual({kind: 'bundle', path: '/abs/prod-bundle/'});
			expect(problems).toEqual([]);
			const rows = settingRows(wizard.getState()).filter(({kind}) => kind === 'source');
			expect(new Set(rows.map(({value}) => value))).toEqual(new Set(['the bundle /abs/prod-bundle/']));
			press(wizard, 'End', 'Enter');
			await wizard.idle();
			expect(at(wizard)).toBe('check');
			const examined = calls.find(([name]) => name === 'examine')?.[1];
			expect(examined).toMatchObject({cluster: {sources: {kind: 'bundle', path: '/abs/prod-bundle/'}}});
		});

		test('one component may come from elsewhere, and from the bundle again', async () => {
			const {wizard} = await toBundle({}, {});
			press(wizard, 'b', 'Enter');
			await wizard.idle();
			press(wizard, 'Down', 'Enter', 'Down', 'Enter');
			const bundle = {kind: 'bundle', path: '/abs/b'};
			expect(wizard.getState().settings.values.sources).toMatchObject({...bundle, docker: {kind: 'package'}});
			press(wizard, 'Enter');
			const titles = sourceChoices(wizard.getState()).map(({title}) => title);
			expect(titles.slice(0, 2)).toEqual([expect.stringContaining('package docker'), 'the bundle /abs/b']);
			press(wizard, 'Up', 'Up', 'Down', 'Enter');
			expect(wizard.getState().settings.values.sources).toEqual(bundle);
		});

		test('that is none is told where it was typed; Esc leaves everything as it was, nothing typed takes it away', async () => {
			let found = false;
			const findBundle = async (path: string) => {
				if (!found) throw problem(`the bundle ${path} is a file; a bundle is a folder.`);
				return path;
			};
			const {wizard} = await toBundle({findBundle});
			press(wizard, 'x.tar', 'Enter');
			await wizard.idle();
			const {settings} = wizard.getState();
			expect(settings).toMatchObject({
				editing: {text: 'x.tar'},
				problems: [{cause: expect.stringContaining('is a file')}],
			});
			press(wizard, 'Esc');
			expect(at(wizard)).toBe('settings');
			expect(wizard.getState().settings).toMatchObject({editing: undefined, problems: [], values: {sources}});
			found = true;
			press(wizard, 'Enter', 'good', 'Enter');
			await wizard.idle();
			expect(wizard.getState().settings.values.sources).toEqual({kind: 'bundle', path: 'good'});
			press(wizard, 'Enter', '^u', 'Enter');
			expect(wizard.getState().settings.values.sources).toEqual(sources);
		});
	});

	test('a name that is none is told where it stands', async () => {
		const {wizard} = start();
		await throughTo(wizard, 'settings');
		await wizard.idle();
		press(wizard, ...Array.from({length: 20}, () => 'Up'), 'Enter', '^u', 'no good', 'Enter', 'End', 'Enter');
		const {settings} = wizard.getState();
		expect(settings.problems[0]?.field).toBe('name');
		expect(settings.cursor).toBe(0);
	});
});

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
