import type {Problem} from './problem.ts';
import {back, type Prompts} from './prompts.ts';
import {goBack} from './reducer.ts';
import {accountItems, pressAccount} from './screens/account.ts';
import {pressAddresses} from './screens/addresses.ts';
import {pressCheck, troubles} from './screens/check.ts';
import {pressFile} from './screens/file.ts';
import {pressInstall} from './screens/install.ts';
import {pressInstances} from './screens/instances.ts';
import {pressKey} from './screens/key.ts';
import {choosePurpose, menuChoices} from './screens/menu.ts';
import {pressPlan, wouldChange} from './screens/plan.ts';
import {pressRoles, roleFacts} from './screens/roles.ts';
import {pressSettings, settingRows} from './screens/settings.ts';
import {pressSource, sourceChoices} from './screens/source.ts';
import {choose, startChoices} from './screens/start.ts';
import {failedIn} from './screens/verified.ts';
import type {ScreenName, WizardState} from './state.ts';
import {candidatesIn, chosenCandidates} from './subject.ts';
import {columns} from './table.ts';
import {textInput} from './text-input.ts';
import type {Wizard} from './wizard.ts';

type Change = (state: WizardState) => WizardState;
type Question = (state: WizardState, prompts: Prompts) => Promise<Change>;

const enter = {name: 'enter', text: '', ctrl: false} as const;
const letter = (text: string) => ({name: 'text', text, ctrl: false}) as const;
const stay: Change = state => state;
const quit: Change = state => ({...state, exit: {code: failedIn(state) ? 1 : 0}});

const sentence = ({host, field, cause, fix}: Problem) =>
	`! ${[host, field].filter(Boolean).join(' ')}${host || field ? ': ' : ''}${cause} ${fix}`;

const describe = (one: Parameters<(typeof columns)[number]['of']>[0]) =>
	columns
		.filter(({name}) => name !== 'name')
		.map(({of}) => of(one))
		.filter(Boolean)
		.join('  ');

/** Choices with the ways out behind them; what is chosen is a change of the state. */
async function pick(
	prompts: Prompts,
	message: string,
	choices: readonly {label: string; hint?: string; change: Change}[],
	initial = 0,
): Promise<Change> {
	const shown = choices.map(({label, hint = ''}) => ({label, hint}));
	const index = await prompts.select(message, shown, initial);
	return index === back ? goBack : (choices[index]?.change ?? stay);
}

const outs = [
	{label: 'Back', change: goBack},
	{label: 'Quit', change: quit},
];

async function ask(
	prompts: Prompts,
	message: string,
	initial: string,
	change: (text: string) => Change,
): Promise<Change> {
	const text = await prompts.input(message, initial);
	return text === back ? goBack : change(text);
}

const start: Question = async (state, prompts) => {
	const {found, cursor} = state.start;
	if (found.status === 'failed') {
		prompts.say(found.problems.map(sentence));
		return quit;
	}
	const choices = startChoices(state).map(choice => ({...choice, change: (now: WizardState) => choose(now, choice)}));
	return pick(prompts, 'Where are the hosts of your cluster?', [...choices, {label: 'Quit', change: quit}], cursor);
};

const account: Question = async (state, prompts) => {
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

const file: Question = async (state, prompts) => {
	prompts.say(state.file.problems.map(sentence));
	return ask(
		prompts,
		'Where is the cluster file?',
		state.file.path.text,
		text => now => pressFile({...now, file: {...now.file, path: textInput(text)}}, enter),
	);
};

const addresses: Question = async (state, prompts) => {
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

const instances: Question = async (state, prompts) => {
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

const roles: Question = async (state, prompts) => {
	const rows = chosenCandidates(state);
	const given = state.roles.roles;
	prompts.say([`Suggested: ${state.roles.explanation}`, ...(state.roles.problem ? [`! ${state.roles.problem}`] : [])]);
	const mark = (role: string, among: typeof rows) =>
		among.map(one => ({label: one.name || one.id, hint: describe(one), chosen: given[one.id] === role}));
	const masters = await prompts.choose('Which are masters?', mark('master', rows));
	if (masters === back) return goBack;
	const masterIds = masters.flatMap(index => rows[index]?.id ?? []);
	const rest = rows.filter(({id}) => !masterIds.includes(id));
	const slaves = rest.length === 0 ? [] : await prompts.choose('Which are slaves?', mark('slave', rest));
	if (slaves === back) return stay;
	const slaveIds = slaves.flatMap(index => rest[index]?.id ?? []);
	prompts.say(roleFacts(masterIds.length, slaveIds.length).map(({text}) => text));
	const named = [...masterIds.map(id => [id, 'master'] as const), ...slaveIds.map(id => [id, 'slave'] as const)];
	return now => pressRoles({...now, roles: {...now.roles, roles: Object.fromEntries(named)}}, enter);
};

const key: Question = async (state, prompts) => {
	const {asking, trouble, path} = state.key;
	if (trouble) prompts.say([sentence(trouble.problem)]);
	if (asking === 'chmod') {
		return pick(prompts, 'Let me do that now?', [{label: 'Yes', change: now => pressKey(now, enter)}, ...outs]);
	}
	if (asking === 'passphrase') {
		const secret = await prompts.secret('Its passphrase');
		if (secret === back) return goBack;
		return now => pressKey({...now, key: {...now.key, passphrase: textInput(secret)}}, enter);
	}
	return ask(prompts, 'Which private key opens the hosts? (empty: ssh-agent)', path.text, text => now => {
		const changed = text !== now.key.path.text;
		const insisted = !changed && now.key.insisted;
		return pressKey({...now, key: {...now.key, path: textInput(text), insisted}}, enter);
	});
};

const settings: Question = async (state, prompts) => {
	const {editing, problems, cursor} = state.settings;
	const rows = settingRows(state);
	const row = rows[cursor ?? rows.length];
	if (editing && row) {
		return ask(
			prompts,
			row.label,
			editing.text,
			text => now => pressSettings({...now, settings: {...now.settings, editing: textInput(text)}}, enter),
		);
	}
	prompts.say(problems.map(sentence));
	const at = (index: number) => (now: WizardState) =>
		pressSettings({...now, settings: {...now.settings, cursor: index}}, enter);
	const choices = rows.map(({label, value}, i) => ({label, hint: value || 'none', change: at(i)}));
	return pick(prompts, 'Are these settings right?', [
		{label: 'Yes, go on', change: at(rows.length)},
		...choices,
		...outs,
	]);
};

const source: Question = async (state, prompts) => {
	const {typing, problem, cursor, component} = state.source;
	if (problem) prompts.say([sentence(problem)]);
	if (typing) {
		const candidate = sourceChoices(state)[cursor]?.candidate;
		const message = candidate ? 'Its checksum or digest' : 'As in a cluster file';
		return ask(
			prompts,
			message,
			typing.text,
			text => now => pressSource({...now, source: {...now.source, typing: textInput(text)}}, enter),
		);
	}
	const choices = sourceChoices(state).map(({title, note}, i) => ({
		label: title,
		hint: note,
		change: (now: WizardState) => pressSource({...now, source: {...now.source, cursor: i}}, enter),
	}));
	return pick(prompts, `Where does ${component} come from?`, [...choices, {label: 'Back', change: goBack}]);
};

const check: Question = async (state, prompts) => {
	const bad = troubles(state).filter(({status}) => status === 'failed').length;
	const go = (now: WizardState) => pressCheck({...now, check: {...now.check, insisted: true}}, enter);
	const again = {label: 'Check again', change: (now: WizardState) => pressCheck(now, letter('r'))};
	if (bad === 0) return pick(prompts, 'The hosts are ready.', [{label: 'Go on', change: go}, again, ...outs]);
	const onward = {label: 'Go on all the same', change: go};
	return pick(prompts, `${bad} problem${bad === 1 ? '' : 's'}: mend and check again.`, [again, onward, ...outs]);
};

const plan: Question = async (state, prompts) => {
	const {saving, saved, problems, hosts} = state.plan;
	if (saving) {
		return ask(
			prompts,
			'Save as',
			saving.text,
			text => now => pressPlan({...now, plan: {...now.plan, saving: textInput(text)}}, enter),
		);
	}
	if (saved) prompts.say([saved]);
	const counts = Object.entries(hosts).map(([host, steps]) => `${host}: ${wouldChange(steps).length} changes`);
	prompts.say(counts);
	const press = (text: string) => (now: WizardState) => pressPlan(now, letter(text));
	const install = {label: 'Install', change: (now: WizardState) => pressPlan(now, enter)};
	const others = [
		{label: 'Save as a cluster file', change: press('w')},
		{label: 'Plan again', change: press('r')},
		...outs,
	];
	return pick(prompts, 'Install this?', problems.length === 0 ? [install, ...others] : others);
};

const install: Question = async (state, prompts) =>
	pick(prompts, state.install.stopped ? 'The installation was stopped.' : 'The installation did not go through.', [
		{label: 'Go on from here', change: now => pressInstall(now, enter)},
		...outs,
	]);

const verified: Question = async (state, prompts) => {
	const {opened, urls} = state.verified;
	if (opened) prompts.say([opened]);
	const pages = urls.map(url => ({
		label: `Open ${url.name}`,
		hint: url.url,
		change: (now: WizardState): WizardState => ({...now, verified: {...now.verified, opening: url, opened: undefined}}),
	}));
	return pick(prompts, failedIn(state) ? 'Some checks failed.' : 'The cluster works.', [...pages, ...outs]);
};

const menu: Question = async (state, prompts) => {
	if (state.menu.forgetting === 'asking') {
		const yes = (now: WizardState): WizardState => ({...now, menu: {...now.menu, forgetting: 'doing'}});
		return pick(prompts, 'Forget it on this computer?', [
			{label: 'Back', change: goBack},
			{label: 'Forget it', change: yes},
		]);
	}
	const name = state.flow.kind === 'known' ? state.flow.known.name : '';
	const choices = menuChoices(state).map(({purpose, label, hint}) => ({
		label,
		hint,
		change: (now: WizardState) => choosePurpose(now, purpose),
	}));
	return pick(prompts, `What about ${name}?`, [...choices, ...outs]);
};

const questions: Record<ScreenName, Question> = {
	start,
	account,
	file,
	addresses,
	instances,
	roles,
	key,
	settings,
	source,
	check,
	plan,
	install,
	verified,
	menu,
};

/** The questions of the screens one after the other, until the wizard is over. Rejects with what a prompt rejects with. */
export async function askInLines(wizard: Wizard, prompts: Prompts): Promise<void> {
	for (;;) {
		await wizard.idle();
		const state = wizard.getState();
		if (state.exit) return;
		if (state.question) {
			const secret = await prompts.secret(`Passphrase of ${state.question.path}`);
			wizard.answer(secret === back ? '' : secret);
			continue;
		}
		const change = await questions[state.at](state, prompts);
		if (!wizard.getState().exit) wizard.dispatch({type: 'change', change});
	}
}
