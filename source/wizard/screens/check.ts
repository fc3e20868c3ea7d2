import type {MissingRule} from '../../pipeline/doctor/judge-groups.ts';
import type {RunEvent} from '../../pipeline/events.ts';
import {nothingChecked} from '../initial-state.ts';
import type {Key} from '../keys.ts';
import {toldProblem} from '../problem.ts';
import {type CheckLine, go, type WizardState} from '../state.ts';
import {subjectOf} from '../subject.ts';
import {moved} from '../table.ts';
import {startPlan} from './plan.ts';

const over: ReadonlySet<string> = new Set(['finished', 'failed', 'stopped']);

/** @param adding the rule that was agreed to */
function again(state: WizardState, adding?: MissingRule): WizardState {
	const {check} = state;
	return {...state, check: {...nothingChecked, work: 'running', run: check.run + 1, adding}};
}

/** Goes to the check and begins it; a check of the very same hosts and settings is not done twice by going to and fro. */
export function startCheck(state: WizardState): WizardState {
	return go(again(state), 'check');
}

/** What the doctor says, as it comes. */
export function checkEvent(state: WizardState, event: RunEvent): WizardState {
	const {check} = state;
	const busy = (host: string | undefined, on: boolean) => {
		const others = check.busy.filter(name => name !== host);
		return on && host !== undefined ? [...others, host] : others;
	};
	switch (event.event) {
		case 'check': {
			const {host = '', check: name, status, detail, fix} = event;
			// The doctor may say more about a check it has mentioned before.
			const others = check.lines.filter(line => line.host !== host || line.check !== name);
			return {...state, check: {...check, lines: [...others, {host, check: name, status, detail, fix}]}};
		}
		case 'host':
			return {...state, check: {...check, busy: busy(event.host, !over.has(event.state))}};
		case 'error': {
			const problems = [...check.problems, toldProblem(event)];
			return {...state, check: {...check, busy: busy(event.host, false), problems}};
		}
		case 'note':
			return {...state, check: {...check, notes: [...check.notes, event.text]}};
		default:
			return state;
	}
}

export function checkEnded(state: WizardState): WizardState {
	return {...state, check: {...state.check, work: 'done', busy: []}};
}

/** What needs attention: errors and failed checks first, then warnings. */
export function troubles({check}: WizardState): CheckLine[] {
	const errors = check.problems.map(
		({host = '', field, cause, fix}): CheckLine => ({
			host,
			check: field ?? 'connection',
			status: 'failed',
			detail: cause,
			fix,
		}),
	);
	const failed = check.lines.filter(({status}) => status === 'failed');
	const warned = check.lines.filter(({status}) => status === 'warn');
	return [...errors, ...failed, ...warned];
}

/** What the cursor goes over: what is wrong, then the hosts, and below one that is opened all its checks. */
export type CheckRow =
	| {kind: 'trouble'; line: CheckLine}
	| {kind: 'host'; host: string; open: boolean}
	| {kind: 'line'; line: CheckLine};

export function checkRows(state: WizardState): CheckRow[] {
	const {check} = state;
	const {cluster, limit = []} = subjectOf(state).subject ?? {};
	const names = (cluster?.hosts ?? []).map(({name}) => name);
	// Those on the way, such as a bastion, come behind those it is about.
	const others = check.lines.map(({host}) => host).filter(host => host !== '' && !names.includes(host));
	const hosts = [...names.filter(name => limit.length === 0 || limit.includes(name)), ...new Set(others)];
	return [
		...troubles(state).map((line): CheckRow => ({kind: 'trouble', line})),
		...hosts.flatMap((host): CheckRow[] => {
			const open = check.open.includes(host);
			const lines = open ? check.lines.filter(line => line.host === host) : [];
			return [{kind: 'host', host, open}, ...lines.map((line): CheckRow => ({kind: 'line', line}))];
		}),
	];
}

/** Shows or hides the checks of the host under the cursor, which then stands on the host. */
function fold(state: WizardState, rows: readonly CheckRow[], open: boolean): WizardState {
	const {check} = state;
	const row = rows[check.cursor];
	const host = row?.kind === 'host' ? row.host : row?.line.host;
	const cursor = rows.findIndex(one => one.kind === 'host' && one.host === host);
	if (host === undefined || cursor === -1) return state;
	const others = check.open.filter(name => name !== host);
	return {...state, check: {...check, cursor, open: open ? [...others, host] : others}};
}

/** Asks whether the rule that is missing shall be added. */
export function proposeRule(state: WizardState): WizardState {
	return state.check.missing ? {...state, check: {...state.check, agreeing: true}} : state;
}

/** Back from that question leads to the checks; undefined where Back leads to the screen before. */
export function backInCheck(state: WizardState): WizardState | undefined {
	return state.check.agreeing ? {...state, check: {...state.check, agreeing: false}} : undefined;
}

export function pressCheck(state: WizardState, key: Key): WizardState {
	const {check} = state;
	if (check.agreeing) return key.name === 'enter' ? again(state, check.missing) : state;
	const rows = checkRows(state);
	const cursor = moved(check.cursor, rows.length, key);
	if (cursor !== undefined) return {...state, check: {...check, cursor: Math.max(0, cursor)}};
	if (key.name === 'right' || key.name === 'left') return fold(state, rows, key.name === 'right');
	if (key.text === 'r') return again(state);
	if (key.text === 'f' && !key.ctrl) return proposeRule(state);
	if (key.name !== 'enter' || check.work !== 'done') return state;
	const bad = troubles(state).some(({status}) => status === 'failed');
	if (bad && !check.insisted) return {...state, check: {...check, insisted: true}};
	return startPlan(state);
}
