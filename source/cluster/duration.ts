import ms, {type StringValue} from 'ms';

/** What a duration looks like in a cluster file: `500ms`, `20s`, `5m`, `1.5h`. A bare number would leave the unit to luck. */
export const durationPattern = /^\d+(\.\d+)?\s?(ms|s|m|h)$/;

/** Milliseconds of a text that matches `durationPattern`. */
export function parseDuration(text: string): number {
	return ms(text as StringValue);
}

const units = [
	['h', 3_600_000],
	['m', 60_000],
	['s', 1000],
] as const;

/** The shortest exact spelling; `ms` itself would round 90 seconds to `2m`. */
export function formatDuration(milliseconds: number): string {
	const unit = units.find(([, size]) => milliseconds % size === 0);
	return unit ? `${milliseconds / unit[1]}${unit[0]}` : `${milliseconds}ms`;
}
