import {dirname, join} from 'node:path';
import {componentNames, componentsOf} from '../../cluster/components.ts';
import type {Component} from '../../cluster/model.ts';
import {candidatesOf} from '../../sources/catalog.ts';
import {platformBySystem} from '../../sources/platform.ts';
import {givenSource} from '../../sources/resolve.ts';
import type {Key} from '../keys.ts';
import {go, type Settings, type WizardState} from '../state.ts';
import {chosenCandidates, platformFor, subjectOf} from '../subject.ts';
import {moved} from '../table.ts';
import {textInput, typeInto} from '../text-input.ts';
import {startCheck} from './check.ts';
import {describeSource, openSource} from './source.ts';

export type SettingRow = {label: string; value: string; hint: string; field: string} & (
	| {kind: 'text'; of: 'name' | 'user' | 'bastion' | 'port_ranges'}
	| {kind: 'path'; of: 'bundle'}
	| {kind: 'toggle'; of: 'marathon' | 'chronos' | 'reach' | 'tag'}
	| {kind: 'source'; of: Component}
);

function sourceRow(component: Component, {sources}: Settings, platform: string): SettingRow {
	const given = givenSource(sources, component);
	const standard = candidatesOf(platform, component).find(candidate => candidate.default);
	const value = given
		? describeSource(given)
		: standard
			? describeSource(standard.source, standard.version)
			: 'not chosen yet';
	return {
		kind: 'source',
		of: component,
		label: `${componentNames[component]} from`,
		value,
		hint: '',
		field: `sources.${component}`,
	};
}

/** The folder that everything comes from which has no source of its own. */
function bundleRow({settings: {values}, flow}: WizardState): SettingRow {
	const {path = ''} = values.sources;
	// A relative one starts from the folder of the cluster file, and here everything starts from where the person is.
	const file = flow.kind === 'known' ? flow.known.file : undefined;
	const value = file !== undefined && /^[^~/]/.test(path) ? join(dirname(file), path) : path;
	const hint = 'a folder with all software, for hosts without internet';
	return {kind: 'path', of: 'bundle', label: 'Bundle', value, hint, field: 'sources.path'};
}

/** Images let in one user only; most log-ins that fail are another one's. */
function loginHint(state: WizardState): string {
	const platform = platformBySystem(chosenCandidates(state)[0]?.system ?? '');
	if (!platform || platform.login === state.settings.values.user) return '';
	return `images of ${platform.title} let in ${platform.login}`;
}

/** All settings, in the order of the screen. A cluster that is known keeps its name. */
export function settingRows(state: WizardState): SettingRow[] {
	const {values} = state.settings;
	const rows: SettingRow[] = [];
	const known = state.flow.kind === 'known';
	if (!known) {
		rows.push({kind: 'text', of: 'name', label: 'Cluster name', value: values.name, hint: '', field: 'name'});
	}
	const on = (value: boolean) => (value ? 'yes' : 'no');
	rows.push(
		{
			kind: 'toggle',
			of: 'marathon',
			label: 'Marathon',
			value: on(values.marathon),
			hint: 'long-running services',
			field: 'frameworks.marathon',
		},
		{
			kind: 'toggle',
			of: 'chronos',
			label: 'Chronos',
			value: on(values.chronos),
			hint: 'jobs on a schedule',
			field: 'frameworks.chronos',
		},
	);
	const chosen = state.flow.kind === 'new' && state.flow.from === 'ec2';
	if (chosen) {
		rows.push({
			kind: 'toggle',
			of: 'tag',
			label: 'Tag instances',
			value: on(values.tag),
			hint: 'another computer recognises the cluster by it',
			field: '',
		});
	}
	rows.push(
		bundleRow(state),
		...componentsOf('master', values).map(component => sourceRow(component, values, platformFor(state).id)),
		{
			kind: 'text',
			of: 'port_ranges',
			label: 'Ports for tasks',
			value: values.port_ranges,
			hint: '',
			field: 'mesos.port_ranges',
		},
		{kind: 'text', of: 'user', label: 'Log in as', value: values.user, hint: loginHint(state), field: 'ssh.user'},
		{
			kind: 'text',
			of: 'bastion',
			label: 'Through bastion',
			value: values.bastion,
			hint: 'user@host, if the hosts are behind one',
			field: 'ssh.bastion',
		},
	);
	if (chosen) {
		const value = values.reach === 'public' ? 'public address' : 'private address';
		rows.push({
			kind: 'toggle',
			of: 'reach',
			label: 'Connect to',
			value,
			hint: values.reach === 'public' ? 'private: from inside the VPC' : 'from inside the VPC',
			field: '',
		});
	}
	return rows;
}

/** Index of the row under the cursor; the last one, behind the settings, goes on. */
export function settingsCursor(state: WizardState): number {
	return state.settings.cursor ?? settingRows(state).length;
}

/** Enter on the last row: on to the check, or to the row that needs an answer. */
function leave(state: WizardState): WizardState {
	const {problems} = subjectOf(state);
	const [first] = problems;
	if (!first) return startCheck({...state, settings: {...state.settings, problems: []}});
	const row = settingRows(state).findIndex(({field}) => field !== '' && first.field?.startsWith(field));
	const cursor = row === -1 ? undefined : row;
	return {...state, settings: {...state.settings, problems, cursor}};
}

function set(state: WizardState, values: Partial<Settings>): WizardState {
	const {settings} = state;
	return {
		...state,
		settings: {
			...settings,
			values: {...settings.values, ...values},
			problems: [],
			editing: undefined,
			completions: [],
			reading: undefined,
		},
	};
}

/** A path that was typed is looked at first; without one there are the places of each component again. */
function takePath(state: WizardState, typed: string): WizardState {
	if (typed !== '') return {...state, settings: {...state.settings, reading: typed, completions: [], problems: []}};
	const {kind: _, path: __, ...sources} = {...state.defaults.settings.sources, ...state.settings.values.sources};
	return set(state, {sources});
}

/** There is a bundle: everything comes from it, until a component is given another place again. */
export function bundleFound(state: WizardState, path: string): WizardState {
	return set(state, {sources: {kind: 'bundle', path}});
}

/** Whether what is typed is a path. */
export function isEditingPath(state: WizardState): boolean {
	const {editing, reading} = state.settings;
	return editing !== undefined && reading === undefined && settingRows(state)[settingsCursor(state)]?.kind === 'path';
}

/** With what is wrong about this one setting, told where it was typed. */
function judged(state: WizardState, field: string): WizardState {
	const problems = subjectOf(state).problems.filter(one => one.field?.startsWith(field));
	return {...state, settings: {...state.settings, problems}};
}

function activate(state: WizardState, row: SettingRow): WizardState {
	if (row.kind === 'source') return go(openSource(state, row.of), 'source');
	if (row.kind === 'text' || row.kind === 'path')
		return {...state, settings: {...state.settings, editing: textInput(row.value)}};
	const {values} = state.settings;
	if (row.of === 'reach') return set(state, {reach: values.reach === 'public' ? 'private' : 'public'});
	return set(state, {[row.of]: !values[row.of]});
}

export function pressSettings(state: WizardState, key: Key): WizardState {
	const {settings} = state;
	const rows = settingRows(state);
	const at = settingsCursor(state);
	const row = rows[at];
	if (settings.reading !== undefined) return state;
	if (settings.editing && (row?.kind === 'text' || row?.kind === 'path')) {
		const typed = settings.editing.text.trim();
		if (key.name === 'enter' && row.kind === 'path') return takePath(state, typed);
		if (key.name === 'enter' && row.kind === 'text') return judged(set(state, {[row.of]: typed}), row.field);
		const editing = typeInto(settings.editing, key);
		return editing ? {...state, settings: {...settings, editing, completions: []}} : state;
	}
	const cursor = moved(at, rows.length + 1, key);
	if (cursor !== undefined) return {...state, settings: {...settings, cursor}};
	if (!row) return key.name === 'enter' ? leave(state) : state;
	const arrows = row.kind === 'toggle' && (key.name === 'left' || key.name === 'right');
	return key.name === 'enter' || key.text === ' ' || arrows ? activate(state, row) : state;
}

/** Back from a field keeps what was typed there, but for a path, which may lead nowhere; undefined where Back leads to the screen before. */
export function backInSettings(state: WizardState): WizardState | undefined {
	const {editing} = state.settings;
	if (editing && settingRows(state)[settingsCursor(state)]?.kind === 'path') return set(state, {});
	return editing && pressSettings(state, {name: 'enter', text: '', ctrl: false});
}
