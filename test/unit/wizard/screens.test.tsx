import {renderToString} from 'ink';
import {describe, expect, test, vi} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {lookFor} from '../../../source/panels/look.ts';
import {initialState} from '../../../source/wizard/initial-state.ts';
import {Screen} from '../../../source/wizard/screen.tsx';
import type {Services} from '../../../source/wizard/services.ts';
import type {ScreenName} from '../../../source/wizard/state.ts';
import {createWizard, type Wizard} from '../../../source/wizard/wizard.ts';
import {candidate, fakeServices, press, prod, sources, start} from './fixture.ts';

const sizes = [
	{columns: 80, rows: 24},
	{columns: 60, rows: 20},
	{columns: 120, rows: 40},
	{columns: 40, rows: 10},
];

function draw(
	wizard: Wizard,
	size = sizes[0] as (typeof sizes)[number],
	env: NodeJS.ProcessEnv = {LANG: 'C.UTF-8'},
): string {
	const screen = <Screen state={wizard.getState()} size={size} look={lookFor(env, false)} />;
	return renderToString(screen, {columns: size.columns});
}

/** Goes on with Enter until a screen is there and has what it asked for. */
async function reach(screen: ScreenName, more: Parameters<typeof start>[0] = {}): Promise<Wizard> {
	const {wizard} = start(more);
	await wizard.idle();
	while (wizard.getState().at !== screen) {
		press(wizard, 'Enter');
		await wizard.idle();
	}
	return wizard;
}

const many = Array.from({length: 60}, (_, i) =>
	candidate(`名前-with-a-very-long-name-${i}`, i % 10, {
		id: `i-${String(i).padStart(17, '0')}`,
		private_ip: `10.0.2.${i}`,
	}),
);

describe('every screen', () => {
	const screens: ScreenName[] = ['start', 'instances', 'roles', 'key', 'settings', 'check', 'plan', 'verified'];

	test.each(screens)('%s fills no more than the terminal, whatever its size', async name => {
		const wizard = await reach(name);
		for (const size of sizes) {
			const lines = draw(wizard, size).split('\n');
			expect(lines.length).toBeLessThanOrEqual(size.rows);
			for (const line of lines) expect(line.length).toBeLessThanOrEqual(size.columns);
		}
	});

	test.each(screens)('%s is ASCII where the terminal has no more', async name => {
		const wizard = await reach(name);
		expect(draw(wizard, undefined, {LANG: 'C'})).toMatch(/^[\n\x20-\x7e]*$/);
	});

	test.each(screens)('%s says its keys and how far it is', async name => {
		const text = draw(await reach(name));
		expect(text).toContain(`step ${screens.indexOf(name) + (name === 'verified' ? 2 : 1)} of 9`);
		expect(text.split('\n').at(-1)).toMatch(/⏎|Space|m master/);
	});
});

test('too small a terminal is told so', async () => {
	expect(draw(await reach('start'), {columns: 30, rows: 8})).toContain('at least 40x10');
});

test('a cluster file: without a path it says so, and Tab tells what there is', async () => {
	const {wizard} = start({completePath: async () => ({text: 'lab', choices: ['lab.yaml', 'lab2.yaml']})});
	await wizard.idle();
	press(wizard, 'Down', 'Down', 'Enter', '^u', 'Enter');
	expect(draw(wizard)).toMatch(/✖ no file is named here yet\.\s+Type its path; Tab completes it\./);
	press(wizard, 'Tab');
	await wizard.idle();
	await vi.waitFor(() => expect(draw(wizard)).toMatch(/> lab▏\s+lab\.yaml {3}lab2\.yaml/));
});

test('start: what was found, the likeliest first', async () => {
	const wizard = await reach('start', {
		lookAround: async () => ({
			profiles: [],
			account: {profile: 'work', region: 'eu-west-1'},
			clusters: [prod, {...prod, name: 'other'}],
			agentKeys: 2,
		}),
	});
	const text = draw(wizard);
	expect(text).toMatch(/ {3}Find my EC2 instances +eu-west-1, profile work/);
	expect(text).toMatch(/ {3}Open the cluster other/);
	expect(text).toMatch(/▌ Open the cluster prod +2 hosts, last used 2026-11-22/);
	expect(text).toContain('ssh-agent holds 2 keys');
});

describe('instances', () => {
	test('those that cannot serve say why', async () => {
		const text = draw(await reach('instances'));
		expect(text).toContain('6 chosen of 6 that can serve, 2 cannot.');
		expect(text).toMatch(/▌ \[x\] {2}master-1/);
		expect(text).toMatch(/ {6}windows +runs Windows/);
	});

	test('while EC2 is asked no key is named that does nothing', async () => {
		const {wizard} = start({discover: () => new Promise(() => {})});
		await wizard.idle();
		press(wizard, 'Enter');
		const text = draw(wizard);
		expect(text).toContain('Asking EC2 (eu-west-1, profile default)');
		expect(text.split('\n').at(-1)?.trim()).toBe('Esc back   ^C quit');
	});

	test('one that could not be asked can be asked again', async () => {
		const {wizard} = start({
			discover: async () => {
				throw new SetupError({cause: 'the keys have expired.', fix: 'Log in again.', exitCode: 1});
			},
		});
		await wizard.idle();
		press(wizard, 'Enter');
		await wizard.idle();
		const text = draw(wizard);
		expect(text).toMatch(/the keys have expired\.\s+Log in again\./);
		expect(text.split('\n').at(-1)).toContain('r ask again');
	});

	test('all columns where there is room', async () => {
		const text = draw(await reach('instances'), {columns: 140, rows: 40});
		expect(text).toMatch(/NAME +ID +TYPE +ZONE +PRIVATE IP +PUBLIC IP +SYSTEM +STATE +KEY/);
	});

	test('what they are sorted by is shown, and what was said of a row goes with the cursor', async () => {
		const wizard = await reach('instances');
		press(wizard, 's', 's');
		expect(draw(wizard)).toMatch(/ID ↓/);
		press(wizard, 'End', 'Space');
		expect(draw(wizard)).toContain('! old is stopped.');
		press(wizard, 'Up');
		expect(draw(wizard)).toContain('6 chosen of 6');
	});

	test('none at all: no key is named that does nothing', async () => {
		const text = draw(await reach('instances', {discover: async () => []}));
		expect(text).toContain('There are no instances');
		expect(text.split('\n').at(-1)?.trim()).toBe('r refresh   Esc back   ^C quit');
	});

	test('the filter narrows as one types, s sorts', async () => {
		const wizard = await reach('instances');
		press(wizard, '/', 's', 'l', 'a', 'v', 'e', ' ', '1', 'b');
		expect(draw(wizard)).toContain('/ slave 1b▏   1 of 8');
		expect(draw(wizard)).toContain('slave-2');
		expect(draw(wizard)).not.toContain('slave-3');
		press(wizard, 'Enter', 's', 's', 's', 's');
		expect(draw(wizard)).toContain('ZONE ↓');
		press(wizard, 'Esc');
		expect(draw(wizard)).toContain('slave-3');
		expect(wizard.getState().at).toBe('instances');
	});

	test('sixty rows scroll with the cursor in sight', async () => {
		const wizard = await reach('instances', {discover: async () => many});
		press(wizard, 'End');
		const text = draw(wizard, {columns: 60, rows: 20});
		expect(text).toMatch(/▌ \[ \]/);
		expect(text).toMatch(/\d+ above/);
		expect(text.split('\n')).toHaveLength(20);
	});

	test('names of instances cannot draw', async () => {
		const evil = candidate('\u001b[2Jmaster-1\u202e', 1);
		const text = draw(await reach('instances', {discover: async () => [evil]}));
		expect(text).not.toContain('\u001b');
		expect(text).not.toContain('\u202e');
	});
});

describe('roles', () => {
	test('quorum and tolerance are live, even numbers are explained', async () => {
		const wizard = await reach('roles');
		expect(draw(wizard)).toContain('3 masters: survives 1 failure (2 of 3 must agree).');
		expect(draw(wizard)).toContain('Suggested: Three masters in three zones');
		press(wizard, 's');
		expect(draw(wizard)).toMatch(/2 masters: 2 must agree, so they survive no failure, like 1 master\. Use 3 or\s+1\./);
		press(wizard, 'Down', 's');
		expect(draw(wizard)).toContain('1 master: survives no failure.');
		press(wizard, 'Down', 's');
		expect(draw(wizard)).toContain('needs a master');
	});
});

describe('key', () => {
	test('says whose key is meant and what was found', async () => {
		const text = draw(await reach('key', {proposeKeys: async () => ['~/.ssh/prod.pem', './key.pem']}));
		expect(text).toContain('key pair prod');
		expect(text).toContain('> ~/.ssh/prod.pem');
		expect(text).toMatch(/Also found:\s+\.\/key\.pem/);
	});

	test('a wrong passphrase is told, and asked for anew', async () => {
		const wizard = await reach('key', {
			checkKey: async (_path, {passphrase}) => ({
				problem: {cause: passphrase ? 'It does not open.' : 'It is encrypted.', fix: 'Try again.'},
				mend: 'passphrase',
			}),
		});
		press(wizard, 'Enter');
		await wizard.idle();
		expect(draw(wizard)).toContain('The key is encrypted. Its passphrase:');
		expect(draw(wizard)).not.toContain('It is encrypted.');
		press(wizard, 'sesame', 'Enter');
		await wizard.idle();
		expect(draw(wizard)).toMatch(/> ▏\s+✖ It does not open\.\s+Try again\./);
	});

	test('a passphrase is never shown', async () => {
		const wizard = await reach('key', {
			checkKey: async () => ({problem: {cause: 'It is encrypted.', fix: '.'}, mend: 'passphrase'}),
		});
		press(wizard, 'Enter');
		await wizard.idle();
		press(wizard, 'sesame');
		expect(draw(wizard)).toContain('******');
		expect(draw(wizard)).not.toContain('sesame');
	});
});

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
