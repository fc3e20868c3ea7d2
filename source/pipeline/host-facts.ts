import type {HostFacts} from '../cluster/facts.ts';
import {harmless} from '../cluster/harmless.ts';
import {packageFile} from '../cluster/package-file.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {Session} from '../remote/session.ts';

const script = packageFile('templates/facts.sh');

/** Output of a probing script by its headings, `@ name`. */
export function sections(output: string): Map<string, string[]> {
	const all = new Map<string, string[]>();
	let current: string[] = [];
	for (const line of output.split('\n')) {
		if (line.startsWith('@ ')) {
			current = [];
			all.set(line.slice(2), current);
			continue;
		}
		// Control characters of a host never reach a terminal or a file name.
		if (line !== '') current.push(harmless(line).replaceAll('\t', ' '));
	}
	return all;
}

/** `systemctl show` of several units: blocks of `Key=value` lines, in the order Id, LoadState, ActiveState. */
function unitStates(lines: string[]): Record<string, string> {
	const states: Record<string, string> = {};
	let block: Record<string, string> = {};
	for (const line of lines) {
		const at = line.indexOf('=');
		block[line.slice(0, at)] = line.slice(at + 1);
		if (!block.Id || !block.LoadState || !block.ActiveState) continue;
		if (block.LoadState !== 'not-found') states[block.Id.replace(/\.service$/, '')] = block.ActiveState;
		block = {};
	}
	return states;
}

function cgroupVersion([top, unified]: string[]): HostFacts['cgroup'] {
	if (top === 'cgroup2fs') return 'v2';
	if (top === 'tmpfs') return unified === 'cgroup2fs' ? 'hybrid' : 'v1';
	return 'none';
}

/** A count as the host prints it; what is none counts as nothing. */
function count(text: string): number {
	const value = Number.parseInt(text, 10);
	return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** Nanoseconds since the epoch in ms; undefined for what is no such number. */
function clockOf(text: string): number | undefined {
	return /^\d{1,19}$/.test(text) ? Number(BigInt(text) / 1_000_000n) : undefined;
}

const decode = (lines: string[]) => (lines.length > 0 ? Buffer.from(lines.join(''), 'base64').toString('utf8') : null);

/** Parses what templates/facts.sh printed. `askedAt` and `answeredAt` are this computer's clock, ms since the epoch. */
export function parseFacts(output: string, askedAt: number, answeredAt: number): HostFacts {
	const all = sections(output);
	const lines = (name: string) => all.get(name) ?? [];
	const line = (name: string, index = 0) => lines(name)[index] ?? '';
	const selinux = line('selinux').toLowerCase();
	const units = unitStates(lines('units').slice(1));
	// ufw's unit is active whether it is on or off; what it is is in its configuration.
	const ufw = line('ufw') === 'on' ? 'ufw' : undefined;
	const firewall = ufw ?? (['firewalld', 'nftables', 'iptables'] as const).find(name => units[name] === 'active');
	const free = lines('disk').flatMap(text => (/ (\d+) +(?:\d+%|-) /.exec(text) ?? []).slice(1).map(count));
	// The host read its clock somewhere between question and answer; the middle is the best guess.
	const middle = (askedAt + answeredAt) / 2;
	return {
		os: {id: line('os'), version_id: line('os', 1), pretty_name: line('os', 2)},
		kernel: line('uname').split(' ')[0] ?? '',
		arch: line('uname').split(' ')[1] ?? '',
		cgroup: cgroupVersion(lines('cgroup')),
		systemd: count(line('units').replace('systemd ', '')),
		selinux: selinux === 'enforcing' || selinux === 'permissive' || selinux === 'disabled' ? selinux : 'absent',
		firewall: firewall ?? 'none',
		memory_mb: Math.round(count(line('memory')) / 1024),
		disk_free_mb: free.length > 0 ? Math.round(Math.min(...free) / 1024) : 0,
		cpus: count(line('cpus')),
		hostname: line('hostname'),
		hostname_addresses: [...new Set(lines('hostname_addresses').map(text => text.split(/\s+/)[0] ?? ''))],
		addresses: lines('addresses').map(text => text.split(/\s+/)[3]?.split('/')[0] ?? ''),
		boot_id: line('boot_id'),
		clock_offset_ms: Math.round((clockOf(line('clock')) ?? middle) - middle),
		user: line('user'),
		host_json: decode(lines('host_json')),
		cluster_json: decode(lines('cluster_json')),
		units,
	};
}

/** Asks a connected host for its facts; changes nothing there. Throws (exit 1) when its answer has no end. */
export async function gatherFacts(session: Session): Promise<HostFacts> {
	const askedAt = Date.now();
	const answer = await session.ask(script);
	if (!sections(answer).has('end')) {
		throw new SetupError({
			host: session.host,
			cause: 'its answer to the first look at it breaks off, so nothing can be decided about it.',
			fix: 'Run the same command again; the log shows how far it came.',
			exitCode: 1,
		});
	}
	return parseFacts(answer, askedAt, Date.now());
}
