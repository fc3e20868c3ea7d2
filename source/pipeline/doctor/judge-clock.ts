import {type Check, failed, ok, warn} from './check.ts';

/** Host clock minus this computer's, ms. */
export type ClockReading = {host: string; offset: number};

const warnAbove = 1000;
const failAbove = 30_000;
const fix =
	'Start a time service there: "systemctl enable --now chronyd", then "chronyc makestep"; "chronyc sources" shows whether it finds a server.';

function apart(milliseconds: number): string {
	const seconds = Math.abs(milliseconds) / 1000;
	if (seconds < 90) return `${seconds.toFixed(1)} s`;
	if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
	return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function median(sorted: readonly number[]): number {
	const middle = Math.floor(sorted.length / 2);
	const [low = 0, high = 0] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
	return (low + high) / 2;
}

/**
 * Each host's clock against the middle of all of them and this computer's: one clock that is off does not make the others look
 * wrong, whosever it is.
 */
export function judgeClocks(readings: readonly ClockReading[]): {host?: string; check: Check}[] {
	const middle = median([0, ...readings.map(({offset}) => offset)].sort((a, b) => a - b));
	const found = readings.map(({host, offset}) => {
		const off = offset - middle;
		const text = `its clock is ${apart(off)} ${off > 0 ? 'ahead of' : 'behind'} the middle of the cluster`;
		if (Math.abs(off) > failAbove) {
			return {
				host,
				check: failed('clock', `${text}: certificates, signatures and leases would be judged by a wrong time.`, fix),
			};
		}
		if (Math.abs(off) > warnAbove) return {host, check: warn('clock', `${text}.`, fix)};
		return {host, check: ok('clock', `within ${apart(Math.max(100, Math.abs(off)))} of the others`)};
	});
	if (readings.length < 2 || Math.abs(middle) <= warnAbove) return found;
	const own = warn(
		'clock of this computer',
		`This computer's clock is ${apart(middle)} ${middle < 0 ? 'ahead of' : 'behind'} the middle of the cluster.`,
		'Set it by a time service; times in logs and reports are read from it.',
	);
	return [...found, {check: own}];
}
