import {homeFolder} from '../cluster/home.ts';
import type {RunEvent} from '../pipeline/events.ts';
import {createAsk} from './ask.ts';
import {toFailure} from './failure.ts';
import {watchInterrupts} from './interrupt.ts';
import type {CommandOptions} from './options.ts';
import {createOutput} from './output.ts';
import {openRunLog, type RunLog} from './run-log.ts';
import type {Verb} from './verb.ts';

/** Runs a verb with its log, output and signals around it; whatever it throws becomes words and an exit code. */
export async function runVerb(
	verb: Verb,
	options: CommandOptions,
	args: string[],
	host: NodeJS.Process,
): Promise<number> {
	const home = homeFolder(host.env);
	let log: RunLog | undefined;
	let emit = createOutput(options, host, undefined).emit;
	const fail = (error: unknown) => {
		const {events, exitCode} = toFailure(error);
		log?.error(error);
		for (const event of events) emit(event);
		return exitCode;
	};
	try {
		log = openRunLog({home, verb: verb.name, file: options.logFile});
	} catch (error) {
		return fail(error);
	}
	const {event: writeEvent, path, line} = log;
	line(`mesos-setup ${host.argv.slice(2).join(' ')} (Node ${host.versions.node}, ${host.platform} ${host.arch})`);
	const output = createOutput(options, host, path);
	emit = (event: RunEvent) => {
		writeEvent(event);
		output.emit(event);
	};
	const interrupts = watchInterrupts(host, text => {
		line(text);
		host.stderr.write(`\n${text}\n`);
	});
	const crash = (error: unknown) => host.exit(fail(error));
	host.on('uncaughtException', crash);
	try {
		const module = await verb.load();
		const run = {emit, log, ask: createAsk(options, host), signal: interrupts.signal, home, streams: host};
		const exitCode = await module.run(options, args, run);
		return interrupts.signal.aborted ? 130 : exitCode;
	} catch (error) {
		const exitCode = fail(error);
		return interrupts.signal.aborted ? 130 : exitCode;
	} finally {
		host.off('uncaughtException', crash);
		interrupts.stop();
	}
}
