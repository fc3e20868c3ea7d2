import type {RunEvent} from '../../pipeline/events.ts';
import type {Key} from '../keys.ts';
import {type Problem, toldProblem} from '../problem.ts';
import {count, seconds} from '../quantities.ts';
import type {Timings, WizardState} from '../state.ts';
import {subjectOf} from '../subject.ts';
import {install, planVerb} from './plan.ts';
import {startVerify} from './verified.ts';

/** The panels draw the run; here only what the last screen tells of it is kept. */
export function installEvent(state: WizardState, event: RunEvent): WizardState {
	const {install: screen} = state;
	const {roles, gates} = screen.timings;
	const timed = (timings: Timings): WizardState => ({...state, install: {...screen, timings}});
	if (event.event === 'step') {
		const {host, role, ms} = event;
		const byHost = roles[role] ?? {};
		return timed({roles: {...roles, [role]: {...byHost, [host]: (byHost[host] ?? 0) + ms}}, gates});
	}
	if (event.event === 'error') {
		return {...state, install: {...screen, problems: [...screen.problems, toldProblem(event)]}};
	}
	if (event.event === 'gate' && event.status === 'ok') return timed({roles, gates: {...gates, [event.gate]: event.ms}});
	return state;
}

/** Roles and gates by the time they took, the longest first; of a role the slowest host counts. */
export function whereTimeWent({roles, gates}: Timings): {what: string; ms: number}[] {
	const byRole = Object.entries(roles).map(([what, hosts]) => ({what, ms: Math.max(...Object.values(hosts))}));
	const waits = Object.entries(gates).map(([gate, ms]) => ({what: `waiting for ${gate}`, ms}));
	return [...byRole, ...waits].filter(({ms}) => ms >= 100).sort((a, b) => b.ms - a.ms);
}

/** What a run that went through did. */
export function deed({flow, install: {changed, ms}}: Pick<WizardState, 'flow' | 'install'>): string {
	if (changed === 0) return 'Nothing had to be changed';
	const deeds = {Install: 'Installed', Add: 'Added', Mend: 'Mended', Change: 'Changed'} as const;
	return `${deeds[planVerb(flow)]} in ${seconds(ms)}`;
}

/** The run has ended: on to the proof, or a question. */
export function applied(
	state: WizardState,
	{failed, changed, ms, stopped}: {failed: number; changed: number; ms: number; stopped: boolean},
	problems: readonly Problem[],
): WizardState {
	const found = [...state.install.problems, ...problems];
	const ended = {...state.install, work: 'done', failed, changed, ms, stopped, problems: found} as const;
	// Whatever came of it, the start now has a cluster to know of.
	const start = {...state.start, found: {status: 'waiting'} as const};
	const next = {...state, install: ended, start};
	if (failed > 0 || stopped) return next;
	const name = subjectOf(state).subject?.cluster.name ?? 'the cluster';
	const deeds = [
		...state.install.deeds,
		`${name}: ${deed(next).toLowerCase()}${changed > 0 ? `, ${count(changed, 'change')}` : ''}.`,
	];
	const verifying = startVerify({...next, install: {...ended, deeds}}, true);
	// Behind the proof lies the start; the questions of an installation are over.
	const trail =
		state.flow.kind === 'known'
			? verifying.trail.filter(name => name === 'start' || name === 'menu')
			: ['start' as const];
	return {...verifying, trail, verified: {...verifying.verified, deed: deed(next)}};
}

export function pressInstall(state: WizardState, key: Key): WizardState {
	if (state.install.work === 'running') return state;
	if (key.name === 'enter' || key.text === 'r') return {...install(state), trail: state.trail};
	if (key.text === 'q') return {...state, exit: {code: state.install.stopped ? 130 : 1}};
	return state;
}
