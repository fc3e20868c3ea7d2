import type {Key} from '../keys.ts';
import {knownDescription} from '../known-description.ts';
import {go, type KnownCluster, type WizardState} from '../state.ts';
import {moved} from '../table.ts';
import {startPlan} from './plan.ts';
import {toInstances} from './start.ts';
import {startVerify} from './verified.ts';

type Purpose = 'continue' | 'add' | 'add-typed' | 'verify' | 'status' | 'repair' | 'open' | 'edit' | 'forget';
export type MenuChoice = {purpose: Purpose; label: string; hint: string};

type Say = (purpose: Purpose, label: string, hint: string) => void;

function sayWhatIsInstalled(say: Say, region: string | undefined): void {
	if (region) say('add', 'Add slaves', `from the EC2 instances in ${region}`);
	say('add-typed', region ? 'Add slaves by address' : 'Add slaves', 'hosts you reach with ssh');
	say('verify', 'Verify', 'prove it with a task on every slave');
	say('status', 'Status', 'one look at every host and service');
	say('repair', 'Repair', 'compare every host, mend what differs');
	say('open', 'Open web pages', 'Mesos, Marathon, Chronos');
}

/** What can be done with the cluster in hand. */
export function menuChoices({flow}: WizardState): MenuChoice[] {
	if (flow.kind !== 'known') return [];
	const {cluster, unfinished, installed} = flow.known;
	const choices: MenuChoice[] = [];
	const say: Say = (purpose, label, hint) => choices.push({purpose, label, hint});
	if (unfinished) say('continue', 'Go on with the installation', 'it was interrupted; what is done stays done');
	else if (!installed) say('continue', 'Install', 'its hosts are bare');
	if (installed) sayWhatIsInstalled(say, cluster.region);
	say('edit', 'Edit settings', 'frameworks, sources, ports');
	say('forget', 'Forget', 'here only; hosts stay as they are');
	return choices;
}

/** The menu of a cluster of the store. */
export function openMenu(state: WizardState, known: KnownCluster): WizardState {
	const flow = {kind: 'known', known, purpose: 'repair', from: 'ec2'} as const;
	const same = state.flow.kind === 'known' && state.flow.known.name === known.name;
	const menu = {cursor: same ? state.menu.cursor : 0, forgetting: 'no' as const, problems: []};
	return go({...state, flow, menu, settings: same ? state.settings : knownDescription(state, known)}, 'menu');
}

export function choosePurpose(state: WizardState, purpose: Purpose): WizardState {
	if (state.flow.kind !== 'known') return state;
	const {flow} = state;
	const {region, profile} = flow.known.cluster;
	const to = (part: Partial<Pick<typeof flow, 'purpose' | 'from'>>): WizardState => ({
		...state,
		flow: {...flow, ...part},
	});
	switch (purpose) {
		case 'add':
			// Instances may have come since they were last asked for, and those chosen for another cluster are not meant.
			return toInstances(
				{
					...to({purpose: 'add', from: 'ec2'}),
					instances: {...state.instances, chosen: [], found: {status: 'waiting'}, problem: undefined},
				},
				{profile, region},
			);
		case 'add-typed':
			return go(to({purpose: 'add', from: 'typed'}), 'addresses');
		case 'verify':
			return startVerify(to({purpose: 'verify'}), true);
		case 'status':
			return startVerify(to({purpose: 'status'}), false);
		case 'open':
			return startVerify(to({purpose: 'status'}), false);
		case 'continue':
		case 'repair':
			return startPlan(to({purpose: 'repair'}));
		case 'edit':
			return go(to({purpose: 'edit'}), 'settings');
		case 'forget':
			return {...state, menu: {...state.menu, forgetting: 'asking', problems: []}};
	}
}

/** After forgetting: back to a start screen that knows it no more. */
export function forgotten(state: WizardState): WizardState {
	return {
		...state,
		at: 'start',
		trail: [],
		start: {...state.start, cursor: 0, found: {status: 'waiting'}},
		flow: {kind: 'new', from: 'ec2'},
		menu: {cursor: 0, forgetting: 'no', problems: []},
	};
}

export function pressMenu(state: WizardState, key: Key): WizardState {
	const {menu} = state;
	if (menu.forgetting !== 'no') {
		const yes = menu.forgetting === 'asking' && (key.name === 'enter' || key.text === 'y');
		// The job forgets it (source/wizard/jobs.ts).
		return yes ? {...state, menu: {...menu, forgetting: 'doing'}} : state;
	}
	const choices = menuChoices(state);
	const cursor = moved(menu.cursor, choices.length, key);
	if (cursor !== undefined) return {...state, menu: {...menu, cursor}};
	const choice = choices[menu.cursor];
	return key.name === 'enter' && choice ? choosePurpose(state, choice.purpose) : state;
}

/** Back from the question leads to the menu; undefined where it leads to the screen before. */
export function backInMenu(state: WizardState): WizardState | undefined {
	if (state.menu.forgetting === 'no') return undefined;
	return {...state, menu: {...state.menu, forgetting: 'no'}};
}
