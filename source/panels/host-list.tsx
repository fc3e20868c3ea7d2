import {Box} from 'ink';
import {Line, LookText, type Span} from './line.tsx';
import type {Look} from './look.ts';
import type {HostView} from './run-state.ts';
import {countText, doingSpans, elapsedText, signSpans, stateSpans} from './spans.ts';

/** Cells of each column; 0 leaves it out. */
export type Columns = {name: number; state: number; roles: number; steps: number; time: number; doing: number};

const leastDoing = 16;

/** The columns of a line of `columns` cells. What a host is at needs room most; the others give way to it. */
export function columnsOf(columns: number, longestName: number, mostRoles: number): Columns {
	const name = Math.min(Math.max(4, longestName), Math.max(8, Math.floor(columns / 3)));
	const wanted = {state: 11, time: 6, steps: 8, roles: mostRoles === 0 ? 0 : Math.max(6, mostRoles + 1)};
	const found: Columns = {name: name + 1, state: 0, roles: 0, steps: 0, time: 0, doing: 0};
	let rest = columns - 4 - found.name - leastDoing;
	for (const key of ['state', 'roles', 'steps', 'time'] as const) {
		if (wanted[key] > rest) continue;
		found[key] = wanted[key];
		rest -= wanted[key];
	}
	found.doing = Math.max(0, rest + leastDoing);
	return found;
}

const Column = ({
	width,
	spans,
	look,
}: {
	readonly width: number;
	readonly spans: readonly Span[];
	readonly look: Look;
}) =>
	width === 0 ? null : (
		<Box width={width} height={1} flexShrink={0} overflow="hidden" paddingRight={1}>
			<LookText spans={spans} look={look} width={width - 1} />
		</Box>
	);

type Props = {
	readonly hosts: readonly HostView[];
	/** Index of the focused host, and the window of those drawn. */
	readonly focus: number;
	readonly from: number;
	readonly visible: number;
	readonly head: boolean;
	readonly width: number;
	readonly look: Look;
	readonly now: number;
};

/** One line a host. */
export const HostList = ({hosts, focus, from, visible, head, width, look, now}: Props) => {
	const {glyphs} = look;
	const longest = Math.max(...hosts.map(({name}) => name.length));
	const cells = columnsOf(width, longest, Math.max(...hosts.map(({roles}) => roles.length)));
	const quiet = (text: string): Span[] => [{text, tone: 'quiet'}];
	const to = Math.min(hosts.length, from + visible);
	return (
		<Box flexDirection="column" width={width}>
			{head && (
				<Box width={width} height={1} overflow="hidden">
					<Box width={4} flexShrink={0} />
					<Column look={look} width={cells.name} spans={quiet('host')} />
					<Column look={look} width={cells.state} spans={quiet('state')} />
					<Column look={look} width={cells.roles} spans={quiet('roles')} />
					<Column look={look} width={cells.steps} spans={quiet('steps')} />
					<Column look={look} width={cells.time} spans={quiet('time')} />
					<Line look={look} width={cells.doing} left={[]} right={quiet(`${from + 1}-${to} of ${hosts.length}`)} />
				</Box>
			)}
			{hosts.slice(from, to).map((host, i) => {
				const focused = from + i === focus;
				const [sign, word] = stateSpans(host, glyphs);
				return (
					<Box key={host.name} width={width} height={1} overflow="hidden">
						<Column look={look} width={2} spans={[{text: focused ? glyphs.focus : ' ', tone: 'focus'}]} />
						<Column look={look} width={2} spans={[sign]} />
						<Column look={look} width={cells.name} spans={[{text: host.name, tone: focused ? 'focus' : 'plain'}]} />
						<Column look={look} width={cells.state} spans={[word]} />
						<Column look={look} width={cells.roles} spans={signSpans(host, glyphs)} />
						<Column look={look} width={cells.steps} spans={quiet(countText(host))} />
						<Column look={look} width={cells.time} spans={quiet(elapsedText(host, now))} />
						<Column look={look} width={cells.doing} spans={doingSpans(host, glyphs)} />
					</Box>
				);
			})}
		</Box>
	);
};
