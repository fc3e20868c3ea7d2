import {useApp, useInput, usePaste, useWindowSize} from 'ink';
import {useEffect, useMemo, useSyncExternalStore} from 'react';
import {jobControl} from '../panels/job-control.ts';
import type {Size} from '../panels/layout.ts';
import type {Look} from '../panels/look.ts';
import {RunScreen} from '../panels/run-screen.tsx';
import type {RunStore} from '../panels/run-store.ts';
import {keyOf} from './keys.ts';
import {Screen} from './screen.tsx';
import type {Wizard} from './wizard.ts';

export type AppProps = {
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
export const WizardScreen = ({
	wizard,
	look,
	run,
	logPath,
	size,
	onSuspend,
}: AppProps & {readonly size: Size; readonly onSuspend?: (() => void) | undefined}) => {
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
				{...(onSuspend ? {onSuspend} : {})}
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

/** The wizard on the whole terminal; leaves when the wizard is over. */
export const App = (props: AppProps) => {
	const size = useWindowSize();
	const {exit, suspendTerminal} = useApp();
	const onSuspend = useMemo(() => jobControl(process, suspendTerminal), [suspendTerminal]);
	const {wizard} = props;
	useEffect(
		() =>
			wizard.subscribe(() => {
				if (wizard.getState().exit) exit();
			}),
		[wizard, exit],
	);
	return <WizardScreen {...props} size={size} onSuspend={onSuspend} />;
};
