import {createHash} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {Distribution} from '../../../../source/pipeline/bundle/distribution.ts';
import type {RunEvent} from '../../../../source/pipeline/events.ts';
import type {Artifact} from '../../../../source/steps/step.ts';
import {type Behaviour, fakeFleet} from './fake-fleet.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-bundle-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

function artifact(name: string): Artifact {
	const from = join(folder, name);
	writeFileSync(from, name);
	return {name, from, sha256: createHash('sha256').update(name).digest('hex'), bytes: name.length};
}

function distribution(masters: number, slaves: number, behaviours?: Record<string, Behaviour>) {
	const {hosts, member, traffic} = fakeFleet(masters, slaves, behaviours);
	const events: RunEvent[] = [];
	const {signal} = new AbortController();
	const portRanges = '4000-5000,31000-32000';
	const listener = (event: RunEvent) => void events.push(event);
	const files = ['docker.rpm', 'mesos.rpm'].map(artifact);
	const run = new Distribution({hosts, member, portRanges, listener, signal});
	const notes = () =>
		events.flatMap(event =>
			event.event === 'note' ? [event.text] : event.event === 'check' ? [event.detail ?? ''] : [],
		);
	return {run, hosts, traffic, files, notes};
}

test('a hundred hosts: each file leaves this computer once, and spreads from host to host', async () => {
	const {run, hosts, traffic, files, notes} = distribution(3, 97);
	await Promise.all(hosts.map(({name}) => run.bring(name, files)));
	await run.close(true);
	expect(traffic.sent).toHaveLength(2);
	expect(new Set(traffic.sent.map(line => line.split(' ')[1])).size).toBe(1);
	expect(traffic.fetched).toHaveLength(2 * 99);
	const givers = new Set(traffic.fetched.map(line => line.split(' < ')[1]));
	expect(givers.size).toBeGreaterThan(5);
	expect([...givers].every(name => name?.startsWith('slave-'))).toBe(true);
	expect(traffic.removed).toHaveLength(100);
	expect(notes()).toEqual(['2 files (1 kB) sent from this computer, 198 copies from host to host']);
});

test('a package that dpkg or rpm says is installed in that very version is not sent', async () => {
	const has = 'jq:amd64 1.6-2\nunzip 0:6.0-5.x86_64\nwget:amd64 1.20';
	const {run, traffic} = distribution(0, 1, {'slave-1': {has}});
	const packages = {
		'jq.deb': {name: 'jq:amd64', version: '1.6-2'},
		'unzip.rpm': {name: 'unzip', version: '0:6.0-5.x86_64'},
		'wget.deb': {name: 'wget:amd64', version: '1.21'},
	};
	const files = Object.entries(packages).map(([name, known]) => ({...artifact(name), package: known}));
	await run.bring('slave-1', files);
	expect(traffic.sent).toEqual(['wget.deb slave-1']);
});

test('a master that comes first waits for a slave that can pass on', async () => {
	const {run, traffic, files} = distribution(1, 1);
	const master = run.bring('master-1', files);
	await new Promise(resolve => setImmediate(resolve));
	expect(traffic.sent).toEqual([]);
	await run.bring('slave-1', files);
	await master;
	expect(traffic.sent.every(line => line.endsWith('slave-1'))).toBe(true);
	expect(traffic.fetched).toHaveLength(2);
});

test('without a slave in the run, or with all of them failed, files come from here', async () => {
	const alone = distribution(3, 0);
	await Promise.all(alone.hosts.map(({name}) => alone.run.bring(name, alone.files)));
	expect(alone.traffic.sent).toHaveLength(6);
	const failed = distribution(1, 1);
	const master = failed.run.bring('master-1', failed.files);
	failed.run.over('slave-1', true);
	await master;
	expect(failed.traffic.sent).toEqual(['docker.rpm master-1', 'mesos.rpm master-1']);
});

test('a host that reaches no other is told once and gets its files from here', async () => {
	const {run, traffic, files, notes} = distribution(1, 1, {'master-1': {fetched: 'curl: (28) Connection timed out'}});
	await run.bring('slave-1', files);
	await run.bring('master-1', files);
	expect(traffic.sent.filter(line => line.endsWith('master-1'))).toHaveLength(2);
	expect(notes()).toHaveLength(1);
	expect(notes()[0]).toMatch(
		/^master-1: it cannot fetch files from slave-1 \(TCP 10.0.2.1:32000: \(28\) .*from this computer instead/,
	);
});

test('a slave that cannot serve is no reason to fail', async () => {
	const {run, traffic, files, notes} = distribution(1, 1, {'slave-1': {serves: 'it has no python'}});
	await run.bring('slave-1', files);
	await run.bring('master-1', files);
	expect(traffic.sent.filter(line => line.endsWith('master-1'))).toHaveLength(2);
	expect(notes()[0]).toContain('slave-1 cannot pass files on (it has no python)');
});

test('what arrives broken twice is refused by name, and nothing is taken away for the next run', async () => {
	const {run, traffic, files} = distribution(1, 1, {'slave-1': {arrival: 'wrong'}});
	await expect(run.bring('slave-1', files)).rejects.toMatchObject({
		host: 'slave-1',
		reason: expect.stringContaining('other content than its checksum says'),
	});
	await run.close(false);
	expect(traffic.removed).toEqual([]);
});

test('a disk that is full and a connection that ends are told as what they are', async () => {
	const {run, files} = distribution(1, 1, {'slave-1': {arrival: 'No space left on device'}});
	await expect(run.bring('slave-1', files)).rejects.toThrow(/does not fit on the disk/);
	const other = distribution(1, 1, {'slave-1': {arrival: 'short 3'}});
	await expect(other.run.bring('slave-1', other.files)).rejects.toThrow(/did not arrive/);
});
