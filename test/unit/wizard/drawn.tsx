import {renderToString} from 'ink';
import {lookFor} from '../../../source/panels/look.ts';
import {Screen} from '../../../source/wizard/screen.tsx';
import type {ScreenName} from '../../../source/wizard/state.ts';
import type {Wizard} from '../../../source/wizard/wizard.ts';
import {press, start} from './fixture.ts';

export const sizes = [
	{columns: 80, rows: 24},
	{columns: 60, rows: 20},
	{columns: 120, rows: 40},
	{columns: 40, rows: 10},
];

export function draw(
	wizard: Wizard,
	size = sizes[0] as (typeof sizes)[number],
	env: NodeJS.ProcessEnv = {LANG: 'C.UTF-8'},
): string {
	const screen = <Screen state={wizard.getState()} size={size} look={lookFor(env, false)} />;
	return renderToString(screen, {columns: size.columns});
}

/** Goes on with Enter until a screen is there and has what it asked for. */
export async function reach(screen: ScreenName, more: Parameters<typeof start>[0] = {}): Promise<Wizard> {
	const {wizard} = start(more);
	await wizard.idle();
	while (wizard.getState().at !== screen) {
		press(wizard, 'Enter');
		await wizard.idle();
	}
	return wizard;
}
