import {randomBytes} from 'node:crypto';
import {packageFile} from '../../cluster/package-file.ts';
import {parsePortRanges} from '../../cluster/ports.ts';
import {artifactFolder} from '../../steps/artifact.ts';
import type {Member} from '../fleet.ts';
import {type Depot, listen} from './transfer.ts';

/**
 * Ports that the members of a cluster may reach on a slave by the cluster's own rules: those it offers to tasks, the last ones
 * first, for Mesos gives them out from the start.
 */
function portsOfSlave(ranges: string): number[] {
	const last = parsePortRanges(ranges).at(-1);
	if (!last) return [];
	const count = Math.min(10, last.last - last.first + 1);
	return Array.from({length: count}, (_, i) => last.last - i);
}

const script = (args: string[]) => `
exec 3<&0
for python in python3 /usr/libexec/platform-python python2 python; do
	if command -v $python >/dev/null 2>&1; then break; fi
	python=
done
[ "$python" ] || { echo 'it has no python'; exit; }
exec $python - ${args.join(' ')} << 'END'
${packageFile('templates/bundle/serve.py').trimEnd()}
END
`;

/**
 * Has a slave give out the files that were brought to it, on its private address, under a word that nobody can guess, for as long
 * as the connection to it lasts. Resolves with a sentence where it cannot.
 */
export async function openDepot({host, session}: Member, ranges: string): Promise<Depot | string> {
	const word = randomBytes(16).toString('hex');
	const args = [host.private_ip, word, artifactFolder, ...portsOfSlave(ranges).map(String)];
	const pipe = await session.open(script(args));
	const {first, all} = listen(pipe);
	const [, port] = /^port (\d+)$/.exec(await first) ?? [];
	if (port === undefined) return (await all).trim().split('\n').at(-1) || 'it ended';
	return {
		host: host.name,
		url: `http://${host.private_ip}:${port}/${word}`,
		close: () => pipe.stdin.end(),
	};
}
