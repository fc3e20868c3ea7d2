import {type FullScreen, openFullScreen, type ScreenStreams} from './full-screen.tsx';
import type {Look} from './look.ts';
import {RunScreen} from './run-screen.tsx';
import type {RunStore} from './run-store.ts';

export type ShowRunOptions = {
	/** What is being done to which cluster: `apply prod`. */
	title: string;
	store: RunStore;
	look: Look;
	/** Named where something failed. */
	logPath: string | undefined;
	streams: ScreenStreams;
	/** Ctrl-C, which is a key here and no signal. */
	onInterrupt: () => void;
	/** Drawing failed; the terminal has been given back, the run itself goes on. */
	onBroken: (error: unknown) => void;
};

/** Draws a run on the whole terminal until it is closed. */
export function showRun({streams, onBroken, ...props}: ShowRunOptions): Pick<FullScreen, 'close'> {
	const {close, closed} = openFullScreen(place => <RunScreen {...props} {...place} />, streams);
	closed.catch(onBroken);
	return {close};
}
