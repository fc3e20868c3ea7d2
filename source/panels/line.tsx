import {Box, Text} from 'ink';
import type {Look, Tone} from './look.ts';

/** A piece of a line in one tone. */
export type Span = {readonly text: string; readonly tone?: Tone};

export const LookText = ({spans, look}: {readonly spans: readonly Span[]; readonly look: Look}) => (
	<Text wrap="truncate-end">
		{spans.map(({text, tone = 'plain'}, i) => (
			// biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no identity of their own
			<Text key={i} {...look.style(tone)}>
				{look.glyphs.text(text)}
			</Text>
		))}
	</Text>
);

type LineProps = {
	readonly look: Look;
	readonly width: number;
	readonly left: readonly Span[];
	/** Kept whole; the left part is cut where there is no room for both. */
	readonly right?: readonly Span[];
};

/** One row, exactly `width` cells wide. */
export const Line = ({look, width, left, right = []}: LineProps) => (
	<Box width={width} height={1} overflow="hidden">
		<Box flexGrow={1} flexShrink={1} flexBasis={0} minWidth={0} height={1} overflow="hidden">
			<LookText spans={left} look={look} />
		</Box>
		{right.length > 0 && (
			<Box flexShrink={0} height={1} marginLeft={1}>
				<LookText spans={right} look={look} />
			</Box>
		)}
	</Box>
);
