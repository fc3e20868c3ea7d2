import {quote} from '../source/steps/quote.ts';
import {template} from './template.ts';

/** Values of a unit file by their name, in order. */
function read(unit: string): Map<string, string[]> {
	const values = new Map<string, string[]>();
	for (const line of unit.split('\n')) {
		const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
		if (name !== undefined && value !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
	}
	return values;
}

/** A unit's command as a shell takes it: same words, variables as units have them, no other expansion (the script sets -f). */
function asShell(command: string): string {
	return command
		.replace(/^[-+]+/, '')
		.replaceAll('%%', '%')
		.replaceAll('$$', '$')
		.replace(/'[^']*'|\$\{(\w+)\}/g, (text, name) => (name === undefined ? text : `"\${${name}-}"`))
		.replace(/(?<!["{])\$([A-Z]\w*)(?![\w}])/g, (_, name) => `\${${name}-}`);
}

/** `-` in front of a file or command: it may be missing, it may fail. */
const optional = (value: string) => value.startsWith('-');

/**
 * An init script that does what systemd would with the unit: same commands, environment, user and limits, started again when it
 * ends, its output in the system's log. The unit is the one description of a service, whatever runs it.
 */
export function initScript(name: string, unit: string): string {
	const values = read(unit);
	const all = (key: string) => values.get(key) ?? [];
	const one = (key: string) => all(key).at(-1);
	const user = one('User');
	const before = all('ExecStartPre').map(
		command => `${asShell(command)}${optional(command) ? ' || :' : ' || return 1'}`,
	);
	return template('/etc/init.d/UNIT', {
		name,
		description: (one('Description') ?? name).replaceAll('%%', '%'),
		environment: all('Environment').map(quote),
		files: all('EnvironmentFile').map(file => quote(file.replace(/^-/, ''))),
		before,
		command: asShell(one('ExecStart') ?? ''),
		user: user === undefined || user === 'root' ? '' : user,
		stop: all('ExecStop').map(command => `${asShell(command)} || :`),
		pause: one('RestartSec') ?? '5',
		files_open: one('LimitNOFILE') ?? '65536',
		patience: one('TimeoutStopSec') ?? '60',
	});
}

/** A job of cron's that does what a service of a timer would. */
export function cronJob(unit: string): string {
	return `#!/bin/sh\nset -f\nexec ${asShell(read(unit).get('ExecStart')?.[0] ?? '')} > /dev/null\n`;
}
