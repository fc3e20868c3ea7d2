import type {Key} from '../keys.ts';
import {go, type WizardState} from '../state.ts';
import {moved} from '../table.ts';
import {toInstances} from './start.ts';

/** What the list shows: first the profiles, then the regions of the chosen one. */
export function accountItems({account, start: {found}}: WizardState): {label: string; hint: string}[] {
	if (account.profile === undefined) {
		const profiles = found.status === 'ready' ? found.value.profiles : [];
		const own = found.status === 'ready' && found.value.account && found.value.account.profile === undefined;
		const items = profiles.map(({name, region}) => ({label: name, hint: region ?? 'no region set'}));
		return own ? [{label: '', hint: 'the credentials in the environment'}, ...items] : items;
	}
	return account.regions.status === 'ready' ? account.regions.value.map(label => ({label, hint: ''})) : [];
}

/** Where the cursor is best put in the regions: on the one of the profile, or of the environment. */
export function regionCursor({start: {found}, account: {profile}}: WizardState, regions: readonly string[]): number {
	const {profiles = [], account} = found.status === 'ready' ? found.value : {};
	const usual = profile === '' ? account?.region : profiles.find(({name}) => name === profile)?.region;
	return Math.max(0, regions.indexOf(usual ?? ''));
}

/** Asks for the account; where there is but one, for its region at once. */
export function openAccount(state: WizardState): WizardState {
	const [only, ...others] = state.account.profile === undefined ? accountItems(state) : [];
	return go(only && others.length === 0 ? take(state, only.label) : state, 'account');
}

const take = (state: WizardState, profile: string): WizardState => ({
	...state,
	account: {profile, cursor: 0, regions: {status: 'waiting'}},
});

export function pressAccount(state: WizardState, key: Key): WizardState {
	const {account} = state;
	const items = accountItems(state);
	const cursor = moved(account.cursor, items.length, key);
	if (cursor !== undefined) return {...state, account: {...account, cursor}};
	const item = items[account.cursor];
	if (key.name === 'enter' && item) {
		if (account.profile === undefined) return take(state, item.label);
		return toInstances(state, {profile: account.profile || undefined, region: item.label});
	}
	if (key.text === 'r' && account.regions.status === 'failed') {
		return {...state, account: {...account, regions: {status: 'waiting'}}};
	}
	return state;
}

/** Back from the regions leads to the profiles; undefined where it leads to the screen before. */
export function backInAccount(state: WizardState): WizardState | undefined {
	if (state.account.profile === undefined) return undefined;
	const asked = {...state, account: {...state.account, profile: undefined, cursor: 0}};
	return accountItems(asked).length > 1 ? asked : undefined;
}
