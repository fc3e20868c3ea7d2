import type {Key} from '../keys.ts';
import {go, type KeyTrouble, type KeyVerdict, type WizardState} from '../state.ts';
import {textInput, typeInto} from '../text-input.ts';

/** Paths that were found arrive; the first is put in where nothing was typed. */
export function proposed(state: WizardState, proposals: readonly string[]): WizardState {
	const {key} = state;
	const [first] = proposals;
	const path = key.path.text === '' && first !== undefined ? textInput(first) : key.path;
	return {...state, key: {...key, path, proposals}};
}

/** Keys that were found beside the one in hand. */
export function otherKeys({key}: WizardState): string[] {
	return key.proposals.filter(path => path !== key.path.text);
}

/** What the check of a key came to. A key that is certainly another one stops; a doubtful one asks. */
export function keyChecked(state: WizardState, answer: KeyVerdict | KeyTrouble): WizardState {
	const key = {...state.key, checking: false};
	if ('problem' in answer) {
		const asking = {permissions: 'chmod', passphrase: 'passphrase'} as const;
		return {
			...state,
			key: {
				...key,
				trouble: {...answer, refused: answer.mend === 'passphrase' && key.passphrase.text !== ''},
				verdict: undefined,
				passphrase: textInput(),
				asking: answer.mend ? asking[answer.mend] : 'path',
			},
		};
	}
	const {match} = answer;
	const next = {...state, key: {...key, verdict: answer, trouble: undefined, asking: 'path' as const}};
	if (match?.verdict === 'different') {
		const problem = {cause: match.detail, fix: 'Name the file that was saved when that key pair was made.'};
		return {...next, key: {...next.key, verdict: undefined, trouble: {problem}}};
	}
	if (match?.verdict === 'doubtful' && !key.insisted) {
		const problem = {cause: match.detail, fix: 'Enter again uses it all the same.'};
		return {...next, key: {...next.key, insisted: true, trouble: {problem}}};
	}
	return go(next, 'settings');
}

/** Asks for the check; without a path ssh-agent and ~/.ssh/config are meant, where nothing can be checked beforehand. */
function check(state: WizardState): WizardState {
	return {...state, key: {...state.key, checking: true, trouble: undefined, completions: []}};
}

function pressPath(state: WizardState, pressed: Key): WizardState {
	const {key} = state;
	if (pressed.name === 'enter') return check(state);
	if (pressed.name === 'up' || pressed.name === 'down') {
		if (key.proposals.length === 0) return state;
		const at = key.proposals.indexOf(key.path.text) + (pressed.name === 'down' ? 1 : -1);
		const next = key.proposals.at(at % key.proposals.length);
		return {...state, key: {...key, path: textInput(next), trouble: undefined, insisted: false}};
	}
	const path = typeInto(key.path, pressed);
	if (!path) return state;
	const changed = path.text !== key.path.text;
	if (!changed) return {...state, key: {...key, path}};
	return {
		...state,
		key: {
			...key,
			path,
			completions: [],
			trouble: undefined,
			insisted: false,
			verdict: undefined,
			passphrase: textInput(),
		},
	};
}

export function pressKey(state: WizardState, pressed: Key): WizardState {
	const {key} = state;
	if (key.checking) return state;
	if (key.asking === 'path') return pressPath(state, pressed);
	if (key.asking === 'chmod') {
		// The job mends the permissions when it finds this still being asked.
		return pressed.name === 'enter' || pressed.text === 'y' ? check(state) : state;
	}
	if (pressed.name === 'enter') return key.passphrase.text === '' ? state : check(state);
	const passphrase = typeInto(key.passphrase, pressed);
	return passphrase ? {...state, key: {...key, passphrase}} : state;
}

/** Back from a question about the key leads to its path; undefined where it leads to the screen before. */
export function backInKey(state: WizardState): WizardState | undefined {
	const {key} = state;
	if (key.asking === 'path') return undefined;
	return {...state, key: {...key, asking: 'path', trouble: undefined, passphrase: textInput()}};
}
