import type {Glyphs} from '../panels/look.ts';
import type {Hint} from '../panels/view-keys.ts';
import {nothingToShow} from './jobs.ts';
import {isTyping} from './reducer.ts';
import {otherKeys} from './screens/key.ts';
import {asksForReboot, planVerb, wouldChange} from './screens/plan.ts';
import {isEditingPath, settingRows, settingsCursor} from './screens/settings.ts';
import {canNameHosts} from './screens/verified.ts';
import type {WizardState} from './state.ts';

/** The keys that do something now, most wanted first. */
export function hintsOf(state: WizardState, {keys}: Glyphs): Hint[] {
	const hint = (key: string, what: string, short = what): Hint => ({key, what, short});
	const enter = (what: string, short = what) => hint(keys.enter, what, short);
	const move = hint(keys.upDown, 'choose', '');
	const goBack = hint('Esc', 'back');
	const quit = hint('^C', 'quit');
	const unanswered = (status: 'waiting' | 'failed') => [
		...(status === 'failed' ? [hint('r', 'ask again', 'again')] : []),
		goBack,
		quit,
	];
	if (state.question) return [enter('use it'), hint('Esc', 'go without', 'without')];
	switch (state.at) {
		case 'start':
			return [move, enter('go on'), quit];
		case 'account':
			if (state.account.profile !== undefined && state.account.regions.status !== 'ready')
				return unanswered(state.account.regions.status);
			return [move, enter('take it'), goBack, quit];
		case 'menu':
			return state.menu.forgetting === 'no'
				? [move, enter('do it'), goBack, quit]
				: [enter('forget it', 'forget'), goBack];
		case 'file':
			return [enter('read it'), hint('Tab', 'complete'), goBack, quit];
		case 'addresses':
			return [enter('new line', 'line'), hint('Tab', 'go on'), hint(keys.upDown, 'other line', ''), goBack, quit];
		case 'instances':
			if (state.instances.found.status !== 'ready') return unanswered(state.instances.found.status);
			if (nothingToShow(state)) return [hint('r', 'refresh'), goBack, quit];
			if (isTyping(state)) return [enter('keep the filter', 'keep'), hint('Esc', 'clear')];
			return [
				hint('Space', 'choose', 'pick'),
				hint('a', 'all'),
				hint('/', 'filter'),
				hint('s', 'sort'),
				hint('r', 'refresh', 'new'),
				enter('go on'),
				goBack,
				hint('^C', 'quit', ''),
			];
		case 'roles':
			if (isTyping(state)) return [enter('keep the filter', 'keep'), hint('Esc', 'clear')];
			return [
				hint('m', 'master'),
				hint('s', 'slave'),
				hint('Space', 'none'),
				hint('/', 'filter', ''),
				hint('S', 'sort'),
				enter('go on', 'next'),
				goBack,
				hint('^C', 'quit', ''),
			];
		case 'key':
			if (state.key.asking === 'chmod') return [enter('mend it'), goBack, quit];
			if (state.key.asking === 'passphrase') return [enter('open it'), goBack, quit];
			return [
				enter('use it'),
				hint('Tab', 'complete'),
				...(otherKeys(state).length > 0 ? [hint(keys.upDown, 'other keys', 'others')] : []),
				goBack,
				quit,
			];
		case 'settings': {
			if (state.settings.reading !== undefined) return [goBack, quit];
			const complete = isEditingPath(state) ? [hint('Tab', 'complete')] : [];
			if (isTyping(state)) return [enter('take it'), ...complete, goBack];
			const row = settingRows(state)[settingsCursor(state)];
			const doing = {text: 'change', path: 'change', toggle: 'switch', source: 'choose'} as const;
			return [move, enter(row ? doing[row.kind] : 'go on'), goBack, quit];
		}
		case 'source':
			return state.source.typing ? [enter('take it'), goBack, quit] : [move, enter('take it'), goBack, quit];
		case 'check': {
			if (state.check.agreeing) return [enter('add it'), goBack, quit];
			const go = state.check.work === 'done' ? [enter('go on')] : [];
			const add = state.check.missing ? [hint('f', 'add the rule', 'rule')] : [];
			const unfold = hint(keys.leftRight, 'show less, more', 'more');
			return [...add, ...go, hint('r', 'check again', 'again'), move, unfold, goBack, quit];
		}
		case 'plan': {
			if (state.plan.saving) return [enter('save'), goBack];
			if (asksForReboot(state)) return [hint('y', 'yes, reboot', 'yes'), hint('n', 'no'), goBack, quit];
			const changes = Object.values(state.plan.hosts).flatMap(wouldChange).length;
			const ready = state.plan.work === 'done' && state.plan.problems.length === 0;
			return [
				...(ready ? [enter(changes > 0 ? planVerb(state.flow).toLowerCase() : 'verify')] : []),
				hint(keys.leftRight, 'show less, more', 'more'),
				...(state.plan.work === 'done' ? [hint('w', 'save as a file', 'save')] : []),
				hint('r', 'again'),
				goBack,
				hint('^C', 'quit', ''),
			];
		}
		case 'install':
			if (state.install.work === 'running') return [hint('^C', 'stop')];
			return [enter('go on'), goBack, hint('q', 'quit')];
		case 'verified': {
			const has = (name: string) => state.verified.urls.some(url => url.name === name);
			if (state.verified.work === 'running') return [quit];
			return [
				...(has('Mesos') ? [enter('open Mesos', 'Mesos')] : []),
				...(has('Marathon') ? [hint('m', 'Marathon')] : []),
				...(has('Chronos') ? [hint('c', 'Chronos')] : []),
				...(canNameHosts(state) ? [hint('n', 'name hosts here', 'names')] : []),
				hint(keys.upDown, 'scroll', ''),
				hint('r', 'again'),
				goBack,
				hint('q', 'quit'),
			];
		}
	}
}
