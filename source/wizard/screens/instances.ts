import type {Candidate} from '../../discovery/candidate.ts';
import {suggest} from '../../discovery/suggest.ts';
import type {Key} from '../keys.ts';
import {go, type WizardState} from '../state.ts';
import {candidatesIn, chosenCandidates} from '../subject.ts';
import {cursorIn, pressInTable, shownRows} from '../table.ts';
import {startCheck} from './check.ts';
import {toRoles} from './roles.ts';

/** Those of a cluster that this computer knows cannot serve in another one. */
function marked({start: {found}, flow}: WizardState, candidates: readonly Candidate[]): Candidate[] {
	const own = flow.kind === 'known' ? flow.known.name : undefined;
	const clusters = found.status === 'ready' ? found.value.clusters : [];
	const owners = new Map(
		clusters
			.filter(({installed, name}) => installed && name !== own)
			.flatMap(({cluster, name}) => cluster.hosts.map(({instance}) => [instance, name] as const)),
	);
	return candidates.map(one => {
		const owner = owners.get(one.id);
		return owner === undefined || one.unsuitable ? one : {...one, unsuitable: `is in the cluster ${owner}`};
	});
}

/** The answer of EC2 arrives: those the suggestion would use are chosen beforehand. */
export function discovered(state: WizardState, candidates: readonly Candidate[]): WizardState {
	const found = {status: 'ready', value: marked(state, candidates)} as const;
	const next: WizardState = {...state, instances: {...state.instances, found, problem: undefined}};
	const rows = candidatesIn(next);
	// Slaves to add are somebody's decision; for a new cluster the guess is good and costs nothing yet.
	const suggestion = state.flow.kind === 'known' ? undefined : suggest(alike(rows));
	const still = state.instances.chosen.filter(id => rows.some(row => row.id === id && !row.unsuitable));
	const chosen = still.length > 0 ? still : [...(suggestion?.roles.keys() ?? [])];
	const explanation = suggestion && chosen.length === 0 ? suggestion.explanation : '';
	return {...next, instances: {...next.instances, chosen, explanation}};
}

/**
 * Without those of other processors than most have, of those that can be masters where any can: processors are mixed by people,
 * who know whether their sources and their tasks' images are built for both.
 */
function alike(rows: readonly Candidate[]): readonly Candidate[] {
	const able = rows.filter(({unsuitable}) => !unsuitable);
	const leaders = able.filter(({slave_only}) => !slave_only);
	const kinds = [...Map.groupBy(leaders.length > 0 ? leaders : able, ({arch}) => arch).values()];
	const [most] = kinds.sort((a, b) => b.length - a.length);
	return rows.filter(({arch, unsuitable}) => unsuitable || arch === most?.[0]?.arch);
}

/** Why these cannot be one cluster, if so. */
function disagreement(chosen: readonly Candidate[]): string | undefined {
	const networks = new Set(chosen.map(({vpc}) => vpc));
	if (networks.size > 1)
		return `They are in ${networks.size} networks (VPCs), where the hosts do not reach each other.`;
	const keys = new Set(chosen.map(({key_name}) => key_name ?? 'none'));
	if (keys.size > 1)
		return `They were started with ${keys.size} key pairs (${[...keys].join(', ')}); one key must open them all.`;
	return undefined;
}

function leave(state: WizardState): WizardState {
	const chosen = chosenCandidates(state);
	const stay = (problem: string): WizardState => ({...state, instances: {...state.instances, problem}});
	if (chosen.length === 0) return stay('Choose at least one instance with Space.');
	const problem = disagreement(chosen);
	// Told once; who presses Enter again knows better (a peered network, an agent with both keys).
	if (problem && state.instances.problem === undefined) return stay(`${problem} Enter again goes on all the same.`);
	const next = {...state, instances: {...state.instances, problem: undefined}};
	return state.flow.kind === 'known' ? startCheck(next) : go(toRoles(next, chosen), 'roles');
}

export function pressInstances(state: WizardState, key: Key): WizardState {
	const {instances} = state;
	if (instances.found.status === 'waiting') return state;
	const again = {...state, instances: {...instances, found: {status: 'waiting'} as const}};
	const rows = candidatesIn(state);
	const table = pressInTable(instances.table, rows, key);
	if (table) return {...state, instances: {...instances, table, problem: undefined}};
	if (key.ctrl) return state;
	if (key.text === 'r') return again;
	if (instances.found.status === 'failed') return state;
	const shown = shownRows(rows, instances.table);
	const choose = (chosen: readonly string[]) => ({...state, instances: {...instances, chosen, problem: undefined}});
	if (key.text === ' ') {
		const row = shown[cursorIn(shown, instances.table)];
		if (!row) return state;
		if (row.unsuitable) {
			return {...state, instances: {...instances, problem: `${row.name || row.id} ${row.unsuitable}.`}};
		}
		const {chosen} = instances;
		return choose(chosen.includes(row.id) ? chosen.filter(id => id !== row.id) : [...chosen, row.id]);
	}
	if (key.text === 'a') {
		const able = shown.filter(({unsuitable}) => !unsuitable).map(({id}) => id);
		const others = instances.chosen.filter(id => !able.includes(id));
		const all = able.every(id => instances.chosen.includes(id));
		return choose(all ? others : [...others, ...able]);
	}
	return key.name === 'enter' ? leave(state) : state;
}
