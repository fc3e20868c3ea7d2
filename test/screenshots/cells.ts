import headless, {type IBufferCell} from '@xterm/headless';
import type {Cell} from './svg.ts';

/** The sixteen colours of a terminal, as they look on the pictures' dark paper. */
const palette = [
	['#3b4048', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d7dae0'],
	['#7f848e', '#ef7a85', '#a9d689', '#f0cd8a', '#74bfff', '#d68cee', '#67c7d3', '#ffffff'],
].flat();

function colour(isPalette: boolean, isRgb: boolean, value: number): string | undefined {
	if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
	return isPalette ? palette[value] : undefined;
}

function cellOf(one: IBufferCell): Cell {
	const foreground = colour(one.isFgPalette(), one.isFgRGB(), one.getFgColor());
	const background = colour(one.isBgPalette(), one.isBgRGB(), one.getBgColor());
	const [front, back] = one.isInverse() ? [background ?? '#16181d', foreground ?? '#d7dae0'] : [foreground, background];
	return {
		text: one.getWidth() === 0 ? '' : one.getChars(),
		foreground: front,
		background: back,
		bold: one.isBold() !== 0,
		dim: one.isDim() !== 0,
	};
}

/** What a terminal of that size shows after a program has written `written`. */
export async function cellsOf(written: string, columns: number, rows: number): Promise<Cell[][]> {
	const terminal = new headless.Terminal({cols: columns, rows, allowProposedApi: true});
	await new Promise<void>(resolve => terminal.write(written, resolve));
	const {active} = terminal.buffer;
	const lines = Array.from({length: rows}, (_, y) => {
		const line = active.getLine(active.viewportY + y);
		return Array.from({length: columns}, (_, x) => line?.getCell(x)).map(one =>
			one ? cellOf(one) : {text: '', bold: false, dim: false},
		);
	});
	terminal.dispose();
	return lines;
}
