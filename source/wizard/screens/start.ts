import type {Key} from '../keys.ts';
import {knownDescription} from '../known-description.ts';
import {count} from '../quantities.ts';
import {type AccountChoice, type Found, go, type KnownCluster, type WizardState} from '../state.ts';
import {moved} from '../table.ts';
import {textInput} from '../text-input.ts';
import {openAccount} from './account.ts';
import {openMenu} from './menu.ts';

export type StartChoice = {label: string; hint: string} & (
	| {kind: 'ec2'; account: AccountChoice}
	| {kind: 'account' | 'file' | 'typed'}
	| {kind: 'open'; known: KnownCluster}
);

/** `eu-west-1, profile default` */
export function accountName({profile, region}: AccountChoice): string {
	return [region, profile === undefined ? 'environment' : `profile ${profile}`].filter(Boolean).join(', ');
}

function clusterHint({cluster, unfinished, last_used}: KnownCluster): string {
	const hosts = count(cluster.hosts.length, 'host');
	return unfinished ? `${hosts}, not finished` : `${hosts}, last used ${last_used.slice(0, 10)}`;
}

/** What can be begun here, the likeliest first. */
export function startChoices({start: {found}}: WizardState): StartChoice[] {
	if (found.status !== 'ready') return [];
	const {account, profiles, clusters} = found.value;
	const choices: StartChoice[] = [];
	if (account) choices.push({kind: 'ec2', label: 'Find my EC2 instances', hint: accountName(account), account});
	for (const known of clusters) {
		choices.push({kind: 'open', label: `Open the cluster ${known.name}`, hint: clusterHint(known), known});
	}
	if (account || profiles.length > 0) {
		const hint = profiles.length > 1 ? `${profiles.length} profiles, any region` : 'another region';
		choices.push({kind: 'account', label: 'Look elsewhere in EC2', hint});
	}
	choices.push({kind: 'file', label: 'Use a cluster file', hint: 'YAML, with all hosts and settings'});
	choices.push({kind: 'typed', label: 'Type in hosts by address', hint: 'any hosts you reach with ssh'});
	return choices;
}

/** Goes to the instances of an account; asks EC2 again only when it is another account than before. */
export function toInstances(state: WizardState, account: AccountChoice): WizardState {
	const before = state.start.account;
	const same = before.profile === account.profile && before.region === account.region;
	const keep = same && state.instances.found.status === 'ready';
	const instances = keep
		? {...state.instances, problem: undefined}
		: {...state.instances, found: {status: 'waiting'} as const, chosen: [], explanation: '', problem: undefined};
	return go({...state, start: {...state.start, account}, instances}, 'instances');
}

export function choose(state: WizardState, choice: StartChoice): WizardState {
	switch (choice.kind) {
		case 'ec2':
			return toInstances(anew(state, 'ec2'), choice.account);
		case 'open':
			return openMenu(state, choice.known);
		case 'account':
			return openAccount(anew(state, 'ec2'));
		case 'file': {
			const path = state.file.path.text === '' ? textInput('cluster.yaml') : state.file.path;
			return go({...state, file: {...state.file, path}}, 'file');
		}
		case 'typed':
			return go(anew(state, 'typed'), 'addresses');
	}
}

export function pressStart(state: WizardState, key: Key): WizardState {
	const choices = startChoices(state);
	const cursor = moved(state.start.cursor, choices.length, key);
	if (cursor !== undefined) return {...state, start: {...state.start, cursor}};
	const chosen = choices[state.start.cursor];
	if (key.name === 'enter' && chosen) return choose(state, chosen);
	if (key.text === 'r' && state.start.found.status === 'failed') {
		return {...state, start: {...state.start, found: {status: 'waiting'}}};
	}
	return state;
}

/**
 * What this computer has is known: the cursor goes to the cluster used last. Where there is but one the wizard opens on it
 * when it is started, and the start lies behind it.
 */
export function greet(state: WizardState, value: Found): WizardState {
	const {start, settings} = state;
	const found = {...start, found: {status: 'ready', value} as const, greeted: true};
	const name = freeName(settings.values.name, value);
	const next = {...state, start: found, settings: {...settings, values: {...settings.values, name}}};
	if (state.at === 'menu') return renewed(next, value);
	const [only, ...others] = value.clusters;
	if (!start.greeted && only && others.length === 0) return openMenu(next, only);
	const cursor = startChoices(next).findIndex(({kind}) => kind === 'open');
	return {...next, start: {...found, cursor: Math.max(0, cursor)}};
}

/** The menu of the cluster as it is by now: a run may have given it hosts, which are not to be added once more. */
function renewed(state: WizardState, {clusters}: Found): WizardState {
	const {flow, addresses} = state;
	const known = flow.kind === 'known' && clusters.find(({name}) => name === flow.known.name);
	if (!known) return state;
	return {
		...state,
		flow: {...flow, known: {...known, file: known.file ?? flow.known.file}},
		settings: knownDescription(state, known),
		addresses: {...addresses, lines: [''], line: 0, at: 0, problems: []},
	};
}

/** A name that no cluster in use has. */
function freeName(wanted: string, {clusters}: Found): string {
	const taken = new Set(clusters.filter(({installed}) => installed).map(({name}) => name));
	for (let n = 1; ; n++) {
		const name = n === 1 ? wanted : `${wanted.replace(/-\d+$/, '')}-${n}`;
		if (!taken.has(name)) return name;
	}
}

/** Begins a new cluster; after one that is known its settings and instances are not those that are meant. */
function anew(state: WizardState, from: 'ec2' | 'typed'): WizardState {
	const {start, settings, instances, defaults, addresses} = state;
	if (state.flow.kind !== 'known') return {...state, flow: {kind: 'new', from}};
	const found = start.found.status === 'ready' ? start.found.value : undefined;
	const name = found ? freeName(defaults.settings.name, found) : defaults.settings.name;
	return {
		...state,
		flow: {kind: 'new', from},
		settings: {...settings, values: {...defaults.settings, name}, cursor: undefined, problems: []},
		instances: {...instances, chosen: [], found: {status: 'waiting'}, problem: undefined},
		addresses: {...addresses, lines: [''], line: 0, at: 0, problems: []},
	};
}
