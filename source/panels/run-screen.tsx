import {Box, Text, useAnimation, useInput} from 'ink';
import {useReducer, useSyncExternalStore} from 'react';
import {Footer} from './footer.tsx';
import {Header} from './header.tsx';
import {HostList} from './host-list.tsx';
import {HostLog} from './host-log.tsx';
import {HostPanel} from './host-panel.tsx';
import {type Layout, layoutOf, least, type Size, windowStart} from './layout.ts';
import {Line, LookText, type Span} from './line.tsx';
import type {Look} from './look.ts';
import type {HostView} from './run-state.ts';
import type {RunStore} from './run-store.ts';
import {troubleLines} from './trouble-lines.ts';
import {actionOf, hintsOf} from './view-keys.ts';
import {
	focusIndex,
	initialView,
	reduceView,
	shownHosts,
	type ViewAction,
	type ViewContext,
	type ViewState,
} from './view-state.ts';

export type RunScreenProps = {
	/** What is being done to which cluster: `apply prod`. */
	readonly title: string;
	readonly store: RunStore;
	/** The cells the screen fills, all of them. */
	readonly size: Size;
	readonly look: Look;
	/** Named where something failed. */
	readonly logPath: string | undefined;
	/** Ctrl-C; the screen goes on until its owner takes it away. */
	readonly onInterrupt: () => void;
	/** Ctrl-Z, where the terminal can be given away. */
	readonly onSuspend?: (() => void) | undefined;
};

const Panels = ({
	layout,
	hosts,
	focus,
	look,
	now,
}: {
	readonly layout: Extract<Layout, {kind: 'panels'}>;
	readonly hosts: readonly HostView[];
	readonly focus: number;
	readonly look: Look;
	readonly now: number;
}) => {
	const across = layout.lines[0]?.length ?? 1;
	return layout.lines.map((cells, line) => (
		<Box key={hosts[line * across]?.name}>
			{cells.map((cell, i) => {
				const index = line * across + i;
				const host = hosts[index] as HostView;
				return <HostPanel key={host.name} host={host} cell={cell} focused={index === focus} look={look} now={now} />;
			})}
		</Box>
	));
};

function leadOf({typing, filter, onlyTrouble}: ViewState, shown: number, all: number): Span[] {
	if (!typing && filter === '' && !onlyTrouble) return [];
	const what = typing || filter !== '' ? `/${filter}${typing ? '_' : ''}` : 'only trouble';
	return [
		{text: what, tone: 'strong'},
		{text: `  ${shown} of ${all}   `, tone: 'quiet'},
	];
}

/** A running pipeline, live. Fills `size` exactly, whatever happens in it. */
export const RunScreen = ({title, store, size, look, logPath, onInterrupt, onSuspend}: RunScreenProps) => {
	const run = useSyncExternalStore(store.subscribe, store.getSnapshot);
	// Clocks go on while nothing happens.
	useAnimation({interval: 500, isActive: run.ended === undefined});
	const now = run.ended ?? store.now();
	const [view, dispatch] = useReducer(
		(state: ViewState, {action, context}: {action: ViewAction; context: ViewContext}) =>
			reduceView(state, action, context),
		initialView,
	);
	const {columns, rows} = size;
	const hosts = shownHosts(run.hosts, view);
	const names = hosts.map(({name}) => name);
	const focus = focusIndex(view, names);
	const focused = hosts[focus];
	const inner = columns - 2;
	const trouble = (most: number) => troubleLines(run, {columns: inner, rows: most, glyphs: look.glyphs, logPath});
	const layout = layoutOf(size, hosts.length, trouble(rows).length);
	const isOpen = view.open && focused !== undefined;
	const page = isOpen ? layout.body - 2 : layout.kind === 'list' ? layout.visible : 1;
	const context: ViewContext = {
		shown: names,
		across: layout.kind === 'panels' ? (layout.lines[0]?.length ?? 1) : 1,
		page: Math.max(1, page),
		logLines: focused?.log.length ?? 0,
	};
	useInput((input, key) => {
		if (key.ctrl && input === 'c') onInterrupt();
		else if (key.ctrl && input === 'z') onSuspend?.();
		else {
			const action = actionOf(input, key, view);
			if (action) dispatch({action, context});
		}
	});

	if (layout.kind === 'small') {
		return (
			<Box width={columns} height={rows} overflow="hidden">
				<Text wrap="truncate-end">{`${title}: at least ${least.columns}x${least.rows} is needed to draw`}</Text>
			</Box>
		);
	}
	const hints = hintsOf(view, layout.kind, look.glyphs, run.notice !== undefined);
	return (
		<Box flexDirection="column" width={columns} height={rows} overflow="hidden">
			<Header title={title} run={run} rows={layout.header} width={columns} look={look} now={now} />
			{trouble(layout.trouble).map((spans, i) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
				<Line key={i} look={look} width={columns} left={[{text: ' '}, ...spans]} />
			))}
			<Box flexDirection="column" height={layout.body} overflow="hidden">
				{isOpen ? (
					<HostLog host={focused} cell={{width: columns, height: layout.body}} look={look} now={now} back={view.back} />
				) : hosts.length === 0 ? (
					<Box paddingX={1}>
						<LookText
							look={look}
							spans={[
								{text: view.filter === '' ? 'No host is in trouble.' : 'No host matches the filter.', tone: 'quiet'},
							]}
						/>
					</Box>
				) : layout.kind === 'panels' ? (
					<Panels layout={layout} hosts={hosts} focus={focus} look={look} now={now} />
				) : (
					<>
						<HostList
							hosts={hosts}
							focus={focus}
							from={windowStart(focus, hosts.length, layout.visible, view.top)}
							visible={layout.visible}
							head={layout.head}
							width={columns}
							look={look}
							now={now}
						/>
						{focused && layout.preview > 0 && (
							<HostLog
								host={focused}
								cell={{width: columns, height: layout.preview}}
								look={look}
								now={now}
								back={0}
								focused={false}
							/>
						)}
					</>
				)}
			</Box>
			<Footer hints={hints} lead={leadOf(view, hosts.length, run.hosts.length)} width={columns} look={look} />
		</Box>
	);
};
