import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createOutput} from '../../../source/commands/output.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {hostileText} from '../cluster/hostile.ts';
import {fakeStreams} from './streams.ts';

const step = (more: Partial<Extract<RunEvent, {event: 'step'}>>): RunEvent => ({
	event: 'step',
	host: 'slave-1',
	role: 'mesos-agent',
	step: 'file /etc/mesos/zk',
	status: 'ok',
	ms: 120,
	...more,
});
const summary: RunEvent = {
	event: 'summary',
	hosts: {
		'master-1': {ok: 3, changed: 0, failed: 1, skipped: 2},
		'slave-1': {ok: 1, changed: 2, failed: 0, skipped: 0},
	},
	changed: 2,
	failed: 1,
	ms: 4200,
};

function draw(options: {json?: boolean; verbose?: boolean; color?: boolean}, events: RunEvent[]) {
	const streams = fakeStreams();
	const output = createOutput({json: false, verbose: false, color: false, ...options}, streams, '/logs/a.log');
	for (const event of events) output.emit(event);
	return {out: streams.out(), err: streams.err()};
}

describe('--json', () => {
	test('each event of the contract is one line, the others none', () => {
		const {out, err} = draw({json: true}, [
			{event: 'host', host: 'slave-1', state: 'connected'},
			{event: 'started', host: 'slave-1', role: 'docker', step: 'x'},
			step({}),
			{event: 'output', host: 'slave-1', line: 'x'},
			{event: 'gate', gate: 'mesos-leader', status: 'ok', ms: 5},
			{event: 'check', check: 'leader', status: 'warn', detail: 'a\nb'},
			{event: 'note', text: 'x'},
			{event: 'error', host: 'slave-1', cause: 'It broke.', fix: 'Mend it.'},
			summary,
		]);
		const lines = out
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line));
		expect(lines.map(({event}) => event)).toEqual(['step', 'gate', 'check', 'error', 'summary']);
		expect(lines[0]).toEqual(step({}));
		expect(lines[3]).toEqual({
			event: 'error',
			host: 'slave-1',
			cause: 'It broke.',
			fix: 'Mend it.',
			log: '/logs/a.log',
		});
		expect(err).toBe('');
	});
});

describe('lines', () => {
	test('a changed step names host, role, step and seconds; what was fine is left out', () => {
		const {out} = draw({}, [step({status: 'changed'}), step({}), step({status: 'skipped'})]);
		expect(out).toBe('slave-1  mesos-agent   ● changed       file /etc/mesos/zk  0.1 s\n');
	});

	test('--verbose shows it all, and what hosts print', () => {
		const {out} = draw({verbose: true}, [
			{event: 'started', host: 'slave-1', role: 'docker', step: 'package docker'},
			step({}),
			{event: 'output', host: 'slave-1', line: 'Installing'},
		]);
		expect(out).toMatch(/› started +package docker\n.*✔ ok +file.*\nslave-1 +\| Installing\n/);
	});

	test('hosts stand in one column', () => {
		const {out} = draw({}, [{event: 'host', host: 'a-long-host-name', state: 'connecting'}, step({status: 'changed'})]);
		expect(out).toMatch(/^slave-1 {11}mesos-agent/);
	});

	test('a plan shows its diffs', () => {
		const {out} = draw({}, [step({status: 'would-change', diff: '-old\n+new\n'}), summary]);
		expect(out).toMatch(/○ would change .*\n {4}-old\n {4}\+new\n/);
		expect(out).toContain('2 hosts, 2 would change, 1 failed, 4.2 s');
	});

	test('the last words are a table of hosts, and where the log is when something failed', () => {
		const {out} = draw({}, [step({status: 'changed', ms: 1500}), step({ms: 1000}), summary]);
		expect(out).toMatch(/│ host +│ +ok │ changed │ failed │ skipped │ seconds │/);
		expect(out).toMatch(/│ slave-1 +│ +1 │ +2 │ +0 │ +0 │ +2\.5 │/);
		expect(out).toMatch(/2 hosts, 2 changed, 1 failed, 4\.2 s\nLog: \/logs\/a\.log\n$/);
	});

	test('an error goes to stderr and names host, field, cause, fix and log', () => {
		const {out, err} = draw({}, [{event: 'error', host: 'a', field: 'hosts[0]', cause: 'It broke.', fix: 'Mend it.'}]);
		expect(err).toBe('✖ error  a hosts[0]: It broke. Mend it.\n         Log: /logs/a.log\n');
		expect(out).toBe('');
	});

	test('what a host says cannot act on the terminal', () => {
		const evil = 'a\u001b[2J\u001b]0;title\u0007b\u0000\r\u202ec\u009b31m';
		const {out, err} = draw({verbose: true}, [
			{event: 'output', host: 'slave-1', line: evil},
			step({status: 'failed', detail: evil, step: evil}),
			{event: 'error', cause: evil, fix: evil},
			{event: 'check', check: 'x', status: 'failed', detail: evil, fix: evil},
		]);
		expect(out + err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
		expect(out).toContain('ab');
	});

	test('nothing of any event does, whatever its fields hold, as lines or as JSON', () => {
		const text = hostileText('/canary');
		const event: fc.Arbitrary<RunEvent> = fc.oneof(
			fc.record({
				event: fc.constant('step' as const),
				host: text,
				role: text as fc.Arbitrary<'docker'>,
				step: text,
				status: fc.constantFrom('ok' as const, 'changed', 'would-change', 'failed', 'skipped'),
				ms: fc.nat(),
				diff: text,
				detail: text,
			}),
			fc.record({event: fc.constant('host' as const), host: text, state: fc.constant('failed' as const), detail: text}),
			fc.record({event: fc.constant('started' as const), host: text, role: fc.constant('docker' as const), step: text}),
			fc.record({event: fc.constant('output' as const), host: text, line: text}),
			fc.record({
				event: fc.constant('gate' as const),
				gate: text,
				status: fc.constant('ok' as const),
				ms: fc.nat(),
				detail: text,
			}),
			fc.record({
				event: fc.constant('check' as const),
				host: text,
				check: text,
				status: fc.constant('warn' as const),
				detail: text,
				fix: text,
			}),
			fc.record({event: fc.constant('note' as const), text}),
			fc.record({event: fc.constant('error' as const), host: text, field: text, cause: text, fix: text}),
			fc
				.record({host: text, count: fc.nat()})
				.map(({host, count}) => ({...summary, hosts: {[host]: {ok: count, changed: 0, failed: 1, skipped: 0}}})),
		);
		const acting = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
		fc.assert(
			fc.property(fc.array(event, {maxLength: 6}), events => {
				for (const options of [{verbose: true}, {json: true}]) {
					const {out, err} = draw(options, events);
					expect(out + err).not.toMatch(acting);
				}
			}),
			{numRuns: 300},
		);
	});

	test('colour says nothing that words do not', () => {
		const events = [step({status: 'failed', detail: 'x'}), step({status: 'would-change', diff: '+a'}), summary];
		const {out} = draw({color: true}, events);
		expect(out).toContain('\u001b[31m');
		expect(stripVTControlCharacters(out)).toBe(draw({}, events).out);
	});
});
