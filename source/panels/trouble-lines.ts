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
 * What went wrong, in at most `rows` lines of `columns` cells: the first problem in full, the others in a line each, the log
 * last; before all of it the notice. Empty while all is well.
 */
export function troubleLines(
	run: RunState,
	{columns, rows, glyphs, logPath}: {columns: number; rows: number; glyphs: Glyphs; logPath: string | undefined},
): Span[][] {
	const wrapped = (text: string, tone: Tone, indent: string): Span[][] => {
		const lines = wrapAnsi(glyphs.text(text), columns - indent.length, {hard: true}).split('\n');
		return lines.map((line, i) => [{text: `${i === 0 ? '' : indent}${line}`, tone}]);
	};
	const lines: Span[][] = run.notice ? wrapped(`${glyphs.stopped} ${run.notice}`, 'changed', '  ') : [];
	const problems = problemsOf(run);
	const [first, ...others] = problems;
	if (!first) return lines.slice(0, rows);
	lines.push(...wrapped(`${glyphs.failed} ${first.what}`, 'failed', '  '));
	if (first.fix) lines.push(...wrapped(`  Fix: ${first.fix}`, 'plain', '       '));
	const log: Span[][] = logPath === undefined ? [] : [[{text: `  Log: ${logPath}`, tone: 'quiet'}]];
	const room = Math.max(0, rows - lines.length - log.length);
	const shown = others.length <= room ? others : others.slice(0, Math.max(0, room - 1));
	for (const {what} of shown) lines.push([{text: `${glyphs.failed} ${what}`, tone: 'failed'}]);
	const hidden = others.length - shown.length;
	if (hidden > 0 && room > 0) lines.push([{text: `  and ${hidden} more`, tone: 'failed'}]);
	return [...lines.slice(0, Math.max(0, rows - log.length)), ...log].slice(0, rows);
}
