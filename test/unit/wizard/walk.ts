import {expect} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import type {WizardState} from '../../../source/wizard/state.ts';
import type {Wizard} from '../../../source/wizard/wizard.ts';
import {press} from './fixture.ts';

export const at = (wizard: Wizard) => wizard.getState().at;

/** Presses a key when the screen is there and nothing is under way. */
export async function on(wizard: Wizard, screen: WizardState['at'], ...words: string[]): Promise<void> {
	await wizard.idle();
	expect(at(wizard)).toBe(screen);
	press(wizard, ...words);
}

export async function throughTo(wizard: Wizard, screen: WizardState['at']): Promise<void> {
	for (let keys = 0; at(wizard) !== screen; keys++) {
		await wizard.idle();
		if (at(wizard) === screen) return;
		expect(keys, `stuck at ${at(wizard)}`).toBeLessThan(15);
		press(wizard, 'Enter');
	}
}

export const problem = (cause: string) => new SetupError({cause, fix: 'Mend it.', exitCode: 1});
