import type {Key} from '../keys.ts';
import type {WizardState} from '../state.ts';
import {typeInto} from '../text-input.ts';

/** Enter reads the file (source/wizard/jobs.ts); what is in it decides where to go. */
export function pressFile(state: WizardState, key: Key): WizardState {
	const {file} = state;
	if (file.reading) return state;
	if (key.name === 'enter') {
		const unsaid = {cause: 'no file is named here yet.', fix: 'Type its path; Tab completes it.'};
		if (file.path.text.trim() === '') return {...state, file: {...file, problems: [unsaid]}};
		return {...state, file: {...file, reading: true, completions: [], problems: []}};
	}
	const path = typeInto(file.path, key);
	return path ? {...state, file: {...file, path, completions: [], problems: []}} : state;
}
