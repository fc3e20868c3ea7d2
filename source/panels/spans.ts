import stringWidth from 'string-width';
import type {Span} from './line.tsx';
import type {Glyphs, Look, Tone} from './look.ts';
import {
	type GateView,
	type HostState,
	type HostView,
	type LogLine,
	type RoleState,
	type RoleView,
	stepsOf,
} from './run-state.ts';
import {clock} from './time-left.ts';

type Sign = {sign: keyof Glyphs & ('ok' | 'running' | 'waiting' | 'failed' | 'stopped'); tone: Tone; word: string};

const hostSigns: Record<HostState, Sign> = {
	waiting: {sign: 'waiting', tone: 'quiet', word: 'waiting'},
	connecting: {sign: 'running', tone: 'quiet', word: 'connecting'},
	running: {sign: 'running', tone: 'running', word: 'running'},
	done: {sign: 'ok', tone: 'ok', word: 'done'},
	failed: {sign: 'failed', tone: 'failed', word: 'failed'},
	stopped: {sign: 'stopped', tone: 'changed', word: 'stopped'},
};

const roleSigns: Record<RoleState, {sign: Sign['sign']; tone: Tone}> = {
	waiting: {sign: 'waiting', tone: 'quiet'},
	running: {sign: 'running', tone: 'running'},
	done: {sign: 'ok', tone: 'ok'},
	failed: {sign: 'failed', tone: 'failed'},
};

const gateSigns: Record<GateView['state'], {sign: Sign['sign']; tone: Tone}> = {
	pending: {sign: 'waiting', tone: 'quiet'},
	waiting: {sign: 'running', tone: 'running'},
	ok: {sign: 'ok', tone: 'ok'},
	failed: {sign: 'failed', tone: 'failed'},
};

export function widthOf(spans: readonly Span[]): number {
	return spans.reduce((sum, {text}) => sum + stringWidth(text), 0);
}

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** The spans in at most `width` cells; where something is left out stands an ellipsis. */
export function cutSpans(spans: readonly Span[], width: number, {ellipsis}: Pick<Glyphs, 'ellipsis'>): readonly Span[] {
	if (widthOf(spans) <= width) return spans;
	const cut: Span[] = [];
	let room = width - 1;
	for (const span of spans) {
		let text = '';
		for (const {segment} of graphemes.segment(span.text)) {
			const cells = stringWidth(segment);
			if (cells > room) return width > 0 ? [...cut, {...span, text: text + ellipsis}] : [];
			text += segment;
			room -= cells;
		}
		cut.push(span);
	}
	return cut;
}

/** Sign and word of a host's state. */
export function stateSpans({state}: Pick<HostView, 'state'>, glyphs: Glyphs): [sign: Span, word: Span] {
	const {sign, tone, word} = hostSigns[state];
	return [
		{text: glyphs[sign], tone},
		{text: word, tone},
	];
}

/** The roles with as many of their names as fit into `width` cells: all, those not done yet, or only the one in hand. */
export function chainSpans({roles}: Pick<HostView, 'roles'>, width: number, glyphs: Glyphs): Span[] {
	const active = roles.find(({state}) => state === 'failed') ?? roles.find(({state}) => state === 'running');
	const chain = (named: (role: RoleView) => boolean) =>
		roles.flatMap((role, i): Span[] => {
			const {sign, tone} = roleSigns[role.state];
			const gap = i === 0 ? '' : named(role) || named(roles[i - 1] as RoleView) ? '  ' : ' ';
			const name = named(role) ? ` ${role.name}` : '';
			return [
				{text: gap},
				{text: glyphs[sign], tone},
				{text: name, tone: role.state === 'waiting' ? 'quiet' : 'plain'},
			];
		});
	const forms = [chain(() => true), chain(({state}) => state !== 'done')];
	return forms.find(form => widthOf(form) <= width) ?? chain(role => role === active);
}

/** The roles as signs alone. */
export function signSpans({roles}: Pick<HostView, 'roles'>, glyphs: Glyphs): Span[] {
	return roles.map(({state}) => ({text: glyphs[roleSigns[state].sign], tone: roleSigns[state].tone}));
}

export function countText(host: HostView): string {
	const {ended, all} = stepsOf(host);
	return all === 0 ? '' : `${ended}/${all}`;
}

/** What a host is at, in one phrase: why it failed, the step in hand, or what came out. */
export function doingSpans(host: HostView, glyphs: Glyphs): Span[] {
	const {state, step, error, counts, line} = host;
	if (state === 'failed') return [{text: error?.cause ?? 'see its log', tone: 'failed'}];
	if (step) return [{text: `${glyphs.running} `, tone: 'running'}, {text: step.title}];
	if (state === 'connecting') return [{text: line ?? 'logging in', tone: 'quiet'}];
	if (state === 'waiting') return [{text: 'not begun', tone: 'quiet'}];
	const parts = [`${counts.changed} changed`, `${counts.ok} as wanted`];
	if (counts.skipped > 0) parts.push(`${counts.skipped} not done`);
	return state === 'running' ? [] : [{text: parts.join(', '), tone: 'quiet'}];
}

// A step that takes longer than this (ms) shows that it is not stuck.
const worthSaying = 3000;

/** How long the step in hand takes already, where that is long. */
export function stepSpans({step}: Pick<HostView, 'step'>, now: number): Span[] {
	return step && now - step.since >= worthSaying ? [{text: clock(now - step.since), tone: 'quiet'}] : [];
}

/** How long a host has been or was at work. */
export function elapsedText({began, ended}: Pick<HostView, 'began' | 'ended'>, now: number): string {
	return began === undefined ? '' : clock((ended ?? now) - began);
}

/** Whether a line says something; rules and dots tell nobody what is going on. */
export function isTelling({text}: LogLine): boolean {
	return /[\p{L}\p{N}]/u.test(text);
}

/** A line of a log; the signs say what the words do, so where room is short they go. */
export function logSpans(line: LogLine, glyphs: Glyphs, words = true): Span[] {
	switch (line.kind) {
		case 'role':
			return [{text: `${glyphs.rule}${glyphs.rule} ${line.text}`, tone: 'strong'}];
		case 'output':
			return [{text: `  ${line.text}`, tone: 'quiet'}];
		case 'message':
			return [{text: `${glyphs.dot} ${line.text}`}];
		case 'error':
			return [{text: `${glyphs.failed} ${line.text}`, tone: 'failed'}];
		case 'fix':
			return [{text: `  Fix: ${line.text}`}];
		case 'step': {
			const signs = {
				ok: {text: glyphs.ok, tone: 'ok'},
				changed: {text: glyphs.changed, tone: 'changed'},
				'would-change': {text: glyphs.changed, tone: 'changed'},
				failed: {text: glyphs.failed, tone: 'failed'},
				skipped: {text: glyphs.skipped, tone: 'quiet'},
			} as const;
			const time = line.ms >= 1000 ? `  ${(line.ms / 1000).toFixed(1)} s` : '';
			return [
				signs[line.status],
				{text: words ? ` ${line.status.padEnd(8)}` : ' ', tone: 'quiet'},
				{text: line.text},
				{text: time, tone: 'quiet'},
			];
		}
	}
}

const shortGates: Record<string, string> = {
	'zookeeper-quorum': 'quorum',
	'mesos-leader': 'leader',
	'slaves-registered': 'slaves',
	'marathon-leader': 'marathon',
	'chronos-leader': 'chronos',
};

/** What every screen says first, where there is such a thing. */
export function markSpans({mark}: Look): Span[] {
	return mark === undefined ? [] : [{text: mark, tone: 'changed'}, {text: '  '}];
}

/** All gates, and behind them what the first one that is waited for is missing. */
export function gateSpans(gates: readonly GateView[], glyphs: Glyphs): Span[] {
	const signs = gates.flatMap(({gate, state, count}, i): Span[] => [
		{text: i === 0 ? '' : '  '},
		{text: glyphs[gateSigns[state].sign], tone: gateSigns[state].tone},
		{
			text: ` ${shortGates[gate] ?? gate}${count ? ` ${count.have}/${count.of}` : ''}`,
			tone: state === 'pending' ? 'quiet' : 'plain',
		},
	]);
	const held = gates.find(({state, detail}) => (state === 'failed' || state === 'waiting') && detail);
	return held ? [...signs, {text: `   ${held.detail}`, tone: held.state === 'failed' ? 'failed' : 'quiet'}] : signs;
}
