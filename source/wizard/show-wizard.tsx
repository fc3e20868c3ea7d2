import {render} from 'ink';
import {KeyStream} from '../panels/key-stream.ts';
import {App, type AppProps} from './app.tsx';

type Options = AppProps & {
	streams: {stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream};
};

/** Draws the wizard on the whole terminal until it is over. Rejects when it cannot be drawn; the terminal is given back. */
export async function showWizard({streams, ...props}: Options): Promise<void> {
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
	await app.waitUntilExit();
}
