import {ask, describe, enter, letter, outs, pick, type Question, quit, sentence, stay} from './line-answers.ts';
import {back} from './prompts.ts';
import {goBack} from './reducer.ts';
import {accountItems, pressAccount} from './screens/account.ts';
import {pressAddresses} from './screens/addresses.ts';
import {pressFile} from './screens/file.ts';
import {pressInstances} from './screens/instances.ts';
import {pressRoles, roleFacts} from './screens/roles.ts';
import {choose, startChoices} from './screens/start.ts';
import type {WizardState} from './state.ts';
import {candidatesIn, chosenCandidates} from './subject.ts';
import {textInput} from './text-input.ts';

export const start: Question = async (state, prompts) => {
	const {found, cursor} = state.start;
	if (found.status === 'failed') {
		prompts.say(found.problems.map(sentence));
		return quit;
	}
	const choices = startChoices(state).map(choice => ({...choice, change: (now: WizardState) => choose(now, choice)}));
	return pick(prompts, 'Where are the hosts of your cluster?', [...choices, {label: 'Quit', change: quit}], cursor);
};

export const account: Question = async (state, prompts) => {
	const {regions, profile, cursor} = state.account;
	if (profile !== undefined && regions.status === 'failed') {
		prompts.say(regions.problems.map(sentence));
		return goBack;
	}
	const items = accountItems(state).map((item, i) => ({
		label: item.label || 'environment',
		hint: item.hint,
		change: (now: WizardState) => pressAccount({...now, account: {...now.account, cursor: i}}, enter),
	}));
	const message = profile === undefined ? 'With which profile?' : 'In which region?';
	return pick(prompts, message, [...items, {label: 'Back', change: goBack}], cursor);
};

export const file: Question = async (state, prompts) => {
	prompts.say(state.file.problems.map(sentence));
	return ask(
		prompts,
		'Where is the cluster file?',
		state.file.path.text,
		text => now => pressFile({...now, file: {...now.file, path: textInput(text)}}, enter),
	);
};

export const addresses: Question = async (state, prompts) => {
	prompts.say(state.addresses.problems.map(sentence));
	prompts.say(['One host at a time: address, private IPv4 address, master or slave. An empty line ends the list.']);
	const lines: string[] = [];
	const before = state.addresses.lines.filter(Boolean);
	for (;;) {
		const text = await prompts.input(`Host ${lines.length + 1}`, before[lines.length] ?? '');
		if (text === back)
			return now => goBack({...now, addresses: {...now.addresses, lines: lines.length > 0 ? lines : before}});
		if (text.trim() === '') break;
		lines.push(text);
	}
	const tab = {name: 'tab', text: '', ctrl: false} as const;
	return now => pressAddresses({...now, addresses: {...now.addresses, lines: [...lines, ''], line: 0, at: 0}}, tab);
};

export const instances: Question = async (state, prompts) => {
	const {found, problem, chosen} = state.instances;
	if (found.status === 'failed') {
		prompts.say(found.problems.map(sentence));
		return pick(prompts, 'What now?', [{label: 'Ask again', change: now => pressInstances(now, letter('r'))}, ...outs]);
	}
	const rows = candidatesIn(state);
	if (problem) prompts.say([`! ${problem}`]);
	if (rows.length === 0) {
		prompts.say(['There are no instances to choose from.']);
		return goBack;
	}
	const choices = rows.map(one => ({
		label: one.name || one.id,
		hint: describe(one),
		disabled: one.unsuitable,
		chosen: chosen.includes(one.id),
	}));
	const picked = await prompts.choose('Which instances make the cluster?', choices);
	if (picked === back) return goBack;
	const ids = picked.flatMap(index => rows[index]?.id ?? []);
	return now => pressInstances({...now, instances: {...now.instances, chosen: ids}}, enter);
};

export const roles: Question = async (state, prompts) => {
	const rows = chosenCandidates(state);
	const given = state.roles.roles;
	prompts.say([`Suggested: ${state.roles.explanation}`, ...(state.roles.problem ? [`! ${state.roles.problem}`] : [])]);
	const mark = (role: string, among: typeof rows) =>
		among.map(one => ({
			label: one.name || one.id,
			hint: role === 'master' && one.slave_only ? `slave only: ${one.slave_only}` : describe(one),
			chosen: given[one.id] === role,
		}));
	const masters = await prompts.choose('Which are masters?', mark('master', rows));
	if (masters === back) return goBack;
	const masterIds = masters.flatMap(index => rows[index]?.id ?? []);
	const rest = rows.filter(({id}) => !masterIds.includes(id));
	const slaves = rest.length === 0 ? [] : await prompts.choose('Which are slaves?', mark('slave', rest));
	if (slaves === back) return stay;
	const slaveIds = slaves.flatMap(index => rest[index]?.id ?? []);
	prompts.say(roleFacts(masterIds.length, slaveIds.length).map(({text}) => text));
	const named = [...masterIds.map(id => [id, 'master'] as const), ...slaveIds.map(id => [id, 'slave'] as const)];
	// What was said of other roles is no word on these.
	const same = named.length === Object.keys(given).length && named.every(([id, role]) => given[id] === role);
	const problem = same ? state.roles.problem : undefined;
	return now => pressRoles({...now, roles: {...now.roles, roles: Object.fromEntries(named), problem}}, enter);
};
