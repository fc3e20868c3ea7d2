import type {Gate, RollingService} from '../steps/step.ts';
import {excerpt} from './explain.ts';
import type {Fleet} from './fleet.ts';
import {recognised} from './known-failures.ts';

/** What a host knows of a daemon that does not serve. `told` completes a sentence after the host's name. */
export type LastWords = {host: string; told: string; fix: string | undefined};

/** The daemon behind a gate. */
export const unitOf: Record<Gate, RollingService | 'mesos-agent'> = {
	'zookeeper-quorum': 'zookeeper',
	'mesos-leader': 'mesos-master',
	'slaves-registered': 'mesos-agent',
	'marathon-leader': 'marathon',
	'chronos-leader': 'chronos',
};

// A host in the middle of a long step answers only behind it, and what it would say then is of no use here.
const patience = 5000;

// Whoever ends over and over has done so within the last minute; what was wrong before that may have been mended.
const script = (unit: string) => `
if command -v journalctl > /dev/null 2>&1; then
	printf '%s\\n' "$(systemctl is-active ${unit} 2> /dev/null)"
	journalctl -u ${unit} --since=-1min --no-pager -o cat 2> /dev/null | tail -n 200
fi`;

/** Asks the hosts of this run that are connected why a unit does not serve. Never rejects; who has nothing to say is left out. */
export async function lastWords(fleet: Fleet, hosts: readonly string[], unit: string): Promise<LastWords[]> {
	const all = await Promise.all(hosts.map(host => ask(fleet, host, unit).catch(() => undefined)));
	return all.filter(words => words !== undefined);
}

async function ask(fleet: Fleet, host: string, unit: string): Promise<LastWords | undefined> {
	const limit = AbortSignal.timeout(patience);
	const answer = await Promise.race([
		fleet.member(host).then(({session}) => session.ask(script(unit))),
		new Promise<string>(resolve => limit.addEventListener('abort', () => resolve(''), {once: true})),
	]);
	const [state = '', ...journal] = answer.split('\n');
	const output = journal.join('\n').trim();
	if (output === '') return undefined;
	const hint = recognised(output, true);
	if (hint) return {host, told: `${hint.cause} (${unit} says: ${excerpt(hint.line)})`, fix: hint.fix};
	// A daemon that runs may be busy with something else than what is waited for: its last lines need not be the reason.
	if (state === 'active') return undefined;
	return {host, told: `${unit} is ${state || 'not running'} and says: ${excerpt(output)}`, fix: undefined};
}
