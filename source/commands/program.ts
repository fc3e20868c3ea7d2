import {Command, CommanderError} from 'commander';
import {version} from '../cluster/package-file.ts';
import {flag} from './flags.ts';
import {ignoreClosedReaders} from './interrupt.ts';
import {type CommandOptions, readOptions} from './options.ts';
import {createOutput} from './output.ts';
import {runVerb} from './run-verb.ts';
import type {Verb} from './verb.ts';
import {guide, verbs} from './verbs.ts';

function addVerb(
	program: Command,
	verb: Verb,
	action: (raw: Partial<CommandOptions>, args: string[]) => Promise<void>,
): void {
	const command = program.command(verb.name, {hidden: verb.hidden === true}).description(verb.summary);
	for (const {syntax, description, choices} of verb.args) {
		const argument = command.createArgument(syntax, description);
		command.addArgument(choices ? argument.choices(choices) : argument);
	}
	for (const name of verb.flags) command.addOption(flag(name));
	command.action(() => action(command.opts<Partial<CommandOptions>>(), command.args));
}

/** Commander's `error: unknown option '--jsn'\n(Did you mean --json?)` as cause and fix. */
function usageError(error: CommanderError, verb: string | undefined): {cause: string; fix: string} {
	const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
	const hint = rest.join(' ').replace(/^\(|\)$/g, '');
	const known = verbs.some(({name}) => name === verb) ? ` ${verb}` : '';
	return {cause: `${first.replace(/\.$/, '')}.`, fix: hint || `See mesos-setup${known} --help.`};
}

const ownFlags: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version']);

/** No verb: the guided install, perhaps with flags of its own. */
function isGuided([first]: string[]): boolean {
	return first === undefined || (first.startsWith('-') && !ownFlags.has(first));
}

/** Finds the verb in `argv` (the words after the program's name), runs it and returns the exit code. */
export async function main(argv: string[], host: NodeJS.Process): Promise<number> {
	ignoreClosedReaders(host.stdout, host.stderr, text => host.stderr.write(`mesos-setup: ${text}\n`));
	let exitCode = 0;
	const program = new Command('mesos-setup')
		.description('Sets up a highly available Mesos cluster on hosts you can reach with ssh.')
		.version(version, '-V, --version', 'print the version')
		.helpOption('-h, --help', 'print this help')
		.helpCommand('help [verb]', 'print the help of a verb')
		.addHelpText(
			'after',
			`
Without a verb, in a terminal: the guided install, and the menu of a cluster that is known.
  --defaults <file>    YAML of answers to start from: ssh, mesos, frameworks, sources, timeouts
  --plain              the same questions line by line
`,
		)
		.exitOverride()
		.configureOutput({writeErr: () => {}});
	for (const verb of [...verbs, guide]) {
		addVerb(program, verb, async (raw, args) => {
			exitCode = await runVerb(verb, readOptions(raw, host, host.env), args, host);
		});
	}
	if (!verbs.some(({name}) => name === argv[0])) {
		const {addCompletion} = await import('./completion.ts');
		addCompletion(program);
	}
	if (argv.length === 0 && !(host.stdin.isTTY && host.stdout.isTTY)) {
		host.stderr.write(
			`${program.helpInformation()}\nThe guided install asks questions, and here is no terminal to ask on: name one of the commands.\n`,
		);
		return 2;
	}
	try {
		await program.parseAsync(isGuided(argv) ? [guide.name, ...argv] : argv, {from: 'user'});
		return exitCode;
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		if (error.exitCode === 0) return 0;
		const options = readOptions({json: argv.includes('--json')}, host, host.env);
		createOutput(options, host, undefined).emit({event: 'error', ...usageError(error, argv[0])});
		return 2;
	}
}
