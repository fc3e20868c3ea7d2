import {render, useApp, useWindowSize} from 'ink';
import {useMemo} from 'react';
import {jobControl} from './job-control.ts';
import {KeyStream} from './key-stream.ts';
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
	streams: {stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream};
	/** Ctrl-C, which is a key here and no signal. */
	onInterrupt: () => void;
	/** Drawing failed; the terminal has been given back, the run itself goes on. */
	onBroken: (error: unknown) => void;
};

export type ShownRun = {
	/** Gives the terminal back as it was; nothing of the screen stays. At once, so that it can stand before an exit. */
	close(): void;
};

const App = (props: Omit<ShowRunOptions, 'streams' | 'onBroken'>) => {
	const size = useWindowSize();
	const {suspendTerminal} = useApp();
	const onSuspend = useMemo(() => jobControl(process, suspendTerminal), [suspendTerminal]);
	return <RunScreen {...props} size={size} {...(onSuspend ? {onSuspend} : {})} />;
};

/** Draws a run on the whole terminal until it is closed. */
export function showRun({streams, onBroken, ...props}: ShowRunOptions): ShownRun {
	const app = render(<App {...props} />, {
		stdin: new KeyStream(streams.stdin),
		stdout: streams.stdout,
		stderr: streams.stderr,
		alternateScreen: true,
		// Ink would draw nothing where the environment says CI, terminal or not.
		interactive: true,
		exitOnCtrlC: false,
		incrementalRendering: true,
		maxFps: 20,
	});
	app.waitUntilExit().catch(onBroken);
	return {close: () => app.unmount()};
}
