import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {nameHosts} from '../../../source/commands/local.ts';
import type {CommandOptions} from '../../../source/commands/options.ts';
import {readOptions} from '../../../source/commands/options.ts';
import type {Run} from '../../../source/commands/verb.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {clusterYaml} from '../cluster/example.ts';
import {fakeStreams} from './streams.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'local-'));
	mkdirSync(at('.ssh'));
	writeFileSync(at('hosts'), '127.0.0.1 localhost\n');
	writeFileSync(at('c.yaml'), clusterYaml(1, 1));
	writeFileSync(at('d.yaml'), clusterYaml(1, 1).replace('name: prod', 'name: stage'));
});
afterEach(() => rmSync(folder, {recursive: true}));

async function local(wish: Partial<CommandOptions>, agree = true) {
	const streams = {...fakeStreams(), stdin: {isTTY: false}} as unknown as Run['streams'];
	const events: RunEvent[] = [];
	const confirm = vi.fn(async (_: string) => agree);
	const frame = {
		emit: (event: RunEvent) => events.push(event),
		home: at('home'),
		streams,
		ask: {mustBeAskable: () => {}, confirm},
	} as unknown as Run;
	const computer = {hosts: at('hosts'), home: folder, lookUp: () => Promise.reject(new Error('no'))};
	const options = readOptions(wish, streams, {});
	const exitCode = await nameHosts(options, frame, computer);
	const steps = events.flatMap(event => (event.event === 'step' ? [`${event.status} ${event.step}`] : []));
	return {exitCode, events, steps, confirm};
}

test('shows what it would write before it asks, and asks once', async () => {
	const no = await local({clusterFile: at('c.yaml')}, false);
	expect(no.steps).toEqual(['would-change ~/.ssh/config', `would-change ${at('hosts')}`]);
	expect(no.events[1]).toMatchObject({diff: expect.stringMatching(/^--- .*\n\+\+\+ [\s\S]*\n\+203\.0\.1\.1 master-1/)});
	expect(no.confirm.mock.calls).toEqual([[`Change ~/.ssh/config and ${at('hosts')} of this computer?`]]);
	expect(readFileSync(at('hosts'), 'utf8')).toBe('127.0.0.1 localhost\n');

	const yes = await local({clusterFile: at('c.yaml')});
	expect(yes.steps.slice(2)).toEqual(['changed ~/.ssh/config', `changed ${at('hosts')}`]);
	expect(yes.events.at(-1)).toMatchObject({event: 'summary', changed: 2, failed: 0});
});

test('asks nothing with --yes, nor when nothing is to be done', async () => {
	const first = await local({clusterFile: at('c.yaml'), yes: true});
	expect(first.steps).toEqual(['changed ~/.ssh/config', `changed ${at('hosts')}`]);
	const again = await local({clusterFile: at('c.yaml')});
	expect(again.steps).toEqual(['ok ~/.ssh/config', `ok ${at('hosts')}`]);
	expect(again.events.at(-1)).toMatchObject({changed: 0});
	for (const {confirm} of [first, again]) expect(confirm).not.toHaveBeenCalled();
});

test('--undo needs neither file nor store, only a name where there are several', async () => {
	const nothing = await local({undo: true, yes: true});
	expect(nothing.events).toMatchObject([{event: 'note'}, {event: 'summary', hosts: {}}]);
	for (const file of ['c.yaml', 'd.yaml']) await local({clusterFile: at(file), yes: true});
	await expect(local({undo: true, yes: true})).rejects.toThrow(
		/several clusters have names .*: prod, stage\. Name one/,
	);
	await expect(local({undo: true, yes: true, cluster: 'prdo'})).rejects.toThrow(/no names of a cluster "prdo"/);
	expect((await local({undo: true, yes: true, cluster: 'prod'})).steps).toHaveLength(2);
	expect((await local({undo: true, yes: true, clusterFile: at('c.yaml')})).events.at(-1)).toMatchObject({changed: 0});
	expect((await local({undo: true, yes: true})).events.at(-1)).toMatchObject({changed: 2});
	expect(readFileSync(at('hosts'), 'utf8')).toBe('127.0.0.1 localhost\n');
});

test('whoever runs it with sudo is told whose ~/.ssh/config that means', async () => {
	const uid = vi.spyOn(process, 'getuid').mockReturnValue(0);
	vi.stubEnv('SUDO_USER', 'ada');
	try {
		const {events} = await local({clusterFile: at('c.yaml')}, false);
		expect(events[0]).toMatchObject({
			event: 'note',
			text: expect.stringMatching(/root's .* that of ada run it without/),
		});
	} finally {
		uid.mockRestore();
		vi.unstubAllEnvs();
	}
});

test('a file that cannot be written is a failed step with its reason, beside what was written', async () => {
	const uid = vi.spyOn(process, 'getuid').mockReturnValue(4711);
	vi.stubEnv('PATH', at('empty'));
	try {
		const {exitCode, events, steps} = await local({clusterFile: at('c.yaml'), yes: true});
		expect({exitCode, steps}).toEqual({exitCode: 1, steps: ['failed ~/.ssh/config', `failed ${at('hosts')}`]});
		expect(events).toContainEqual(
			expect.objectContaining({event: 'error', cause: expect.stringMatching(/no sudo here/)}),
		);
		expect(events.at(-1)).toMatchObject({event: 'summary', failed: 2});
	} finally {
		uid.mockRestore();
		vi.unstubAllEnvs();
	}
});
