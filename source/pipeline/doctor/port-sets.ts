import type {PortRange} from '../../cluster/ports.ts';

/** In order, what touches or overlaps made one. */
export function merged(ranges: readonly PortRange[]): PortRange[] {
	const result: PortRange[] = [];
	for (const {first, last} of [...ranges].sort((a, b) => a.first - b.first)) {
		const before = result.at(-1);
		if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
		else result.push({first, last});
	}
	return result;
}

/** `ranges` without the ports of `taken`. */
export function without(ranges: readonly PortRange[], taken: PortRange): PortRange[] {
	return ranges.flatMap(({first, last}) => {
		if (taken.last < first || taken.first > last) return [{first, last}];
		return [
			...(first < taken.first ? [{first, last: taken.first - 1}] : []),
			...(last > taken.last ? [{first: taken.last + 1, last}] : []),
		];
	});
}

/** The ports of `ranges` that are in `other`, too. */
export function within(ranges: readonly PortRange[], other: PortRange): PortRange[] {
	return ranges.flatMap(({first, last}) => {
		const common = {first: Math.max(first, other.first), last: Math.min(last, other.last)};
		return common.first <= common.last ? [common] : [];
	});
}

/** `2181, 5050-5051` */
export function written(ranges: readonly PortRange[]): string {
	return merged(ranges)
		.map(({first, last}) => (first === last ? `${first}` : `${first}-${last}`))
		.join(', ');
}
