import {describe, expect, test, vi} from 'vitest';
import {settingRows} from '../../../source/wizard/screens/settings.ts';
import {sourceChoices} from '../../../source/wizard/screens/source.ts';
import {press, sources, start} from './fixture.ts';
import {at, on, problem, throughTo} from './walk.ts';

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
