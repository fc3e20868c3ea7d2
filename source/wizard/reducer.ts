import type {Candidate} from '../discovery/candidate.ts';
import type {MissingRule} from '../pipeline/doctor/judge-groups.ts';
import type {RunEvent} from '../pipeline/events.ts';
import type {Key} from './keys.ts';
import type {Problem} from './problem.ts';
import {backInAccount, pressAccount, regionCursor} from './screens/account.ts';
import {pressAddresses} from './screens/addresses.ts';
import {backInCheck, checkEnded, checkEvent, pressCheck, startCheck} from './screens/check.ts';
import {pressFile} from './screens/file.ts';
import {applied, installEvent, pressInstall} from './screens/install.ts';
import {discovered, pressInstances} from './screens/instances.ts';
import {backInKey, keyChecked, pressKey, proposed} from './screens/key.ts';
import {backInMenu, forgotten, openMenu, pressMenu} from './screens/menu.ts';
import {backInPlan, notSaved, planEnded, planEvent, pressPlan} from './screens/plan.ts';
import {pressRoles} from './screens/roles.ts';
import {backInSettings, bundleFound, pressSettings} from './screens/settings.ts';
import {backInSource, pressSource, published} from './screens/source.ts';
import {greet, pressStart} from './screens/start.ts';
import {failedIn, opened, pressVerified, verifyEnded, verifyEvent} from './screens/verified.ts';
import {
	back,
	type Found,
	type KeyTrouble,
	type KeyVerdict,
	type KnownCluster,
	type ScreenName,
	type Url,
	type WizardState,
} from './state.ts';
import {textInput, typeInto} from './text-input.ts';

/** A key, or an answer to something a screen asked for. */
export type Action =
	| {type: 'key'; key: Key}
	| {type: 'found'; found: Found}
	| {type: 'regions'; regions: readonly string[]}
	| {type: 'discovered'; candidates: readonly Candidate[]}
	/** Progress of something that takes long, such as EC2 asking for patience. */
	| {type: 'note'; text: string}
	/** A cluster file was read; `known` when the store has a cluster of that name that was installed. */
	| {type: 'file-read'; file: string; cluster: KnownCluster['cluster']; known: KnownCluster | undefined}
	| {type: 'proposed'; paths: readonly string[]}
	/** What Tab came to for the text `of`: as far as it is certain, and what it could become. */
	| {type: 'completed'; of: string; text: string; choices: readonly string[]}
	/** A bundle was found where the settings say. */
	| {type: 'bundle'; path: string}
	/** What the publisher of a source says its content must match. */
	| {type: 'published'; checksum: string}
	| {type: 'key-checked'; answer: KeyVerdict | KeyTrouble}
	| {type: 'event'; event: RunEvent}
	| {type: 'examined'; missing: MissingRule | undefined}
	| {type: 'planned'; reboots: readonly string[]}
	| {type: 'applied'; failed: number; changed: number; ms: number; stopped: boolean}
	| {type: 'verified'; urls: readonly Url[]; ms: number}
	| {type: 'saved'; text: string}
	| {type: 'opened'; text: string}
	| {type: 'forgotten'}
	/** An answer given as what it makes of the state, where there are no keys (line mode). */
	| {type: 'change'; change: (state: WizardState) => WizardState}
	/** Ctrl-C. */
	| {type: 'left'}
	| {type: 'asked'; path: string}
	/** The question was answered; what was answered goes past the state, which may be logged. */
	| {type: 'answered'}
	| {type: 'failed'; problems: readonly Problem[]};

const press: Record<ScreenName, (state: WizardState, key: Key) => WizardState> = {
	start: pressStart,
	account: pressAccount,
	file: pressFile,
	addresses: pressAddresses,
	instances: pressInstances,
	roles: pressRoles,
	key: pressKey,
	settings: pressSettings,
	source: pressSource,
	check: pressCheck,
	plan: pressPlan,
	install: pressInstall,
	verified: pressVerified,
	menu: pressMenu,
};

/** Back inside a screen, where it has more than one place. */
const backIn: Partial<Record<ScreenName, (state: WizardState) => WizardState | undefined>> = {
	account: backInAccount,
	key: backInKey,
	settings: backInSettings,
	source: backInSource,
	check: backInCheck,
	plan: backInPlan,
	menu: backInMenu,
};

/** Whether letters are text where the person is. */
export function isTyping(state: WizardState): boolean {
	if (state.question) return true;
	switch (state.at) {
		case 'file':
		case 'addresses':
			return true;
		case 'key':
			return state.key.asking !== 'chmod';
		case 'settings':
			return state.settings.editing !== undefined;
		case 'source':
			return state.source.typing !== undefined;
		case 'plan':
			return state.plan.saving !== undefined;
		case 'instances':
		case 'roles':
			return state[state.at].table.filtering;
		default:
			return false;
	}
}

function onKey(state: WizardState, key: Key): WizardState {
	if (state.question) {
		const typed = typeInto(state.question.typed, key);
		return typed ? {...state, question: {...state.question, typed}} : state;
	}
	const wantsBack = key.name === 'escape' || (key.name === 'text' && !key.ctrl && key.text === 'b' && !isTyping(state));
	if (!wantsBack) return press[state.at](state, key);
	// A filter is cleared before the screen is left.
	if (state.at === 'instances' || state.at === 'roles') {
		const {table} = state[state.at];
		if (table.filtering || (key.name === 'escape' && table.filter.text !== '')) return press[state.at](state, key);
	}
	// What is under way on hosts is stopped on purpose, with Ctrl-C, never by a stray Esc.
	if (state.at === 'install' && state.install.work === 'running') return state;
	return goBack(state);
}

/** One place back. */
export function goBack(state: WizardState): WizardState {
	return backIn[state.at]?.(state) ?? back(state);
}

function failed(state: WizardState, problems: readonly Problem[]): WizardState {
	const loading = {status: 'failed', problems} as const;
	switch (state.at) {
		case 'start':
			return {...state, start: {...state.start, found: loading}};
		case 'account':
			return {...state, account: {...state.account, regions: loading}};
		case 'instances':
			return {...state, instances: {...state.instances, found: loading}};
		case 'file':
			return {...state, file: {...state.file, reading: false, problems}};
		case 'settings':
			return {...state, settings: {...state.settings, reading: undefined, problems}};
		case 'source':
			return {...state, source: {...state.source, publisher: undefined, problem: problems[0]}};
		case 'key': {
			const [problem] = problems;
			return problem ? keyChecked(state, {problem}) : state;
		}
		case 'check':
			return checkEnded({...state, check: {...state.check, problems: [...state.check.problems, ...problems]}});
		case 'plan': {
			const {plan} = state;
			if (plan.writing) return notSaved(state, problems);
			return planEnded({...state, plan: {...plan, problems: [...plan.problems, ...problems]}});
		}
		case 'install':
			return applied(state, {failed: problems.length, changed: 0, ms: 0, stopped: false}, problems);
		case 'menu':
			return {...state, menu: {...state.menu, forgetting: 'no', problems}};
		case 'verified': {
			const {verified} = state;
			const [problem] = problems;
			// A page that does not open says nothing about the cluster.
			if (verified.opening && problem) return opened(state, `${problem.cause} ${problem.fix}`);
			const next = {...verified, problems: [...verified.problems, ...problems]};
			return verifyEnded({...state, verified: next}, verified.urls, verified.ms);
		}
		default:
			return state;
	}
}

function onEvent(state: WizardState, event: RunEvent): WizardState {
	if (state.at === 'check') return checkEvent(state, event);
	if (state.at === 'plan') return planEvent(state, event);
	if (state.at === 'install') return installEvent(state, event);
	return state.at === 'verified' ? verifyEvent(state, event) : state;
}

/** What the wizard becomes. Pure; everything that takes time or touches the world is in source/wizard/jobs.ts. */
export function reduce(state: WizardState, action: Action): WizardState {
	switch (action.type) {
		case 'key':
			return onKey(state, action.key);
		case 'found': {
			return greet(state, action.found);
		}
		case 'regions': {
			const regions = {status: 'ready', value: action.regions} as const;
			return {...state, account: {...state.account, regions, cursor: regionCursor(state, action.regions)}};
		}
		case 'discovered':
			return discovered(state, action.candidates);
		case 'note':
			return {...state, instances: {...state.instances, found: {status: 'waiting', note: action.text}}};
		case 'file-read': {
			const {file, cluster, known} = action;
			const next = {...state, file: {...state.file, reading: false}};
			if (known) return openMenu(next, {...known, cluster, file});
			return startCheck({...next, flow: {kind: 'file', cluster, file}});
		}
		case 'proposed':
			return proposed(state, action.paths);
		case 'completed':
			return completed(state, action);
		case 'bundle':
			return bundleFound(state, action.path);
		case 'published':
			return published(state, action.checksum);
		case 'key-checked':
			return keyChecked(state, action.answer);
		case 'event':
			return onEvent(state, action.event);
		case 'examined':
			return checkEnded({...state, check: {...state.check, missing: action.missing}});
		case 'planned':
			return planEnded({...state, plan: {...state.plan, reboots: action.reboots}});
		case 'applied':
			return applied(state, action, []);
		case 'verified':
			return verifyEnded(state, action.urls, action.ms);
		case 'saved': {
			const {plan} = state;
			return {...state, plan: {...plan, writing: false, saving: undefined, saved: {text: action.text, failed: false}}};
		}
		case 'opened':
			return opened(state, action.text);
		case 'asked':
			return {...state, question: {path: action.path, typed: textInput()}};
		case 'answered':
			return {...state, question: undefined};
		case 'change':
			return action.change(state);
		case 'left': {
			// After the proof nothing is interrupted any more.
			const over = state.at === 'verified' && state.verified.work === 'done';
			return {...state, exit: {code: !over ? 130 : failedIn(state) ? 1 : 0}};
		}
		case 'forgotten':
			return forgotten(state);
		case 'failed':
			return failed(state, action.problems);
	}
}

/** Tab's answer; late ones, for a text that was typed on meanwhile, are dropped. */
function completed(state: WizardState, {of, text, choices}: Extract<Action, {type: 'completed'}>): WizardState {
	if (state.at === 'settings') {
		const {settings} = state;
		if (settings.editing?.text !== of) return state;
		return {...state, settings: {...settings, editing: textInput(text), completions: choices, problems: []}};
	}
	if (state.at !== 'file' && state.at !== 'key') return state;
	if (state[state.at].path.text !== of) return state;
	if (state.at === 'file')
		return {...state, file: {...state.file, path: textInput(text), completions: choices, problems: []}};
	return {...state, key: {...state.key, path: textInput(text), completions: choices, trouble: undefined}};
}
