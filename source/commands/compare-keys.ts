import type {Cluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Candidate} from '../discovery/candidate.ts';
import {keyPairs} from '../discovery/ec2.ts';
import {type KeyMatch, matchKey} from '../discovery/key-match.ts';
import type {Listener} from '../pipeline/events.ts';
import type {PrivateKey} from '../remote/private-key.ts';

/** What EC2 tells of the key of hosts that were started with one key pair. */
export type KeyFinding = KeyMatch & {path: string; pair: string; hosts: string[]};

/** Told of each key pair before any host is connected to; may throw to end the run there. */
export type OnKey = (finding: KeyFinding) => void;

const fixOf = ({pair}: KeyFinding) =>
	`Set ssh.key to the .pem file of ${pair}; if the hosts let another key in, load it into ssh-agent and leave ssh.key out.`;

const textOf = ({path, detail, hosts}: KeyFinding) =>
	`${path}: ${detail} ${hosts.join(', ')} ${hosts.length === 1 ? 'was' : 'were'} started with that pair.`;

/** A key that is certainly another one ends the run (exit 2); one that seems so is a warning. */
export function refuseWrongKey(emit: Listener): OnKey {
	return finding => {
		if (finding.verdict === 'different') {
			throw new SetupError({field: 'ssh.key', cause: textOf(finding), fix: fixOf(finding), exitCode: 2});
		}
		if (finding.verdict === 'doubtful') tellKey(emit)(finding);
	};
}

/** All of it as checks, for those who look, and for those who were asked and know better. */
export function tellKey(emit: Listener): OnKey {
	return finding => {
		const status = finding.verdict === 'same' || finding.verdict === 'unknown' ? 'ok' : 'warn';
		const fix = status === 'ok' ? undefined : fixOf(finding);
		const detail = status === 'ok' ? `${finding.path}: ${finding.detail}` : textOf(finding);
		emit({event: 'check', check: 'key pair', status, detail, fix});
	};
}

type Opened = {host: string; key: PrivateKey};

/**
 * Compares the keys that hosts will be opened with with the pairs their instances were started with. Where EC2 does not
 * tell, nothing is said: the login itself will.
 */
export async function compareKeys(
	{region, profile}: Cluster,
	opened: readonly Opened[],
	instances: ReadonlyMap<string, Candidate>,
	onKey: OnKey,
): Promise<void> {
	const pairOf = ({host}: Opened) => instances.get(host)?.key_name ?? '';
	const known = opened.filter(one => pairOf(one) !== '');
	if (known.length === 0) return;
	const at = instances.get(known[0]?.host ?? '')?.region ?? region;
	const pairs = await keyPairs([...new Set(known.map(pairOf))], {profile, region: at}).catch((error: unknown) => {
		if (error instanceof SetupError) return [];
		throw error;
	});
	for (const pair of pairs) {
		const byKey = Map.groupBy(
			known.filter(one => pairOf(one) === pair.name),
			({key}) => key.path,
		);
		for (const [path, ones] of byKey) {
			const [first] = ones;
			if (!first) continue;
			onKey({...matchKey(first.key.parsed, pair), path, pair: pair.name, hosts: ones.map(({host}) => host)});
		}
	}
}
