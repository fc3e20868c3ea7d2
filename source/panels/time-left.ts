import {isOver, type RunState, stepsOf} from './run-state.ts';

// Before that the pace says nothing: connecting is quick, the first packages are slow.
const leastShare = 0.15;
const leastMs = 5000;

/**
 * Milliseconds a run will take from `now` on if every host keeps the pace it had, the slowest host counting; measured on
 * first installs this is between 0.6 and 1.4 times the truth. Undefined while nothing can be said: too early, a host whose
 * steps are not known yet, a run that is being stopped, or only gates left to wait for.
 */
export function timeLeft(state: RunState, now: number): number | undefined {
	const going = state.hosts.filter(host => !isOver(host));
	if (state.ended !== undefined || state.notice !== undefined || going.length === 0 || now - state.began < leastMs)
		return undefined;
	let longest = 0;
	for (const host of going) {
		const {ended, all} = stepsOf(host);
		if (host.began === undefined || ended === 0 || ended < all * leastShare) return undefined;
		longest = Math.max(longest, ((now - host.began) * (all - ended)) / ended);
	}
	return longest;
}

/** `ms` as coarse as it is known. */
export function roughly(ms: number): string {
	const seconds = ms / 1000;
	if (seconds < 10) return 'a few seconds left';
	if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s left`;
	return `about ${Math.ceil(seconds / 60)} min left`;
}

/** `ms` as a clock shows it: `0:42`, `12:05`, `1:02:03`. */
export function clock(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const pad = (value: number) => String(value).padStart(2, '0');
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
	return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}
