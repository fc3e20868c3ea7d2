import type {RunEvent} from '../pipeline/events.ts';
import type {CommandOptions, Streams} from './options.ts';
import {createOutput, type Output} from './output.ts';
import {plainOutput} from './plain-output.ts';

/** Of these nothing is left to say once the run is over. */
const momentary: ReadonlySet<RunEvent['event']> = new Set(['host', 'queued', 'started', 'output']);

type Screen = {take(event: RunEvent): void; notice(text: string): void; close(): void};

/**
 * Output of a terminal: lines, and while a run is live its panels. When they close, lines say how it went, so that it stays
 * in the scrollback.
 * @param interrupt what Ctrl-C does while it is a key
 */
export function createLiveOutput(
	options: CommandOptions,
	host: Streams & {env: NodeJS.ProcessEnv},
	logPath: string,
	interrupt: () => void,
): Output {
	const lines = createOutput(options, host, logPath);
	let screen: Screen | undefined;
	let told: RunEvent[] = [];
	let stopping = false;

	const close = () => {
		if (!screen) return;
		const over = screen;
		screen = undefined;
		over.close();
		const tell = plainOutput({...options, outcome: !options.verbose}, lines.sink, logPath);
		for (const event of told) tell(event);
		told = [];
		if (stopping) lines.sink.err('Interrupted. The same command goes on from here.');
	};
	const open = async ({title, ...subject}: Parameters<Output['live']>[0]): Promise<Screen> => {
		// Ink takes longer to load than everything else together.
		const [{showRun}, {createRunStore}, {lookFor}] = await Promise.all([
			import('../panels/show-run.tsx'),
			import('../panels/run-store.ts'),
			import('../panels/look.ts'),
		]);
		const store = createRunStore(subject);
		const shown = showRun({
			title,
			store,
			look: lookFor(host.env, options.color),
			logPath,
			streams: host,
			onInterrupt: interrupt,
			// A run must not end because it cannot be drawn.
			onBroken: error => {
				close();
				lines.say(`The panels cannot be drawn (${error instanceof Error ? error.message : error}); on with lines.`);
			},
		});
		return {take: store.take, notice: store.notice, close: shown.close};
	};
	return {
		sink: lines.sink,
		emit: event => {
			if (!screen) return lines.emit(event);
			screen.take(event);
			if (options.verbose || !momentary.has(event.event)) told.push(event);
		},
		live: async subject => {
			screen ??= await open(subject);
		},
		say: text => {
			if (!screen) return lines.say(text);
			// It goes with the screen, so its essence is said again afterwards.
			stopping = true;
			screen.notice(text);
		},
		close,
	};
}
