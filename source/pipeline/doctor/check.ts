import type {CheckStatus} from '../events.ts';

/** What the doctor found about one thing; an event of a run lacks only the host. */
export type Check = {
	/** Stable name of what was looked at: `disk`, `ports`, `source zookeeper`. */
	check: string;
	status: CheckStatus;
	detail: string;
	/** Present unless all is well. */
	fix?: string | undefined;
};

export function ok(check: string, detail: string): Check {
	return {check, status: 'ok', detail};
}

export function warn(check: string, detail: string, fix: string): Check {
	return {check, status: 'warn', detail, fix};
}

export function failed(check: string, detail: string, fix: string): Check {
	return {check, status: 'failed', detail, fix};
}

/** `a`, `a and b`, `a, b and c`; beyond `most` the rest is counted. */
export function listed(words: readonly string[], most = 8): string {
	const shown = words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : [...words];
	const last = shown.pop() ?? 'nothing';
	return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** `850 MB`, `12.3 GB` */
export function size(megabytes: number): string {
	return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
