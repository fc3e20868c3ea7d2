import {Box, Text} from 'ink';
import type {Look, Tone} from './look.ts';
import {cutSpans, widthOf} from './spans.ts';

/** A piece of a line in one tone. */
export type Span = {readonly text: string; readonly tone?: Tone};

type TextProps = {
	readonly spans: readonly Span[];
	readonly look: Look;
	/** Cells; what is longer is cut with a sign this terminal has. */
	readonly width?: number;
};

export const LookText = ({spans, look, width}: TextProps) => {
	const shown = spans.map(span => ({...span, text: look.glyphs.text(span.text)}));
	return (
		<Text wrap="truncate-end">
			{(width === undefined ? shown : cutSpans(shown, width, look.glyphs)).map(({text, tone = 'plain'}, i) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no identity of their own
				<Text key={i} {...look.style(tone)}>
					{text}
				</Text>
			))}
		</Text>
	);
};

type LineProps = {
	readonly look: Look;
	readonly width: number;
	readonly left: readonly Span[];
	/** Kept whole; the left part is cut where there is no room for both. */
	readonly right?: readonly Span[];
};

/** One row, exactly `width` cells wide. */
export const Line = ({look, width, left, right = []}: LineProps) => {
	const rightWidth = widthOf(right);
	return (
		<Box width={width} height={1} overflow="hidden" justifyContent="space-between">
			<LookText spans={left} look={look} width={Math.max(0, width - (rightWidth === 0 ? 0 : rightWidth + 1))} />
			{rightWidth > 0 && (
				<Box flexShrink={0} height={1}>
					<LookText spans={right} look={look} />
				</Box>
			)}
		</Box>
	);
};
