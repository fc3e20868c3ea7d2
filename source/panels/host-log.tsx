import {Framed} from './host-panel.tsx';
import type {Cell} from './layout.ts';
import {Line} from './line.tsx';
import type {Look} from './look.ts';
import type {HostView} from './run-state.ts';
import {countText, elapsedText, logSpans, stateSpans} from './spans.ts';

type Props = {
	readonly host: HostView;
	readonly cell: Cell;
	readonly look: Look;
	readonly now: number;
	/** Lines between the end of the log and the window. */
	readonly back: number;
	/** Not where it only shows what the list has the focus on. */
	readonly focused?: boolean;
};

/** The window onto a host's log: its lines, and where in the log they are. */
export function logWindow({log}: Pick<HostView, 'log'>, rows: number, back: number): {from: number; to: number} {
	const to = Math.max(Math.min(rows, log.length), log.length - back);
	return {from: Math.max(0, to - rows), to};
}

/** One host with all that is kept of its log. */
export const HostLog = ({host, cell, look, now, back, focused = true}: Props) => {
	const {glyphs} = look;
	const width = cell.width - 4;
	const {from, to} = logWindow(host, cell.height - 2, back);
	const [sign, word] = stateSpans(host, glyphs);
	const doing = host.step ? [{text: `  ${host.step.title}`}] : [];
	const place = to < host.log.length ? `line ${host.log[to - 1]?.no} of ${host.log.at(-1)?.no}  ` : '';
	return (
		<Framed
			look={look}
			cell={cell}
			focused={focused}
			title={[
				{text: `${host.name} `, tone: 'focus'},
				{text: host.role, tone: 'quiet'},
				{text: '  '},
				sign,
				{text: ' '},
				word,
				...doing,
			]}
			corner={[place, countText(host), '  ', elapsedText(host, now)].join('').trim()}
		>
			{host.log.slice(from, to).map(line => (
				<Line key={line.no} look={look} width={width} left={logSpans(line, glyphs)} />
			))}
		</Framed>
	);
};
