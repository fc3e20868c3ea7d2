import {readDefaults} from '../cluster/cluster-file.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {marked} from '../cluster/simulated.ts';
import {farewell} from '../wizard/farewell.ts';
import {initialState} from '../wizard/initial-state.ts';
import {createWizard, type Wizard} from '../wizard/wizard.ts';
import {Interrupted} from './interrupt.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';
import {createServices} from './wizard-services.ts';

/** From outside (SIGTERM, a closed terminal): what is under way on hosts ends its steps in hand, then the wizard leaves. */
function leaveOn(signal: AbortSignal, wizard: Wizard): void {
	const leave = () => void wizard.stop().then(() => wizard.dispatch({type: 'left'}));
	if (signal.aborted) leave();
	else signal.addEventListener('abort', leave, {once: true});
}

/** The guided install: full screen, or the same questions line by line with --plain. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	const {stdin, stdout} = frame.streams;
	if (!stdin.isTTY || !stdout.isTTY) {
		throw new SetupError({
			cause: 'the guided install asks questions, and there is no terminal to ask on.',
			fix: 'Use a verb, such as: mesos-setup apply -c cluster.yaml --yes',
			exitCode: 2,
		});
	}
	const defaults = options.defaults === undefined ? {} : await readDefaults(options.defaults);
	const {services, panels, close} = createServices(frame, options);
	const given = {logPath: frame.log.path, simulated: options.mark !== undefined};
	const wizard = createWizard(initialState(defaults, given), services, error => frame.log.error(error));
	leaveOn(frame.signal, wizard);
	try {
		if (options.plain) {
			const [{askInLines}, {linePrompts}] = await Promise.all([
				import('../wizard/line-mode.ts'),
				import('./line-prompts.ts'),
			]);
			const prompts = linePrompts(frame.streams, options.mark);
			prompts.say([
				'Esc goes back to the question before, Ctrl-C quits. Nothing changes on a host before you have seen the plan.',
			]);
			await askInLines(wizard, prompts).catch(error => {
				// As on the screens: what was reached by then is told, and counts.
				if (!(error instanceof Interrupted)) throw error;
				wizard.dispatch({type: 'left'});
			});
		} else {
			const [{showWizard}, {lookFor}] = await Promise.all([
				import('../wizard/show-wizard.tsx'),
				import('../panels/look.ts'),
			]);
			const look = lookFor(process.env, options.color);
			await showWizard({wizard, look, run: panels, logPath: frame.log.path, streams: frame.streams});
		}
	} finally {
		await wizard.stop();
		await close();
	}
	const state = wizard.getState();
	stdout.write(`${marked(farewell(state).join('\n'), options.mark)}\n`);
	const cluster = state.exit?.nameHostsOf;
	if (cluster === undefined) return state.exit?.code ?? 130;
	const local = await import('./local.ts');
	// Ink has let go of the keyboard, and nothing else would keep this program waiting for an answer.
	stdin.ref();
	return local.run({...options, cluster}, [], frame);
}
