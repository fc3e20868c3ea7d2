import {homeFolder} from '../cluster/home.ts';
import type {RunEvent} from '../pipeline/events.ts';
import {createAsk} from './ask.ts';
import {toFailure} from './failure.ts';
import {watchInterrupts} from './interrupt.ts';
import {createLiveOutput} from './live-output.ts';
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
	let output = createOutput(options, host, undefined);
	let {emit} = output;
	const fail = (error: unknown) => {
		const {events, exitCode} = toFailure(error);
		log?.error(error);
		output.close();
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
	if (options.plain) output = createOutput(options, host, path);
	else output = createLiveOutput(options, host, path, () => interrupts.interrupt());
	emit = (event: RunEvent) => {
		writeEvent(event);
		output.emit(event);
	};
	const exit = (code: number) => {
		output.close();
		host.exit(code);
	};
	const source = {on: host.on.bind(host), off: host.off.bind(host), listeners: host.listeners.bind(host), exit};
	const interrupts = watchInterrupts(source, text => {
		line(text);
		output.say(text);
	});
	const crash = (error: unknown) => host.exit(fail(error));
	host.on('uncaughtException', crash);
	try {
		const module = await verb.load();
		const run = {
			emit,
			live: output.live,
			log,
			ask: createAsk(options, host),
			signal: interrupts.signal,
			home,
			streams: host,
		};
		const exitCode = await module.run(options, args, run);
		return interrupts.signal.aborted ? 130 : exitCode;
	} catch (error) {
		const exitCode = fail(error);
		return interrupts.signal.aborted ? 130 : exitCode;
	} finally {
		output.close();
		host.off('uncaughtException', crash);
		interrupts.stop();
	}
}
