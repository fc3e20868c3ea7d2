import type {RunEvent} from '../../pipeline/events.ts';
import type {PlannedStep} from '../../pipeline/plan-file.ts';
import type {Key} from '../keys.ts';
import {type Problem, toldProblem} from '../problem.ts';
import {go, type WizardState} from '../state.ts';
import {subjectOf} from '../subject.ts';
import {moved} from '../table.ts';
import {textInput, typeInto} from '../text-input.ts';

/** @param mayReboot what was said of reboots; a no is asked for again */
function again(state: WizardState, mayReboot: boolean | undefined = state.plan.mayReboot || undefined): WizardState {
	const {plan} = state;
	return {
		...state,
		plan: {
			...plan,
			work: 'running',
			run: plan.run + 1,
			hosts: {},
			problems: [],
			notes: [],
			reboots: [],
			mayReboot,
			cursor: 0,
			open: [],
			saved: undefined,
		},
	};
}

/** Of other hosts and settings, so that reboots are asked for anew. */
export function startPlan(state: WizardState): WizardState {
	return go(again({...state, plan: {...state.plan, mayReboot: undefined}}), 'plan');
}

/** Whether the plan waits for a word on reboots. */
export function asksForReboot({plan}: WizardState): boolean {
	return plan.work === 'done' && plan.reboots.length > 0 && plan.mayReboot === undefined;
}

/** On with the plan, as it is with or without the reboots. */
export function answerReboot(state: WizardState, may: boolean): WizardState {
	return again(state, may);
}

export function planEvent(state: WizardState, event: RunEvent): WizardState {
	const {plan} = state;
	if (event.event === 'step') {
		const {host, role, step, status, diff} = event;
		const steps = [...(plan.hosts[host] ?? []), {role, step, status, diff}];
		return {...state, plan: {...plan, hosts: {...plan.hosts, [host]: steps}}};
	}
	if (event.event === 'error') {
		return {...state, plan: {...plan, problems: [...plan.problems, toldProblem(event)]}};
	}
	if (event.event === 'note') return {...state, plan: {...plan, notes: [...plan.notes, event.text]}};
	return state;
}

export function planEnded(state: WizardState): WizardState {
	return {...state, plan: {...state.plan, work: 'done'}};
}

export const wouldChange = (steps: readonly PlannedStep[]): PlannedStep[] =>
	steps.filter(({status}) => status === 'would-change');

export type PlanRow =
	| {kind: 'host'; id: string; host: string; changes: number; roles: readonly string[]; open: boolean}
	| {kind: 'step'; id: string; step: PlannedStep; open: boolean}
	| {kind: 'line'; id: string; text: string};

/** Hosts answer in any order; they are shown in the order of the cluster. */
function inOrder(state: WizardState): [host: string, steps: readonly PlannedStep[]][] {
	const names = subjectOf(state).subject?.cluster.hosts.map(({name}) => name) ?? [];
	return Object.entries(state.plan.hosts).sort(([a], [b]) => names.indexOf(a) - names.indexOf(b));
}

/** A diff without the names of its two files: the row above it names the one there is. */
function diffLines(diff: string | undefined): string[] {
	const lines = (diff?.trimEnd() ?? 'Has no text to compare.').split('\n');
	return lines[0]?.startsWith('--- ') && lines[1]?.startsWith('+++ ') ? lines.slice(2) : lines;
}

/** What is asked, by what the plan is for. */
export function planQuestion(state: WizardState): string {
	const {plan, flow} = state;
	if (asksForReboot(state)) return plan.reboots.length === 1 ? 'May a host be rebooted?' : 'May hosts be rebooted?';
	const changes = Object.values(plan.hosts).flatMap(wouldChange).length;
	if (plan.work === 'done' && plan.problems.length === 0 && changes === 0) return 'Nothing is to be changed';
	if (plan.work === 'done' && plan.problems.length > 0) return 'Not every host could be compared';
	return `${planVerb(flow)} this?`;
}

/** What Enter does with the plan. */
export function planVerb(flow: WizardState['flow']): 'Install' | 'Add' | 'Mend' | 'Change' {
	if (flow.kind !== 'known' || flow.known.unfinished || !flow.known.installed) return 'Install';
	const verbs = {add: 'Add', edit: 'Change', repair: 'Mend', status: 'Mend', verify: 'Mend'} as const;
	return verbs[flow.purpose];
}

/** The tree of hosts, their steps and these steps' diffs, as far as it is opened. */
export function planRows(state: WizardState): PlanRow[] {
	const {plan} = state;
	return inOrder(state).flatMap(([host, steps]): PlanRow[] => {
		const changes = wouldChange(steps);
		const open = plan.open.includes(host);
		const head: PlanRow = {
			kind: 'host',
			id: host,
			host,
			changes: changes.length,
			roles: [...new Set(changes.map(({role}) => role))],
			open,
		};
		if (!open) return [head];
		return [
			head,
			...changes.flatMap((step, i): PlanRow[] => {
				const id = `${host}\n${i}`;
				const shown = plan.open.includes(id);
				const row: PlanRow = {kind: 'step', id, step, open: shown};
				if (!shown) return [row];
				const lines = diffLines(step.diff);
				return [row, ...lines.map((text, n): PlanRow => ({kind: 'line', id: `${id}\n${n}`, text}))];
			}),
		];
	});
}

export function install(state: WizardState): WizardState {
	const run = state.install.run + 1;
	const {deeds} = state.install;
	const fresh = {deeds, failed: 0, changed: 0, ms: 0, stopped: false, timings: {roles: {}, gates: {}}, problems: []};
	return {...go(state, 'install'), install: {...fresh, work: 'running', run}};
}

function toggle(state: WizardState, id: string, open: boolean): WizardState {
	const {plan} = state;
	return {...state, plan: {...plan, open: open ? [...plan.open, id] : plan.open.filter(one => one !== id)}};
}

/** Left on a line of an opened entry closes that entry and puts the cursor on it. */
function close(state: WizardState, rows: readonly PlanRow[]): WizardState {
	const row = rows[state.plan.cursor];
	if (!row) return state;
	if (row.kind !== 'line' && row.open) return toggle(state, row.id, false);
	const parent = row.id.split('\n').slice(0, -1).join('\n');
	if (parent === '') return state;
	const cursor = rows.findIndex(({id}) => id === parent);
	return {...toggle(state, parent, false), plan: {...toggle(state, parent, false).plan, cursor}};
}

export function pressPlan(state: WizardState, key: Key): WizardState {
	const {plan} = state;
	if (plan.writing) return state;
	if (plan.saving) {
		if (key.name === 'enter') {
			const unsaid = {cause: 'No file is named here yet.', fix: 'Type its path.'};
			if (plan.saving.text.trim() === '') return notSaved(state, [unsaid]);
			return {...state, plan: {...plan, writing: true, saved: undefined}};
		}
		const saving = typeInto(plan.saving, key);
		return saving ? {...state, plan: {...plan, saving, saved: undefined}} : state;
	}
	if (asksForReboot(state)) {
		// Not Enter: whoever presses it again and again has not read this.
		const said = key.ctrl ? undefined : {y: true, n: false}[key.text];
		return said === undefined ? state : answerReboot(state, said);
	}
	const rows = planRows(state);
	const cursor = moved(plan.cursor, rows.length, key);
	if (cursor !== undefined) return {...state, plan: {...plan, cursor: Math.max(0, cursor)}};
	const row = rows[plan.cursor];
	if (key.name === 'left') return close(state, rows);
	if ((key.name === 'right' || key.text === ' ') && row && row.kind !== 'line') {
		return toggle(state, row.id, key.text === ' ' ? !row.open : true);
	}
	if (key.text === 'r' && !key.ctrl) return again(state);
	if (plan.work !== 'done') return state;
	if (key.text === 'w') {
		const {subject} = subjectOf(state);
		return {
			...state,
			plan: {
				...plan,
				saving: textInput(subject?.file ?? `${subject?.cluster.name ?? 'cluster'}.yaml`),
				saved: undefined,
			},
		};
	}
	return key.name === 'enter' && plan.problems.length === 0 ? install(state) : state;
}

/** The cluster file could not be written; another path may be typed. */
export function notSaved(state: WizardState, [problem]: readonly Problem[]): WizardState {
	const saved = problem && {text: `${problem.cause} ${problem.fix}`, failed: true};
	return {...state, plan: {...state.plan, writing: false, saved}};
}

/** Back from the name of the file leads to the plan; undefined where it leads to the screen before. */
export function backInPlan(state: WizardState): WizardState | undefined {
	return state.plan.saving && {...state, plan: {...state.plan, saving: undefined, saved: undefined}};
}
