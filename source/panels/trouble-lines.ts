import wrapAnsi from 'wrap-ansi';
import type {Span} from './line.tsx';
import type {Glyphs, Tone} from './look.ts';
import type {RunState} from './run-state.ts';

type Problem = {what: string; fix: string};

function problemsOf({hosts, errors}: RunState): Problem[] {
	const failed = hosts.filter(host => host.state === 'failed');
	return [
		...failed.map(({name, error}) => ({
			what: `${name} failed: ${error?.cause ?? 'its log says why.'}`,
			fix: error?.fix ?? '',
		})),
		...errors.map(({cause, fix}) => ({what: cause, fix})),
	];
}

/**
 * What went wrong, in at most `rows` lines of `columns` cells: the first problem with its fix, the others in a line each, the
 * log last; before all of it the notice. Where there is little room the cause is cut before the fix. Empty while all is well.
 */
export function troubleLines(
	run: RunState,
	{columns, rows, glyphs, logPath}: {columns: number; rows: number; glyphs: Glyphs; logPath: string | undefined},
): Span[][] {
	/** `sign` in front, the other lines below the text. */
	const wrapped = (sign: string, text: string, tone: Tone): Span[][] => {
		const lines = wrapAnsi(glyphs.text(text), columns - sign.length, {hard: true}).split('\n');
		return lines.map((line, i) => [{text: `${i === 0 ? sign : ' '.repeat(sign.length)}${line}`, tone}]);
	};
	const cut = (lines: Span[][], most: number): Span[][] => {
		if (lines.length <= most) return lines;
		const last = lines[most - 1]?.[0];
		const text = `${last?.text.slice(0, columns - 1)}${glyphs.ellipsis}`;
		return last ? [...lines.slice(0, most - 1), [{...last, text}]] : [];
	};
	const notice = run.notice ? wrapped(`${glyphs.stopped} `, run.notice, 'changed') : [];
	const [first, ...others] = problemsOf(run);
	if (!first) return notice.slice(0, rows);
	const fix = first.fix ? wrapped('  Fix: ', first.fix, 'plain') : [];
	const log = logPath === undefined ? [] : wrapped('  Log: ', logPath, 'quiet');
	const besides = notice.length + fix.length + log.length;
	const cause = cut(wrapped(`${glyphs.failed} `, first.what, 'failed'), Math.max(1, rows - besides));
	const room = Math.max(0, rows - besides - cause.length);
	const shown = others.length <= room ? others : others.slice(0, Math.max(0, room - 1));
	const more = others.length - shown.length;
	const rest: Span[][] = shown.map(({what}) => [{text: `${glyphs.failed} ${what}`, tone: 'failed'}]);
	if (more > 0 && room > 0) rest.push([{text: `  and ${more} more`, tone: 'failed'}]);
	return [...notice, ...cause, ...fix, ...rest, ...log].slice(0, rows);
}
