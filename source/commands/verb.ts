import type {Listener} from '../pipeline/events.ts';
import type {Ask} from './ask.ts';
import type {FlagName} from './flags.ts';
import type {CommandOptions, Streams} from './options.ts';
import type {Output} from './output.ts';
import type {RunLog} from './run-log.ts';

/** What the frame gives a command to work with. */
export type Run = {
	/** Draws the event and writes it to the log. */
	emit: Listener;
	/** The run's panels from now on, where there is a terminal for them; they end with the command. */
	live: Output['live'];
	log: RunLog;
	ask: Ask;
	/** Aborted with Interrupted by the first Ctrl-C; the exit code is then 130 whatever `run` returns. */
	signal: AbortSignal;
	/** Folder of the store (source/cluster/store.ts). */
	home: string;
	streams: Streams;
};

/** A file of source/commands/ that is a verb. Returns the exit code; throws a SetupError for what the user can mend. */
export type VerbModule = {run(options: CommandOptions, args: string[], run: Run): Promise<number>};

/** A verb of the command line. It is listed in source/commands/verbs.ts only once it works. */
export type Verb = {
	name: string;
	summary: string;
	/** Commander's notation: `<kind>`, `[planfile]`. */
	args: {syntax: string; description: string; choices?: string[]}[];
	flags: FlagName[];
	/** Not listed in --help. */
	hidden?: true;
	/** Loaded only when it is this verb's turn, so that --help stays quick. */
	load(): Promise<VerbModule>;
};
