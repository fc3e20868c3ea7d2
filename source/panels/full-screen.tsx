import {render, useApp, useWindowSize} from 'ink';
import {type ReactNode, useMemo} from 'react';
import {jobControl} from './job-control.ts';
import {KeyStream} from './key-stream.ts';
import type {Size} from './layout.ts';

export type ScreenStreams = {stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream};

/** What of its terminal is told to whoever draws on it. */
export type OnScreen = {
	/** The cells to fill, all of them. */
	readonly size: Size;
	/** Ctrl-Z, which is a key here; undefined where there is no shell that could take the terminal. */
	readonly onSuspend: (() => void) | undefined;
};

type Drawing = (place: OnScreen) => ReactNode;

export type FullScreen = {
	/** Gives the terminal back as it was; nothing of the screen stays. At once, so that it can stand before an exit. */
	close(): void;
	/** Resolves when it is closed. Rejects when it could not be drawn any more; the terminal has been given back by then. */
	closed: Promise<void>;
};

const Root = ({drawing}: {readonly drawing: Drawing}) => {
	const size = useWindowSize();
	const {suspendTerminal} = useApp();
	const onSuspend = useMemo(() => jobControl(process, suspendTerminal), [suspendTerminal]);
	return drawing({size, onSuspend});
};

/** Draws on the whole terminal until it is closed, or until an exception that nobody catches is about to be told of. */
export function openFullScreen(drawing: Drawing, {stdin, stdout, stderr}: ScreenStreams): FullScreen {
	const keyboard = new KeyStream(stdin);
	// Ink does it with its first frame, into which the terminal would echo what is typed by then.
	keyboard.setRawMode(true);
	// It draws from where the cursor stands, which an echo until now may have moved from the margin.
	stdout.write('\r');
	const app = render(<Root drawing={drawing} />, {
		stdin: keyboard,
		stdout,
		stderr,
		alternateScreen: true,
		// Ink would draw nothing where the environment says CI, terminal or not.
		interactive: true,
		exitOnCtrlC: false,
		incrementalRendering: true,
		maxFps: 20,
	});
	const close = () => app.unmount();
	// What is said on the alternate screen is gone with it.
	process.once('uncaughtExceptionMonitor', close);
	const ended = app.waitUntilExit().finally(() => {
		keyboard.setRawMode(false);
		process.off('uncaughtExceptionMonitor', close);
	});
	return {close, closed: ended.then(() => {})};
}
