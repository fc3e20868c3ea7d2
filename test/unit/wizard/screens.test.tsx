import {describe, expect, test, vi} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import type {ScreenName} from '../../../source/wizard/state.ts';
import {draw, reach, sizes} from './drawn.tsx';
import {candidate, press, prod, start} from './fixture.ts';

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
