/** One line of the table. `value` undefined: could not be measured, `note` says why. */
export type Result = {
	key: string;
	measure: string;
	value: number | undefined;
	/** Undefined: told, not judged. */
	goal: {atMost: number} | {atLeast: number} | {below: number} | undefined;
	/** What the value was made of: seconds of every run, counts. */
	samples: Record<string, number[]>;
	note?: string;
};

export type Log = (line: string) => void;

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
	if (low === undefined || high === undefined) throw new Error('There is no median of nothing.');
	return (low + high) / 2;
}

/** `1.23 s` */
export function inSeconds(samples: readonly number[]): string {
	const value = median(samples);
	return `${value.toFixed(value < 10 ? 2 : 0)} s`;
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
	const began = performance.now();
	await work();
	return (performance.now() - began) / 1000;
}

/**
 * Seconds of every run of several things. They take turns, so that a machine that is slower for a while is slower for
 * all of them. The first rounds warm caches and are thrown away.
 */
export async function interleaved<Name extends string>(
	sides: Record<Name, () => Promise<unknown>>,
	times: number,
	warmups = 1,
): Promise<Record<Name, number[]>> {
	const names = Object.keys(sides) as Name[];
	const samples = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>;
	for (let round = 0; round < times + warmups; round++) {
		for (const name of names) {
			const took = await seconds(sides[name]);
			if (round >= warmups) samples[name].push(took);
		}
	}
	return samples;
}

export function isMet({value, goal}: Pick<Result, 'value' | 'goal'>): boolean | undefined {
	if (!goal) return undefined;
	if (value === undefined) return false;
	if ('atMost' in goal) return value <= goal.atMost;
	if ('below' in goal) return value < goal.below;
	return value >= goal.atLeast;
}
