import {Box, useAnimation} from 'ink';
import {Line, type Span} from './line.tsx';
import type {Look} from './look.ts';
import {type RunState, stepsOf} from './run-state.ts';
import {gateSpans, markSpans, widthOf} from './spans.ts';
import {clock, roughly, timeLeft} from './time-left.ts';

function progressOf({hosts}: RunState): {ended: number; all: number; done: number; failed: number} {
	const steps = hosts.map(stepsOf);
	return {
		ended: steps.reduce((sum, {ended}) => sum + ended, 0),
		all: steps.reduce((sum, {all}) => sum + all, 0),
		done: hosts.filter(({state}) => state === 'done').length,
		failed: hosts.filter(({state}) => state === 'failed').length,
	};
}

/** A bar of `width` cells; full only when everything is done. */
function barSpans(share: number, width: number, look: Look): Span[] {
	const full = Math.floor(share * width);
	return [
		{text: look.glyphs.bar.full.repeat(full), tone: 'ok'},
		{text: look.glyphs.bar.rest.repeat(width - full), tone: 'quiet'},
	];
}

type Props = {
	readonly title: string;
	readonly run: RunState;
	readonly rows: 2 | 3;
	readonly width: number;
	readonly look: Look;
	readonly now: number;
};

/** What is being done, how far it is, how long it will take, and the gates. */
export const Header = ({title, run, rows, width, look, now}: Props) => {
	const {glyphs} = look;
	const isEnded = run.ended !== undefined;
	const {frame} = useAnimation({interval: 120, isActive: !isEnded});
	const {ended, all, done, failed} = progressOf(run);
	const left = timeLeft(run, now);
	const sign = isEnded
		? failed > 0
			? glyphs.failed
			: glyphs.ok
		: (glyphs.spinner[frame % glyphs.spinner.length] ?? '');
	const spent: Span = {text: clock((run.ended ?? now) - run.began), tone: 'strong'};
	const hosts: Span[] = [
		{text: `${done}/${run.hosts.length} hosts done`, tone: 'quiet'},
		...(failed > 0 ? [{text: `  ${glyphs.failed} ${failed} failed`, tone: 'failed' as const}] : []),
	];
	const share = all === 0 ? 0 : ended / all;
	const count = all === 0 ? 'connecting' : `${ended}/${all} steps  ${String(Math.floor(share * 100)).padStart(2)} %`;
	const first: Span[] = [...markSpans(look), {text: `${sign} `, tone: 'running'}, {text: title, tone: 'strong'}];
	const inner = width - 2;
	const what: Span[] =
		rows === 3 ? [...first, {text: '  '}, ...hosts] : [...first, {text: `  ${count}`, tone: 'quiet'}];
	// A guess gives way to what is known.
	const guessed: Span[] = left === undefined ? [spent] : [{text: `${roughly(left)}  `}, spent];
	const time = widthOf(what) + 1 + widthOf(guessed) <= inner ? guessed : [spent];
	return (
		<Box flexDirection="column" width={width} height={rows} paddingX={1} overflow="hidden">
			<Line look={look} width={inner} left={what} right={time} />
			{rows === 3 && (
				<Line
					look={look}
					width={inner}
					left={barSpans(share, Math.max(0, inner - count.length - 1), look)}
					right={[{text: count}]}
				/>
			)}
			<Line look={look} width={inner} left={gateSpans(run.gates, glyphs)} />
		</Box>
	);
};
