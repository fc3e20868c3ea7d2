import {mkdtempSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, expect, test, vi} from 'vitest';
import {identify} from '../../../source/cluster/identity.ts';
import {openStore} from '../../../source/cluster/store.ts';
import {cluster, thrown} from './example.ts';

let home: string;
const file = (name: string) => join(home, 'clusters', `${name}.json`);
const clock =
	(...times: string[]) =>
	() =>
		new Date(times.length > 1 ? (times.shift() ?? '') : (times[0] ?? ''));
const noon = '2026-01-01T12:00:00.000Z';

beforeEach(() => {
	home = join(mkdtempSync(join(tmpdir(), 'store-')), 'home');
});

test('what is saved is loaded by another run', () => {
	const one = cluster(3, 2, 'timeouts: {gate: 90s}\nmesos: {attributes: {a.b: "1.10"}}');
	const record = identify(one, undefined, () => 'id');
	openStore(home, clock(noon)).save('prod', {cluster: one, file: '/a/prod.yaml', record});
	expect(openStore(home).load('prod')).toEqual({cluster: one, file: '/a/prod.yaml', record, last_used: noon});
});

test('nothing is known of a cluster never saved, and looking leaves no trace', () => {
	const store = openStore(home);
	expect(store.load('prod')).toBeUndefined();
	expect(store.hostKeys('prod').get('master-1')).toBeUndefined();
	expect(store.list()).toEqual([]);
	expect(() => statSync(home)).toThrow('ENOENT');
});

test('files are for this user alone', () => {
	openStore(home).save('prod', {cluster: cluster(1, 1)});
	openStore(home).hostKeys('test').set('a', 'SHA256:x');
	expect(statSync(file('prod')).mode & 0o777).toBe(0o600);
	expect(statSync(file('test')).mode & 0o777).toBe(0o600);
	expect(statSync(join(home, 'clusters')).mode & 0o777).toBe(0o700);
});

test('a folder that cannot be written to is named, with what to do', () => {
	writeFileSync(join(home, '..', 'file'), '');
	const store = openStore(join(home, '..', 'file', 'home'));
	const told = /clusters\/prod.json: what this computer must remember.*cannot be written: ENOTDIR.*MESOS_SETUP_HOME/;
	expect(() => store.save('prod', {cluster: cluster(1, 1)})).toThrow(told);
	expect(() => store.hostKeys('prod').set('master-1', 'SHA256:a')).toThrow(told);
});

test('pinned host keys outlive a save and come without one', () => {
	const store = openStore(home);
	store.hostKeys('prod').set('master-1', 'SHA256:a');
	store.hostKeys('prod').set('slave-1.example.org', 'SHA256:b');
	expect(store.load('prod')).toBeUndefined();
	store.save('prod', {cluster: cluster(1, 1)});
	expect(openStore(home).hostKeys('prod').get('master-1')).toBe('SHA256:a');
	expect(openStore(home).hostKeys('prod').get('slave-1.example.org')).toBe('SHA256:b');
	expect(openStore(home).hostKeys('prod').get('slave-2')).toBeUndefined();
});

test('host keys that come in a crowd are all on disk a moment later', async () => {
	const names = Array.from({length: 30}, (_, i) => `slave-${i}`);
	const keys = openStore(home).hostKeys('prod');
	for (const name of names) keys.set(name, `SHA256:${name}`);
	expect(names.map(keys.get)).toEqual(names.map(name => `SHA256:${name}`));
	await vi.waitFor(() => {
		const written = openStore(home).hostKeys('prod');
		expect(names.map(written.get)).toEqual(names.map(name => `SHA256:${name}`));
	}, 10_000);
});

test('the last used comes first', () => {
	const store = openStore(
		home,
		clock('2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
	);
	for (const name of ['b', 'c', 'a']) store.save(name, {cluster: {...cluster(1, 1), name}});
	expect(store.list()).toEqual(['c', 'b', 'a']);
});

test.each([
	['broken', '{"format": 1, "cluster": {'],
	['of a newer tool', '{"format": 2, "cluster": {"name": "prod"}}'],
	['of another shape', '{"format": 1, "record": {"id": 7}}'],
	['with a cluster nobody can read', '{"format": 1, "cluster": {"name": "prod", "hosts": []}}'],
])('a file %s is named and left as it is', (_, content) => {
	openStore(home).save('prod', {cluster: cluster(1, 1)});
	writeFileSync(file('prod'), content);
	const store = openStore(home);
	for (const use of [
		() => store.load('prod'),
		() => store.save('prod', {cluster: cluster(1, 1)}),
		() => store.hostKeys('prod').set('a', 'b'),
	]) {
		expect(thrown(use).message).toMatch(/clusters\/prod\.json: what this computer knows of the cluster cannot be read/);
	}
	expect(readFileSync(file('prod'), 'utf8')).toBe(content);
});

test('a name cannot leave the folder', () => {
	expect(thrown(() => openStore(home).load('../../etc/passwd')).message).toMatch(/is no name of a cluster/);
});
