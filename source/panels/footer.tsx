import {Line, type Span} from './line.tsx';
import type {Look} from './look.ts';
import {widthOf} from './spans.ts';
import type {Hint} from './view-keys.ts';

function hintSpans(hints: readonly Hint[], form: 'what' | 'short', gap: string): Span[] {
	return hints.flatMap((hint, i): Span[] => [
		{text: i === 0 ? '' : gap},
		{text: hint.key, tone: 'strong'},
		{text: hint[form] === '' ? '' : ` ${hint[form]}`, tone: 'quiet'},
	]);
}

/** The keys that do something now: all of them, in fewer words where the line is short. */
export const Footer = ({
	hints,
	lead,
	width,
	look,
}: {
	readonly hints: readonly Hint[];
	/** Before the keys: what is being typed, or which filter holds. */
	readonly lead: readonly Span[];
	readonly width: number;
	readonly look: Look;
}) => {
	const inner = width - 2;
	const forms = [
		[...lead, ...hintSpans(hints, 'what', '   ')],
		[...lead, ...hintSpans(hints, 'what', '  ')],
		[...lead, ...hintSpans(hints, 'short', '  ')],
	];
	const spans = forms.find(form => widthOf(form) <= inner) ?? [...lead, ...hintSpans(hints, 'short', ' ')];
	return <Line look={look} width={width} left={[{text: ' '}, ...spans]} />;
};
