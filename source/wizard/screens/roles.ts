import type {HostRole} from '../../cluster/model.ts';
import {quorum, survives} from '../../cluster/quorum.ts';
import type {Candidate} from '../../discovery/candidate.ts';
import {suggest} from '../../discovery/suggest.ts';
import type {Key} from '../keys.ts';
import {count} from '../quantities.ts';
import {go, type WizardState} from '../state.ts';
import {chosenCandidates} from '../subject.ts';
import {cursorIn, pressInTable, shownRows} from '../table.ts';

/** With roles suggested for these hosts, unless they were given some already. */
export function toRoles(state: WizardState, chosen: readonly Candidate[]): WizardState {
	const suggestedFor = chosen
		.map(({id}) => id)
		.sort()
		.join(' ');
	if (state.roles.suggestedFor === suggestedFor) return state;
	const {roles, explanation} = suggest(chosen);
	return {
		...state,
		roles: {...state.roles, roles: Object.fromEntries(roles), suggestedFor, explanation, problem: undefined},
	};
}

/** What the numbers of masters and slaves mean, in whole sentences; the first fits one line. */
export function roleFacts(masters: number, slaves: number): {text: string; good: boolean}[] {
	const facts: {text: string; good: boolean}[] = [];
	const say = (good: boolean, text: string) => facts.push({good, text});
	if (masters === 0) say(false, 'A cluster needs a master: press m on one of the hosts, better on three.');
	if (masters === 1) {
		say(false, '1 master: survives no failure. While it is down nothing new can be started; three survive one.');
	}
	if (masters > 1 && masters % 2 === 0) {
		const odd = masters - 1;
		const lost = survives(masters) === 0 ? 'no failure' : count(survives(masters), 'failure');
		const agree = `${quorum(masters)} must agree, so they survive ${lost}, like ${count(odd, 'master')}`;
		say(false, `${masters} masters: ${agree}. Use ${masters + 1} or ${odd}.`);
	}
	if (masters > 1 && masters % 2 === 1) {
		const lost = count(survives(masters), 'failure');
		say(true, `${masters} masters: survives ${lost} (${quorum(masters)} of ${masters} must agree).`);
	}
	if (masters > 7) say(false, 'More than seven masters make every decision slower and nothing safer.');
	if (slaves === 0 && masters > 0) say(false, 'Without a slave nothing can run on the cluster.');
	return facts;
}

/** Why one of the chosen masters had better be none; undefined where all of them can be. */
export function unfitMaster(state: WizardState): string | undefined {
	const unfit = chosenCandidates(state).find(({id, slave_only}) => slave_only && state.roles.roles[id] === 'master');
	if (!unfit) return undefined;
	return `${unfit.name || unfit.id} ${unfit.slave_only}: make it a slave, or choose other software in the settings.`;
}

export function countRoles(state: WizardState): {masters: number; slaves: number} {
	const given = chosenCandidates(state).map(({id}) => state.roles.roles[id]);
	return {
		masters: given.filter(role => role === 'master').length,
		slaves: given.filter(role => role === 'slave').length,
	};
}

const letters: Record<string, HostRole | 'none'> = {m: 'master', s: 'slave', ' ': 'none'};

export function pressRoles(state: WizardState, key: Key): WizardState {
	const rows = chosenCandidates(state);
	const {roles: screen} = state;
	const shown = shownRows(rows, screen.table);
	const row = shown[cursorIn(shown, screen.table)];
	const role = key.name === 'text' && !key.ctrl && !screen.table.filtering ? letters[key.text] : undefined;
	if (role && row) {
		const {[row.id]: _, ...others} = screen.roles;
		const roles = role === 'none' ? others : {...others, [row.id]: role};
		return {...state, roles: {...screen, roles, problem: undefined}};
	}
	// s is slave here; sorting has its capital.
	const table = pressInTable(
		screen.table,
		rows,
		key.text === 'S' && !screen.table.filtering ? {...key, text: 's'} : key,
	);
	if (table) return {...state, roles: {...screen, table, problem: undefined}};
	if (key.name !== 'enter') return state;
	if (countRoles(state).masters === 0) {
		return {...state, roles: {...screen, problem: 'A cluster needs a master: press m on one of the hosts.'}};
	}
	const unfit = unfitMaster(state);
	// Told once; the settings, where the software is chosen, have the last word.
	if (unfit && !screen.problem) {
		return {...state, roles: {...screen, problem: `${unfit} Enter again goes on all the same.`}};
	}
	return go(state, 'key');
}
