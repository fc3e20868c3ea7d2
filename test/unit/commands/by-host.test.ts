import {expect, test} from 'vitest';
import {byHost} from '../../../source/commands/by-host.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';

const step = (host: string, title: string): RunEvent => ({
	event: 'step',
	host,
	role: 'common',
	step: title,
	status: 'would-change',
	ms: 1,
});
const host = (name: string, state: 'connected' | 'finished' | 'stopped'): RunEvent => ({
	event: 'host',
	host: name,
	state,
});
const summary: RunEvent = {event: 'summary', hosts: {}, changed: 0, failed: 0, ms: 1};

/** What comes out, in words. */
function told(events: readonly RunEvent[]): string[] {
	const words: string[] = [];
	const listener = byHost(event => {
		const name = 'host' in event ? event.host : '';
		const what = event.event === 'step' ? event.step : event.event === 'host' ? event.state : event.event;
		words.push(`${name} ${what}`.trim());
	});
	for (const event of events) listener(event);
	return words;
}

test('steps of hosts that take turns come host by host, the first to be done first', () => {
	const events = [
		host('a', 'connected'),
		step('a', '1'),
		step('b', '1'),
		step('a', '2'),
		step('b', '2'),
		host('b', 'finished'),
		step('a', '3'),
		host('a', 'finished'),
		summary,
	];
	expect(told(events)).toEqual([
		'a connected',
		'b 1',
		'b 2',
		'b finished',
		'a 1',
		'a 2',
		'a 3',
		'a finished',
		'summary',
	]);
});

test('an error comes behind the steps that led to it; nothing is lost when a run ends early', () => {
	const error: RunEvent = {event: 'error', host: 'a', cause: 'c', fix: 'f'};
	expect(told([step('a', '1'), step('b', '1'), error, host('b', 'stopped')])).toEqual([
		'a 1',
		'a error',
		'b 1',
		'b stopped',
	]);
	expect(told([step('a', '1'), summary])).toEqual(['a 1', 'summary']);
});
