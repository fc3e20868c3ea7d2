import type {Key} from '../keys.ts';
import {type AccountChoice, go, type KnownCluster, type WizardState} from '../state.ts';
import {moved} from '../table.ts';
import {textInput} from '../text-input.ts';
import {openMenu} from './menu.ts';

export type StartChoice = {label: string; hint: string} & (
	| {kind: 'ec2'; account: AccountChoice}
	| {kind: 'account' | 'file' | 'typed'}
	| {kind: 'open'; known: KnownCluster}
);

/** `eu-west-1, profile default` */
export function accountName({profile, region}: AccountChoice): string {
	return [region, profile === undefined ? 'from the environment' : `profile ${profile}`].filter(Boolean).join(', ');
}

function clusterHint({cluster, unfinished, last_used}: KnownCluster): string {
	const count = `${cluster.hosts.length} hosts`;
	return unfinished ? `${count}, installation not finished` : `${count}, last used ${last_used.slice(0, 10)}`;
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
		const hint = profiles.length > 1 ? `${profiles.length} profiles` : 'another region';
		choices.push({kind: 'account', label: 'EC2 with another profile or region', hint});
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
		? state.instances
		: {...state.instances, found: {status: 'waiting'} as const, chosen: [], explanation: '', problem: undefined};
	return go({...state, start: {...state.start, account}, instances}, 'instances');
}

export function choose(state: WizardState, choice: StartChoice): WizardState {
	switch (choice.kind) {
		case 'ec2':
			return toInstances({...state, flow: {kind: 'new', from: 'ec2'}}, choice.account);
		case 'open':
			return openMenu(state, choice.known);
		case 'account':
			return go({...state, flow: {kind: 'new', from: 'ec2'}}, 'account');
		case 'file': {
			const path = state.file.path.text === '' ? textInput('cluster.yaml') : state.file.path;
			return go({...state, file: {...state.file, path}}, 'file');
		}
		case 'typed':
			return go({...state, flow: {kind: 'new', from: 'typed'}}, 'addresses');
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

/** Where the cursor is best put: on the cluster used last, where there is one. */
export function startCursor(state: WizardState): number {
	return Math.max(
		0,
		startChoices(state).findIndex(({kind}) => kind === 'open'),
	);
}
