/** A cell of a terminal: what stands in it and how. Colours are #rrggbb, undefined for the terminal's own. */
export type Cell = {
	text: string;
	foreground?: string | undefined;
	background?: string | undefined;
	bold: boolean;
	dim: boolean;
};

const colours = {paper: '#16181d', ink: '#d7dae0', quiet: '#80868f'};
const cell = {width: 8.4, height: 18};
const margin = 16;
const font = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

const escapes: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
const escaped = (text: string) => text.replace(/[&<>"]/g, sign => escapes[sign] ?? sign);
const number = (value: number) => String(Math.round(value * 100) / 100);

/**
 * Frames and rules, drawn instead of written: in no two fonts do they meet. Directions in which a line leaves the middle of the
 * cell; heavy ones are twice as thick, round corners are bent.
 */
const strokes: Record<string, {to: string; heavy?: true; round?: true}> = {
	'─': {to: 'we'},
	'│': {to: 'ns'},
	'╭': {to: 'se', round: true},
	'╮': {to: 'sw', round: true},
	'╰': {to: 'ne', round: true},
	'╯': {to: 'nw', round: true},
	'━': {to: 'we', heavy: true},
	'┃': {to: 'ns', heavy: true},
	'┏': {to: 'se', heavy: true},
	'┓': {to: 'sw', heavy: true},
	'┗': {to: 'ne', heavy: true},
	'┛': {to: 'nw', heavy: true},
};

function stroke(shape: string, x: number, y: number): string {
	const [middleX, middleY] = [x + cell.width / 2, y + cell.height / 2];
	const ends: Record<string, [number, number]> = {
		n: [middleX, y],
		s: [middleX, y + cell.height],
		w: [x, middleY],
		e: [x + cell.width, middleY],
	};
	const {to, round} = strokes[shape] ?? {to: ''};
	const point = ([px, py]: [number, number]) => `${number(px)} ${number(py)}`;
	const [from, toward] = [...to].map(side => ends[side] ?? [middleX, middleY]) as [[number, number], [number, number]];
	const middle: [number, number] = [middleX, middleY];
	return round
		? `M${point(from)}Q${point(middle)} ${point(toward)}`
		: `M${point(from)}L${point(middle)}L${point(toward)}`;
}

function colourOf({foreground, dim}: Cell): string {
	if (dim) return foreground === undefined ? colours.quiet : `${foreground}99`;
	return foreground ?? colours.ink;
}

/** Neighbours that look the same and can be written as one text. */
function runsOf(cells: readonly Cell[]): {from: number; text: string; like: Cell}[] {
	const runs: {from: number; text: string; like: Cell}[] = [];
	for (const [at, one] of cells.entries()) {
		const last = runs.at(-1);
		const text = one.text === '' || one.text in strokes ? ' ' : one.text;
		const same = last && colourOf(last.like) === colourOf(one) && last.like.bold === one.bold;
		// Signs from another font are as wide as they please: each gets a place of its own.
		if (same && /^[\x20-\x7e]*$/.test(last.text + text)) last.text += text;
		else runs.push({from: at, text, like: one});
	}
	return runs.filter(({text}) => text.trim() !== '');
}

/** The screen of a terminal as an SVG file. `title` is for those who cannot see it. */
export function drawScreen(rows: readonly (readonly Cell[])[], title: string): string {
	const columns = Math.max(...rows.map(row => row.length));
	const [width, height] = [columns * cell.width + 2 * margin, rows.length * cell.height + 2 * margin];
	const boxes: string[] = [];
	const texts: string[] = [];
	const paths = new Map<string, string>();
	for (const [line, row] of rows.entries()) {
		const y = margin + line * cell.height;
		for (const [column, one] of row.entries()) {
			const x = margin + column * cell.width;
			if (one.background !== undefined) {
				boxes.push(
					`<rect x="${number(x)}" y="${number(y)}" width="${number(cell.width)}" height="${cell.height}" fill="${one.background}"/>`,
				);
			}
			const shape = strokes[one.text];
			if (!shape) continue;
			const like = `stroke="${colourOf(one)}" stroke-width="${shape.heavy ? 2.4 : 1.2}"`;
			paths.set(like, (paths.get(like) ?? '') + stroke(one.text, x, y));
		}
		for (const {from, text, like} of runsOf(row)) {
			const start = text.length - text.trimStart().length;
			const shown = text.trim();
			const x = margin + (from + start) * cell.width;
			const bold = like.bold ? ' font-weight="bold"' : '';
			texts.push(
				`<text x="${number(x)}" y="${number(y + 13.5)}" textLength="${number(shown.length * cell.width)}" fill="${colourOf(like)}"${bold}>${escaped(shown)}</text>`,
			);
		}
	}
	const lines = [...paths].map(([like, d]) => `<path fill="none" ${like} d="${d}"/>`);
	return `${[
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${number(width)} ${number(height)}" width="${number(width)}" height="${number(height)}" role="img">`,
		`<title>${escaped(title)}</title>`,
		`<rect width="100%" height="100%" rx="8" fill="${colours.paper}"/>`,
		...boxes,
		...lines,
		`<g font-family="${font}" font-size="14" xml:space="preserve">`,
		...texts,
		'</g>',
		'</svg>',
	].join('\n')}\n`;
}
