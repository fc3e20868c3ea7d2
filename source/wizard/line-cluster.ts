import {ruleTerms} from '../pipeline/doctor/judge-groups.ts';
import {rebootTerms} from '../pipeline/reboot.ts';
import {ask, enter, letter, outs, pick, type Question, sentence, untold} from './line-answers.ts';
import {back} from './prompts.ts';
import {count} from './quantities.ts';
import {goBack} from './reducer.ts';
import {pressCheck, proposeRule, troubles} from './screens/check.ts';
import {pressInstall} from './screens/install.ts';
import {pressKey} from './screens/key.ts';
import {choosePurpose, menuChoices} from './screens/menu.ts';
import {answerReboot, asksForReboot, planQuestion, planVerb, pressPlan, wouldChange} from './screens/plan.ts';
import {pressSettings, settingRows} from './screens/settings.ts';
import {pressSource, sourceChoices} from './screens/source.ts';
import {canNameHosts, failedIn, nameHosts} from './screens/verified.ts';
import type {WizardState} from './state.ts';
import {textInput} from './text-input.ts';

export const key: Question = async (state, prompts) => {
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

export const settings: Question = async (state, prompts) => {
	const {editing, problems, cursor} = state.settings;
	const rows = settingRows(state);
	const row = rows[cursor ?? rows.length];
	prompts.say(problems.map(sentence));
	if (editing && row) {
		return ask(
			prompts,
			row.label,
			editing.text,
			text => now => pressSettings({...now, settings: {...now.settings, editing: textInput(text)}}, enter),
		);
	}
	const at = (index: number) => (now: WizardState) =>
		pressSettings({...now, settings: {...now.settings, cursor: index}}, enter);
	const choices = rows.map(({label, value}, i) => ({label, hint: value || 'none', change: at(i)}));
	return pick(prompts, 'Are these settings right?', [
		{label: 'Yes, go on', change: at(rows.length)},
		...choices,
		...outs,
	]);
};

export const source: Question = async (state, prompts) => {
	const {typing, publisher, problem, cursor, component} = state.source;
	if (problem) prompts.say([sentence(problem)]);
	if (typing) {
		const candidate = sourceChoices(state)[cursor]?.candidate;
		const whose = publisher === 'told' ? ', as its publisher says now; Enter pins it' : '';
		const message = candidate ? `Its checksum or digest${whose}` : 'As in a cluster file';
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

export const check: Question = async (state, prompts) => {
	prompts.say(untold(state.check.problems));
	const {agreeing, missing} = state.check;
	if (agreeing && missing) {
		prompts.say(ruleTerms(missing));
		return pick(prompts, 'Add this rule?', [{label: 'Yes', change: now => pressCheck(now, enter)}, ...outs]);
	}
	const bad = troubles(state).filter(({status}) => status === 'failed').length;
	const go = (now: WizardState) => pressCheck({...now, check: {...now.check, insisted: true}}, enter);
	const again = {label: 'Check again', change: (now: WizardState) => pressCheck(now, letter('r'))};
	if (bad === 0) return pick(prompts, 'The hosts are ready.', [{label: 'Go on', change: go}, again, ...outs]);
	const onward = {label: 'Go on all the same', change: go};
	const add = missing ? [{label: 'Add the missing rule', hint: missing.group, change: proposeRule}] : [];
	return pick(prompts, `${bad} problem${bad === 1 ? '' : 's'}: mend and check again.`, [
		...add,
		again,
		onward,
		...outs,
	]);
};

export const plan: Question = async (state, prompts) => {
	const {saving, saved, problems, hosts, reboots} = state.plan;
	prompts.say(untold(problems));
	if (saved) prompts.say([saved.failed ? `! ${saved.text}` : saved.text]);
	if (saving) {
		return ask(
			prompts,
			'Save as',
			saving.text,
			text => now => pressPlan({...now, plan: {...now.plan, saving: textInput(text)}}, enter),
		);
	}
	if (asksForReboot(state)) {
		prompts.say(rebootTerms(reboots));
		return pick(prompts, planQuestion(state), [
			{label: 'No', change: now => answerReboot(now, false)},
			{label: 'Yes', change: now => answerReboot(now, true)},
			...outs,
		]);
	}
	const ready = Object.values(hosts).flatMap(wouldChange).length === 0;
	const counts = Object.entries(hosts).map(([host, steps]) => `${host}: ${count(wouldChange(steps).length, 'change')}`);
	prompts.say(counts);
	const press = (text: string) => (now: WizardState) => pressPlan(now, letter(text));
	const install = {label: ready ? 'Verify' : planVerb(state.flow), change: (now: WizardState) => pressPlan(now, enter)};
	const others = [
		{label: 'Save as a cluster file', change: press('w')},
		{label: 'Plan again', change: press('r')},
		...outs,
	];
	return pick(prompts, planQuestion(state), problems.length === 0 ? [install, ...others] : others);
};

export const install: Question = async (state, prompts) => {
	prompts.say(untold(state.install.problems));
	return pick(
		prompts,
		state.install.stopped ? 'The installation was stopped.' : 'The installation did not go through.',
		[{label: 'Go on from here', change: now => pressInstall(now, enter)}, ...outs],
	);
};

export const verified: Question = async (state, prompts) => {
	const {opened, urls, problems} = state.verified;
	prompts.say(untold(problems));
	if (opened) prompts.say([opened]);
	const pages = urls.map(url => ({
		label: `Open ${url.name}`,
		hint: url.url,
		change: (now: WizardState): WizardState => ({...now, verified: {...now.verified, opening: url, opened: undefined}}),
	}));
	const here = {label: 'Name the hosts on this computer', hint: '/etc/hosts, ~/.ssh/config', change: nameHosts};
	const more = canNameHosts(state) ? [here] : [];
	return pick(prompts, failedIn(state) ? 'Some checks failed.' : 'The cluster works.', [...pages, ...more, ...outs]);
};

export const menu: Question = async (state, prompts) => {
	if (state.menu.forgetting === 'asking') {
		const yes = (now: WizardState): WizardState => ({...now, menu: {...now.menu, forgetting: 'doing'}});
		return pick(prompts, 'Forget it on this computer?', [
			{label: 'Back', change: goBack},
			{label: 'Forget it', change: yes},
		]);
	}
	prompts.say(state.menu.problems.map(sentence));
	const name = state.flow.kind === 'known' ? state.flow.known.name : '';
	const choices = menuChoices(state).map(({purpose, label, hint}) => ({
		label,
		hint,
		change: (now: WizardState) => choosePurpose(now, purpose),
	}));
	return pick(prompts, `What do you want to do with ${name}?`, [...choices, ...outs]);
};
