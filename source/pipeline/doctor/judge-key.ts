import {type Check, failed, listed, ok, warn} from './check.ts';
import type {SourceAnswer} from './source-probe.ts';
import {shown, unreachable} from './unreachable.ts';
import type {Wanted} from './wanted.ts';

type Key = {id: string; owner: string; signs: boolean; expires: number | undefined; valid: boolean};

/** gpg's --with-colons: a `pub` or `sub` line for each key, `uid` lines behind their `pub`. */
function keysIn(listing: string): Key[] {
	const keys: Key[] = [];
	for (const line of listing.split('\n')) {
		const fields = line.split(':');
		const [kind, validity = ''] = fields;
		if (kind === 'uid' && keys[0]) {
			for (const key of keys) key.owner ||= fields[9] ?? '';
		}
		if (kind !== 'pub' && kind !== 'sub') continue;
		keys.push({
			id: fields[4] ?? '',
			owner: '',
			// Capitals tell what the whole bundle can do, small letters what this key can.
			signs: (fields[11] ?? '').includes('s'),
			expires: fields[6] ? Number(fields[6]) : undefined,
			valid: !/[erdi]/.test(validity),
		});
	}
	return keys;
}

const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
const monthSeconds = 30 * 86_400;

/** A repository's signing key: there, readable, and not expired by the host's own clock. */
export function judgeKey(wanted: Extract<Wanted, {kind: 'key'}>, answer: SourceAnswer): Check {
	const {name, url, repository} = wanted;
	const field = `gpgkey of the repository ${repository}`;
	const problem = unreachable(answer, shown(url), field);
	if (problem) return failed(name, problem.detail, problem.fix);
	const {body, keys, now} = answer;
	if (!body.includes('BEGIN PGP PUBLIC KEY BLOCK') && body.toString('latin1').trimStart().startsWith('<')) {
		return failed(name, `${shown(url)} gives a web page instead of a key.`, `Correct ${field} in the cluster file.`);
	}
	if (keys === undefined) {
		return warn(
			name,
			`${shown(url)} is there; the host has no gpg to see whether it expired.`,
			'Install gpg there (gnupg2-minimal, gnupg2 or gpg by the name of its package) to know.',
		);
	}
	const all = keysIn(keys);
	if (all.length === 0) {
		return failed(name, `${shown(url)} is no OpenPGP public key.`, `Correct ${field} in the cluster file.`);
	}
	const usable = all.filter(key => key.signs && key.valid && (key.expires === undefined || key.expires > now));
	const who = (key: Key) => `${key.id} (${key.owner || 'no name'})`;
	if (usable.length === 0) {
		const expired = all.filter(key => key.expires !== undefined && key.expires <= now);
		const why =
			expired.length > 0
				? `expired: ${listed(expired.map(key => `${who(key)} on ${day(key.expires ?? 0)}`))}`
				: `revoked or cannot sign: ${listed(all.map(who))}`;
		return failed(
			name,
			`Every signing key in ${shown(url)} is ${why}.`,
			`Ask the publisher for its new key, and check the clock of the host; do not install what a key without validity signs.`,
		);
	}
	const soon = usable.find(key => key.expires !== undefined && key.expires < now + monthSeconds);
	const detail = `${listed(usable.map(key => `${who(key)}${key.expires === undefined ? '' : `, valid until ${day(key.expires)}`}`))}`;
	if (soon && usable.length === 1) {
		return warn(name, `It expires soon: ${detail}.`, 'Watch for the new key of its publisher.');
	}
	return ok(name, detail);
}
