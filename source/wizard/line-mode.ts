import type {Question} from './line-answers.ts';
import {check, install, key, menu, plan, settings, source, verified} from './line-cluster.ts';
import {account, addresses, file, instances, roles, start} from './line-hosts.ts';
import {back, type Prompts} from './prompts.ts';
import type {ScreenName} from './state.ts';
import type {Wizard} from './wizard.ts';

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
