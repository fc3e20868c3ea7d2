import {harmless} from '../cluster/harmless.ts';
import type {RunEvent} from '../pipeline/events.ts';
import type {GateView, HostView, LogLine, LogText, RoleView, RunState} from './run-state.ts';

/** Lines kept of each host; the run's log on disk has all of them. */
export const logLimit = 1000;

/** Harmless, and on one line; what has no width of its own (joiners, selectors) would tear the columns apart. */
export function oneLine(text: string): string {
	return harmless(text)
		.replace(/\p{Cf}|\p{Cs}|[\u2028\u2029]|\p{Variation_Selector}/gu, '')
		.replace(/[\n\t]+/g, ' ')
		.trimEnd();
}

function lines(text: string | undefined): string[] {
	if (!text) return [];
	const cleaned = harmless(text).trimEnd().split('\n');
	return cleaned.map(line => oneLine(line.replaceAll('\t', '    ')));
}

function logged(host: HostView, added: readonly LogText[]): Pick<HostView, 'log'> {
	const last = host.log.at(-1)?.no ?? 0;
	const log = [...host.log, ...added.map((text, i): LogLine => ({...text, no: last + 1 + i}))];
	return {log: log.length > logLimit ? log.slice(-logLimit) : log};
}

const output = (text: string | undefined): LogText[] => lines(text).map(line => ({kind: 'output', text: line}));

function changeRole(host: HostView, name: string, change: (role: RoleView) => RoleView): readonly RoleView[] {
	const known = host.roles.some(role => role.name === name);
	const roles = known ? host.roles : [...host.roles, {name, steps: 0, ended: 0, state: 'waiting' as const}];
	return roles.map(role => (role.name === name ? change(role) : role));
}

type Of<Kind extends RunEvent['event']> = Extract<RunEvent, {event: Kind}>;

function hostEvent(host: HostView, {state, detail}: Of<'host'>, now: number): HostView {
	const began = host.began ?? now;
	const over = {ended: now, began, step: undefined, line: undefined};
	switch (state) {
		case 'connecting':
			return {...host, began, state: 'connecting', line: detail ? oneLine(detail) : undefined};
		case 'connected': {
			const text = detail ? `connected, ${oneLine(detail)}` : 'connected';
			return {...host, began, state: 'running', line: undefined, ...logged(host, [{kind: 'message', text}])};
		}
		case 'finished':
			return {...host, ...over, state: 'done'};
		default: {
			// What ended at a gate, or was stopped, has no step that says so.
			const left = state === 'failed' ? ('failed' as const) : ('waiting' as const);
			const roles = host.roles.map(role => (role.state === 'running' ? {...role, state: left} : role));
			return {...host, ...over, roles, state};
		}
	}
}

function started(host: HostView, {role, step}: Of<'started'>, now: number): HostView {
	const isNew = host.step?.role !== role && host.roles.find(({name}) => name === role)?.ended === 0;
	return {
		...host,
		state: 'running',
		began: host.began ?? now,
		step: {role, title: oneLine(step), since: now},
		line: undefined,
		roles: changeRole(host, role, one => ({...one, state: 'running', steps: Math.max(one.steps, one.ended + 1)})),
		...(isNew ? logged(host, [{kind: 'role', text: role}]) : {}),
	};
}

function stepEvent(host: HostView, {role, step, status, ms, detail}: Of<'step'>): HostView {
	const counted = status === 'would-change' ? 'changed' : status;
	const counts = {...host.counts, [counted]: host.counts[counted] + 1};
	// Steps behind a failure are told all at once; they are neither progress nor worth a line each.
	if (status === 'skipped') return {...host, counts};
	const roles = changeRole(host, role, one => {
		if (status === 'failed') return {...one, state: 'failed'};
		const ended = one.ended + 1;
		const steps = Math.max(one.steps, ended);
		return {...one, ended, steps, state: ended === steps ? 'done' : 'running'};
	});
	const line: LogText = {kind: 'step', status, text: oneLine(step), ms};
	const shown = status === 'failed' ? output(detail) : [];
	return {...host, counts, roles, step: undefined, line: undefined, ...logged(host, [line, ...shown])};
}

function queued(host: HostView, event: Of<'queued'>): HostView {
	const roles = event.roles.map(
		({role, steps}): RoleView => ({name: role, steps, ended: 0, state: steps === 0 ? 'done' : 'waiting'}),
	);
	return {...host, roles};
}

function errorEvent(host: HostView, {field, cause: why, fix}: Of<'error'>): HostView {
	const cause = field === undefined ? why : `${field}: ${why}`;
	const added: LogText[] = [
		...lines(cause).map((text): LogText => ({kind: 'error', text})),
		...lines(fix).map((text): LogText => ({kind: 'fix', text})),
	];
	// The first error is the reason; what follows from it is in the log.
	const error = host.error ?? {cause: oneLine(cause), fix: oneLine(fix)};
	return {...host, error, ...logged(host, added)};
}

function printed(host: HostView, {line}: Of<'output'>): HostView {
	const added = output(line);
	// Rules and dots tell nobody what is going on.
	const last = added.findLast(({text}) => /[\p{L}\p{N}]/u.test(text))?.text;
	return {...host, line: last?.trim() ?? host.line, ...logged(host, added)};
}

function gateEvent(gates: readonly GateView[], {gate, status, detail}: Of<'gate'>): readonly GateView[] {
	const text = detail === undefined ? undefined : oneLine(detail);
	const [, have, of] = /(\d+) of (\d+)/.exec(text ?? '') ?? [];
	const changed: GateView = {
		gate,
		state: status,
		detail: text,
		count: have && of ? {have: Number(have), of: Number(of)} : undefined,
	};
	const known = gates.some(one => one.gate === gate);
	return known ? gates.map(one => (one.gate === gate ? changed : one)) : [...gates, changed];
}

/** `now` in ms. Events of hosts the run is not about change nothing. */
export function reduceRun(state: RunState, event: RunEvent, now: number): RunState {
	const change = (name: string, to: (host: HostView) => HostView): RunState => ({
		...state,
		hosts: state.hosts.map(host => (host.name === name ? to(host) : host)),
	});
	switch (event.event) {
		case 'host':
			return change(event.host, host => hostEvent(host, event, now));
		case 'queued':
			return change(event.host, host => queued(host, event));
		case 'started':
			return change(event.host, host => started(host, event, now));
		case 'step':
			return change(event.host, host => stepEvent(host, event));
		case 'output':
			return change(event.host, host => printed(host, event));
		case 'gate':
			return {...state, gates: gateEvent(state.gates, event)};
		case 'error': {
			const {host, cause, fix} = event;
			if (state.hosts.some(one => one.name === host)) return change(host as string, one => errorEvent(one, event));
			return {...state, errors: [...state.errors, {cause: oneLine(cause), fix: oneLine(fix)}]};
		}
		case 'note': {
			const text = oneLine(event.text);
			const about = state.hosts.find(({name}) => text.startsWith(`${name}: `));
			if (!about) return state;
			const line: LogText = {kind: 'message', text: text.slice(about.name.length + 2)};
			return change(about.name, host => ({...host, ...logged(host, [line])}));
		}
		case 'check':
		case 'instance':
			return state;
		case 'summary':
			return {...state, ended: now};
	}
}
