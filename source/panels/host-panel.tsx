import {Box, Text} from 'ink';
import stringWidth from 'string-width';
import type {Cell} from './layout.ts';
import {Line, LookText, type Span} from './line.tsx';
import type {Look} from './look.ts';
import type {HostView} from './run-state.ts';
import {
	chainSpans,
	countText,
	doingSpans,
	elapsedText,
	isTelling,
	logSpans,
	signSpans,
	stateSpans,
	stepSpans,
	widthOf,
} from './spans.ts';

type FrameProps = {
	readonly look: Look;
	readonly cell: Cell;
	readonly focused: boolean;
	readonly title: readonly Span[];
	readonly corner: string;
	readonly children: React.ReactNode;
};

/** A box with its title in the upper border and `corner` at its right end. */
export const Framed = ({look, cell, focused, title, corner, children}: FrameProps) => {
	const frame = focused ? look.glyphs.focusFrame : look.glyphs.frame;
	const border = look.style(focused ? 'focus' : 'quiet');
	const top = {
		left: `${frame.topLeft}${frame.top} `,
		right: corner === '' ? frame.topRight : ` ${frame.top}${frame.topRight}`,
	};
	// A space stands before the rule, and one behind it where a text follows.
	const gap = corner === '' ? '' : ' ';
	const room = cell.width - stringWidth(top.left + top.right + corner + gap) - 1;
	const rule = ` ${frame.top.repeat(Math.max(0, room - widthOf(title)))}${gap}`;
	return (
		<Box flexDirection="column" width={cell.width} height={cell.height}>
			<Box width={cell.width} height={1} overflow="hidden">
				<Box flexShrink={0}>
					<Text {...border}>{top.left}</Text>
				</Box>
				<LookText spans={title} look={look} width={room} />
				<Box flexShrink={0}>
					<Text>
						<Text {...border}>{rule}</Text>
						<Text {...look.style('quiet')}>{corner}</Text>
						<Text {...border}>{top.right}</Text>
					</Text>
				</Box>
			</Box>
			<Box
				flexDirection="column"
				width={cell.width}
				height={cell.height - 1}
				borderStyle={frame}
				borderTop={false}
				{...(border.color === undefined ? {} : {borderColor: border.color})}
				borderDimColor={border.dimColor === true}
				paddingX={1}
				overflow="hidden"
			>
				{children}
			</Box>
		</Box>
	);
};

type PanelProps = {
	readonly host: HostView;
	readonly cell: Cell;
	readonly focused: boolean;
	readonly look: Look;
	/** Clock in ms. */
	readonly now: number;
};

/** One host: its state, its roles, what it is at, and as much of its log's end as there is room for. */
export const HostPanel = ({host, cell, focused, look, now}: PanelProps) => {
	const {glyphs} = look;
	const width = cell.width - 4;
	const rows = cell.height - 2;
	const [sign, word] = stateSpans(host, glyphs);
	const state = [sign, {text: ' '}, word];
	const count: Span[] = [{text: countText(host), tone: 'quiet'}];
	const doing = <Line look={look} width={width} left={doingSpans(host, glyphs)} right={stepSpans(host, now)} />;
	const chain = host.roles.length > 0;
	const room = rows - (chain ? 3 : 2);
	// Twice as many are enough to find so many that say something.
	const tail =
		room > 0
			? host.log
					.slice(-2 * room)
					.filter(isTelling)
					.slice(-room)
			: [];
	return (
		<Framed
			look={look}
			cell={cell}
			focused={focused}
			title={[
				{text: host.name, tone: focused ? 'focus' : 'strong'},
				{text: ` ${host.role}`, tone: 'quiet'},
			]}
			corner={elapsedText(host, now)}
		>
			{rows < 3 ? (
				<Line look={look} width={width} left={[...state, {text: '  '}, ...signSpans(host, glyphs)]} right={count} />
			) : (
				<>
					<Line look={look} width={width} left={state} right={count} />
					{chain && <Line look={look} width={width} left={chainSpans(host, width, glyphs)} />}
				</>
			)}
			{doing}
			{tail.map(line => (
				<Line key={line.no} look={look} width={width} left={logSpans(line, glyphs, false)} />
			))}
		</Framed>
	);
};
