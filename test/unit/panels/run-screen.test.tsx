import fc from 'fast-check';
import {renderToString} from 'ink';
import {render} from 'ink-testing-library';
import stringWidth from 'string-width';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {lookFor} from '../../../source/panels/look.ts';
import {RunScreen, type RunScreenProps} from '../../../source/panels/run-screen.tsx';
import type {RunSubject} from '../../../source/panels/run-state.ts';
import {createRunStore, type RunStore} from '../../../source/panels/run-store.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {recording, subject} from './recording.ts';

const failure = recording('failure');
const install = recording('install');

/** A store that has seen the first `share` of the events, with the clock of then. */
function storeAt(events: [number, RunEvent][], share: number, about: RunSubject = subject): RunStore {
	let now = 0;
	const store = createRunStore(about, () => now);
	for (const [ms, event] of events.slice(0, Math.round(events.length * share))) {
		now = ms;
		store.take(event);
	}
	store.flush();
	return store;
}

const unicode = lookFor({LANG: 'C.UTF-8', TERM: 'xterm'}, false);
const ascii = lookFor({LANG: 'C', TERM: 'xterm'}, false);
const base = {title: 'apply lab', look: unicode, logPath: '/logs/a.log', onInterrupt: () => {}};

function draw(store: RunStore, columns: number, rows: number, props: Partial<RunScreenProps> = {}): string[] {
	return renderToString(<RunScreen {...base} store={store} size={{columns, rows}} {...props} />, {columns}).split('\n');
}

const hundred: RunSubject = {
	hosts: Array.from({length: 100}, (_, i) => ({name: `slave-${String(i).padStart(3, '0')}`, role: 'slave' as const})),
	gates: [],
};

describe('the frame', () => {
	test('never exceeds the terminal, at any size, at any moment of a run that fails', () => {
		const states = [0, 0.05, 0.4, 0.7, 1].map(share => storeAt(failure, share));
		const noticed = storeAt(failure, 0.8);
		noticed.notice('Stopping: the steps in hand end first. Once more to leave at once.');
		noticed.flush();
		const sizes = fc.record({columns: fc.integer({min: 20, max: 200}), rows: fc.integer({min: 4, max: 70})});
		fc.assert(
			fc.property(sizes, fc.constantFrom(...states, noticed, storeAt([], 0, hundred)), ({columns, rows}, store) => {
				const lines = draw(store, columns, rows);
				expect(lines.length).toBeLessThanOrEqual(rows);
				for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
			}),
			{numRuns: 40},
		);
	});

	test('six hosts in 80x24 with everything the run has to say', () => {
		const lines = draw(storeAt(install, 0.6), 80, 24);
		const text = lines.join('\n');
		expect(lines).toHaveLength(24);
		expect(lines[0]).toMatch(/apply lab {2}\d\/6 hosts done .* \d:\d\d$/);
		expect(lines[1]).toMatch(/━─* \d+\/372 steps {2}\d\d %$/);
		expect(lines[2]).toContain('· quorum');
		for (const {name} of subject.hosts)
			expect(text).toMatch(new RegExp(`[─━] ${name} (master|slave) [─━]+ \\d:\\d\\d [─━]`));
		expect(lines[23]).toBe(' ↑↓←→ choose   ⏎ open log   / filter   f only trouble   ^C stop');
	});

	test('three hosts in 60x20 are panels', () => {
		const three = {...subject, hosts: subject.hosts.slice(0, 3)};
		const text = draw(storeAt(install, 0.5, three), 60, 20).join('\n');
		expect(text.match(/[╭┏]/g)).toHaveLength(3);
		expect(text).toContain('▸ docker');
	});

	test('a hundred hosts are a line each, with the place in the list', () => {
		const lines = draw(storeAt([], 0, hundred), 80, 24);
		expect(lines[3]).toMatch(/host .* state .* 1-19 of 100$/);
		expect(lines[4]).toContain('slave-000');
		expect(lines[22]).toContain('slave-018');
	});

	test('where a list leaves room, the focused host shows its log', () => {
		const text = draw(storeAt(install, 0.5), 60, 20).join('\n');
		expect(text).toContain('▌ ▸ master-1 running');
		expect(text).toContain('╭─ master-1 master');
	});

	test('a terminal that is too small says so', () => {
		expect(draw(storeAt(install, 0.5), 30, 8).join('')).toMatch(/^apply lab: at least 40x10/);
	});
});

describe('what went wrong', () => {
	const text = draw(storeAt(failure, 1), 80, 24).join('\n');

	test('stands above the hosts with cause, fix and log', () => {
		expect(text).toMatch(
			/✖ slave-2 failed: service mesos-agent: failed with status 1: a port the daemon\n {3}needs is taken/,
		);
		expect(text).toMatch(/ {3}Fix: Find it with "ss -ltnp" [\s\S]*same\n {8}command again\.\n {3}Log: \/logs\/a\.log/);
		expect(text).toContain('5/6 hosts done  ✖ 1 failed');
		expect(text).toContain('371/372 steps');
	});

	test('is counted, and its log named whole, where columns are few', () => {
		const logPath = '/home/somebody/.config/mesos-setup/logs/2026-11-23T16-14-55-465Z-guide.log';
		const small = draw(storeAt(failure, 0.9), 60, 20, {title: 'install production', logPath});
		expect(small[0]).toContain('✖ 1 failed');
		const [from, to] = [
			small.findIndex(line => line.includes('Log: ')),
			small.findIndex(line => / host +state/.test(line)),
		];
		expect(small.slice(from, to).join('').replace(/\s+/g, '')).toBe(`Log:${logPath}`);
	});

	test('its host comes first', () => {
		expect(text.indexOf('━ slave-2 ')).toBeLessThan(text.indexOf('─ master-1 '));
		expect(text).toMatch(/✖ failed {2}✔✔✖ +52\/53/);
	});

	test('many failures: the first in full, the others counted', () => {
		const store = storeAt([], 0, hundred);
		for (const {name} of hundred.hosts.slice(0, 30)) {
			store.take({event: 'error', host: name, cause: 'The disk is full.', fix: 'Free some space.'});
			store.take({event: 'host', host: name, state: 'failed'});
		}
		store.flush();
		const lines = draw(store, 80, 24);
		expect(lines[3]).toContain('✖ slave-000 failed: The disk is full.');
		expect(lines[4]).toContain('Fix: Free some space.');
		expect(lines[9]).toContain('and 25 more');
		expect(lines[10]).toContain('Log: /logs/a.log');
	});
});

describe('other terminals', () => {
	test('ASCII ones get nothing else, also from hosts', () => {
		const store = storeAt(failure, 1);
		store.take({event: 'output', host: 'slave-2', line: '● unit — Größe'});
		store.flush();
		const text = draw(store, 100, 40, {look: ascii}).join('\n');
		expect(text).not.toMatch(/[^\n\u0020-\u007e]/);
		expect(text).toContain('x slave-2 failed');
		expect(text).toContain('#= slave-2 slave');
	});

	test('without colours only bold, dim and inverse are used', () => {
		expect(lookFor({}, false).style('failed')).toEqual({bold: true});
		expect(lookFor({}, true).style('failed')).toEqual({bold: true, color: 'red'});
	});
});

describe('keys', () => {
	let app: ReturnType<typeof render> | undefined;
	afterEach(() => app?.unmount());

	const press = async (keys: string, expected: RegExp) => {
		app?.stdin.write(keys);
		await vi.waitFor(() => expect(app?.lastFrame()).toMatch(expected));
	};
	const mount = (store: RunStore, props: Partial<RunScreenProps> = {}) => {
		app = render(<RunScreen {...base} store={store} size={{columns: 100, rows: 30}} {...props} />);
	};

	test('the focused host opens to its log, scrolls, and closes', async () => {
		mount(storeAt(install, 0.9));
		await press('\u001b[C', /┏━ master-2/);
		await press('\r', /┏━ master-2 master {2}▸ running[\s\S]*Esc back/);
		await press('\u001b[5~', /line \d+ of \d+/);
		await press('g', /connected, Amazon Linux/);
		await press('\u001b[C', /┏━ master-3 master {2}/);
		await press('\u001b', /╭─ master-2/);
	});

	test('the filter is typed at the bottom and takes effect at once', async () => {
		mount(storeAt(install, 0.9));
		await press('/', /\/_ {2}6 of 6/);
		await press('s', /\/s_/);
		for (const letter of 'lave') app?.stdin.write(letter);
		await press(' ', /\/slave _ {2}3 of 6/);
		await press('2', /1 of 6/);
		expect(app?.lastFrame()).not.toContain('master-1');
		await press('\r', /\/slave 2 {2}1 of 6 {3}↑↓/);
		await press('\u001b', /master-1/);
	});

	test('f shows only trouble, and says so where there is none', async () => {
		mount(storeAt(install, 0.9));
		await press('f', /No host is in trouble/);
		await press('f', /master-1/);
	});

	test('Ctrl-C and Ctrl-Z belong to the owner', async () => {
		const onInterrupt = vi.fn();
		const onSuspend = vi.fn();
		mount(storeAt(install, 0.5), {onInterrupt, onSuspend});
		app?.stdin.write('\u0003');
		await vi.waitFor(() => expect(onInterrupt).toHaveBeenCalledTimes(1));
		app?.stdin.write('\u001a');
		await vi.waitFor(() => expect(onSuspend).toHaveBeenCalledTimes(1));
	});

	test('what happens is drawn while it happens', async () => {
		const store = storeAt(install, 0.2);
		mount(store);
		store.take({event: 'output', host: 'slave-3', line: 'a new line of dnf'});
		await vi.waitFor(() => expect(app?.lastFrame()).toContain('a new line of dnf'));
		store.notice('Stopping: the steps in hand end first.');
		await vi.waitFor(() => expect(app?.lastFrame()).toMatch(/■ Stopping: the steps in hand[\s\S]*\^C leave at once/));
	});
});
