import {useInput, usePaste} from 'ink';
import {useSyncExternalStore} from 'react';
import type {OnScreen} from '../panels/full-screen.tsx';
import type {Look} from '../panels/look.ts';
import {RunScreen} from '../panels/run-screen.tsx';
import type {RunStore} from '../panels/run-store.ts';
import {keyOf} from './keys.ts';
import {Screen} from './screen.tsx';
import type {Wizard} from './wizard.ts';

export type WizardScreenProps = OnScreen & {
	readonly wizard: Wizard;
	readonly look: Look;
	/** The panels of the installation under way. */
	readonly run: () => {title: string; store: RunStore} | undefined;
	readonly logPath: string | undefined;
};

const Keys = ({wizard, onSuspend}: {wizard: Wizard; onSuspend: (() => void) | undefined}) => {
	useInput((input, ink) => {
		if (ink.ctrl && input === 'z') {
			onSuspend?.();
			return;
		}
		const key = keyOf(input, ink);
		if (key) wizard.press(key);
	});
	usePaste(text => wizard.press({name: 'text', text, ctrl: false}));
	return null;
};

/** The wizard on a screen of the given size. */
export const WizardScreen = ({wizard, look, run, logPath, size, onSuspend}: WizardScreenProps) => {
	const state = useSyncExternalStore(wizard.subscribe, wizard.getSnapshot);
	const panels = state.at === 'install' && state.install.work === 'running' && !state.question ? run() : undefined;
	if (panels) {
		const interrupt = () => wizard.press({name: 'text', text: 'c', ctrl: true});
		return (
			<RunScreen
				title={panels.title}
				store={panels.store}
				size={size}
				look={look}
				logPath={logPath}
				onInterrupt={interrupt}
				onSuspend={onSuspend}
			/>
		);
	}
	return (
		<>
			<Keys wizard={wizard} onSuspend={onSuspend} />
			<Screen state={state} size={size} look={look} />
		</>
	);
};
