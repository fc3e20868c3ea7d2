export type Size = {readonly columns: number; readonly rows: number};

/** Where something is drawn, in cells of the body. */
export type Cell = {readonly width: number; readonly height: number};

export type Layout = {
	/** Rows of the header; the footer has always one. */
	readonly header: 2 | 3;
	/** Rows for what went wrong, 0 when nothing did. */
	readonly trouble: number;
	/** Rows between header and footer that are left for the hosts. */
	readonly body: number;
} & (
	| {readonly kind: 'panels'; readonly lines: readonly (readonly Cell[])[]}
	/** One line a host, `visible` at a time; rows that are left below show the focused one's log, 0 where there are too few. */
	| {readonly kind: 'list'; readonly visible: number; readonly head: boolean; readonly preview: number}
	| {readonly kind: 'small'}
);

export const least: Size = {columns: 40, rows: 10};

// A panel under its frame: the state, and the step in hand.
const leastPanel = {width: 36, height: 4};
// Here the names of all roles and most step titles fit.
const goodPanel = {width: 60, height: 7};

const leastPreview = 5;

/** `total` cells in `parts`, as even as whole cells allow. */
function share(total: number, parts: number): number[] {
	return Array.from({length: parts}, (_, i) => Math.floor(((i + 1) * total) / parts) - Math.floor((i * total) / parts));
}

/** How well `across` columns of panels suit: big enough, wide rather than high, no holes; undefined when they do not fit. */
function suits(across: number, hosts: number, {columns, rows}: Size): number | undefined {
	const down = Math.ceil(hosts / across);
	const width = Math.floor(columns / across);
	const height = Math.floor(rows / down);
	if (width < leastPanel.width || height < leastPanel.height) return undefined;
	const holes = down * across - hosts;
	return Math.min(1, width / goodPanel.width) + Math.min(1, height / goodPanel.height) - holes / hosts - across / 100;
}

function panels(hosts: number, size: Size): Cell[][] | undefined {
	let best: {across: number; score: number} | undefined;
	for (let across = 1; across <= hosts; across++) {
		const score = suits(across, hosts, size);
		if (score !== undefined && score > (best?.score ?? -1)) best = {across, score};
	}
	if (!best) return undefined;
	const {across} = best;
	const down = Math.ceil(hosts / across);
	return share(size.rows, down).map((height, line) => {
		const here = Math.min(across, hosts - line * across);
		return share(size.columns, across)
			.slice(0, here)
			.map(width => ({width, height}));
	});
}

/**
 * How a run is laid out in a terminal: panels where each host gets at least a frame, its state and its step, else one line
 * a host.
 * @param hosts how many are to be shown
 * @param trouble rows that would tell everything that went wrong; cut to a third of the screen
 */
export function layoutOf({columns, rows}: Size, hosts: number, trouble: number): Layout {
	const header = rows >= 16 ? 3 : 2;
	if (columns < least.columns || rows < least.rows) return {kind: 'small', header, trouble: 0, body: 0};
	const room = rows - header - 1;
	const troubleRows = Math.min(trouble, Math.floor(rows / 3));
	const body = room - troubleRows;
	const base = {header, trouble: troubleRows, body} as const;
	const lines = hosts > 0 ? panels(hosts, {columns, rows: body}) : undefined;
	if (lines) return {...base, kind: 'panels', lines};
	const head = body >= 4;
	const visible = Math.max(0, body - (head ? 1 : 0));
	const preview = hosts > 0 && visible - hosts >= leastPreview ? visible - hosts : 0;
	return {...base, kind: 'list', head, visible: visible - preview, preview};
}

/** The first line to show of `all` when `visible` fit, so that line `focus` is among them and the window moves little. */
export function windowStart(focus: number, all: number, visible: number, before: number): number {
	const last = Math.max(0, all - visible);
	if (focus < before) return Math.min(focus, last);
	if (focus >= before + visible) return Math.min(focus - visible + 1, last);
	return Math.min(before, last);
}
