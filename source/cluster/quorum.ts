/** How many of `masters` must agree before anything is decided: more than half. */
export function quorum(masters: number): number {
	return Math.floor(masters / 2) + 1;
}

/** How many of `masters` may fail while the others still decide. */
export function survives(masters: number): number {
	return masters - quorum(masters);
}
