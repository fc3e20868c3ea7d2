import {openFullScreen, type ScreenStreams} from '../panels/full-screen.tsx';
import {WizardScreen, type WizardScreenProps} from './wizard-screen.tsx';

type Options = Omit<WizardScreenProps, 'size' | 'onSuspend'> & {streams: ScreenStreams};

/** Draws the wizard on the whole terminal until it is over. Rejects when it cannot be drawn; the terminal is given back. */
export async function showWizard({streams, ...props}: Options): Promise<void> {
	const {wizard} = props;
	const {close, closed} = openFullScreen(place => <WizardScreen {...props} {...place} />, streams);
	const leave = () => {
		if (wizard.getState().exit) close();
	};
	const unsubscribe = wizard.subscribe(leave);
	// A signal may have ended it while all this was being loaded.
	leave();
	await closed.finally(unsubscribe);
}
