import type {RunEvent} from '../../pipeline/events.ts';
import type {Key} from '../keys.ts';
import {toldProblem} from '../problem.ts';
import {go, type Url, type WizardState} from '../state.ts';
import {subjectOf} from '../subject.ts';
import {moved} from '../table.ts';

function again(state: WizardState): WizardState {
	const {verified} = state;
	return {
		...state,
		verified: {
			...verified,
			work: 'running',
			run: verified.run + 1,
			lines: [],
			problems: [],
			urls: [],
			cursor: 0,
			opened: undefined,
		},
	};
}

/** Asks the services, and proves with a task on every slave when `prove`; otherwise it is one look (status). */
export function startVerify(state: WizardState, prove: boolean): WizardState {
	const purpose = prove ? 'verify' : 'status';
	const flow =
		state.flow.kind === 'known'
			? ({...state.flow, purpose: prove ? state.flow.purpose : purpose} as const)
			: state.flow;
	return go(again({...state, flow, verified: {...state.verified, deed: undefined}}), 'verified');
}

export function verifyEvent(state: WizardState, event: RunEvent): WizardState {
	const {verified} = state;
	if (event.event === 'check') {
		const {host = '', check, status, detail, fix} = event;
		return {...state, verified: {...verified, lines: [...verified.lines, {host, check, status, detail, fix}]}};
	}
	if (event.event === 'error') {
		return {...state, verified: {...verified, problems: [...verified.problems, toldProblem(event)]}};
	}
	return state;
}

export function verifyEnded(state: WizardState, urls: readonly Url[], ms: number): WizardState {
	return {...state, verified: {...state.verified, work: 'done', urls, ms}};
}

/** What came of opening a page. */
export function opened(state: WizardState, text: string): WizardState {
	return {...state, verified: {...state.verified, opening: undefined, opened: text}};
}

const pages: Record<string, Url['name']> = {m: 'Marathon', c: 'Chronos'};

/** The page a key opens, if it is there to be opened. */
export function pageFor({verified}: WizardState, key: Key): Url | undefined {
	const name = key.name === 'enter' ? 'Mesos' : pages[key.text];
	return name && verified.urls.find(url => url.name === name);
}

export function pressVerified(state: WizardState, key: Key): WizardState {
	const {verified} = state;
	const page = verified.work === 'done' ? pageFor(state, key) : undefined;
	// The job opens it (source/wizard/jobs.ts).
	if (page) return {...state, verified: {...verified, opening: page, opened: undefined}};
	const last = Math.max(0, verified.lines.length + verified.problems.length - 1);
	const cursor = moved(Math.min(verified.cursor, last), last + 1, key);
	if (cursor !== undefined) return {...state, verified: {...verified, cursor: Math.max(0, cursor)}};
	if (key.text === 'r' && verified.work === 'done') return again(state);
	if (key.text === 'q') return {...state, exit: {code: failedIn(state) ? 1 : 0}};
	return key.text === 'n' && canNameHosts(state) ? nameHosts(state) : state;
}

/** Whether names of the hosts on this computer are worth having by now. */
export function canNameHosts(state: WizardState): boolean {
	return state.verified.work === 'done' && !failedIn(state) && !state.simulated;
}

/** The wizard is over, and `mesos-setup local` shows and asks what it would write. */
export function nameHosts(state: WizardState): WizardState {
	const {subject} = subjectOf(state);
	return subject ? {...state, exit: {code: 0, nameHostsOf: subject.cluster.name}} : state;
}

export function failedIn({verified}: WizardState): boolean {
	return verified.problems.length > 0 || verified.lines.some(({status}) => status === 'failed');
}
