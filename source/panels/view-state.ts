import {windowStart} from './layout.ts';
import type {HostView} from './run-state.ts';

/** What the user looks at, and how. */
export type ViewState = {
	/** Name of the host with the focus; the first one shown while undefined. */
	readonly focus: string | undefined;
	/** The focused host's log fills the body. */
	readonly open: boolean;
	/** Lines between the end of the log and the window; 0 follows the end. */
	readonly back: number;
	readonly filter: string;
	/** Keys go into the filter. */
	readonly typing: boolean;
	readonly onlyTrouble: boolean;
	/** First line of the list's window. */
	readonly top: number;
};

export const initialView: ViewState = {
	focus: undefined,
	open: false,
	back: 0,
	filter: '',
	typing: false,
	onlyTrouble: false,
	top: 0,
};

export type Move = 'up' | 'down' | 'left' | 'right' | 'page-up' | 'page-down' | 'first' | 'last';

export type ViewAction =
	| {do: 'move'; where: Move}
	| {do: 'open' | 'back' | 'type' | 'enter' | 'trouble' | 'erase'}
	| {do: 'write'; text: string};

/** What the reducer must know of the screen. */
export type ViewContext = {
	/** Names of the hosts shown, in order. */
	readonly shown: readonly string[];
	/** Panels side by side; 1 in a list. */
	readonly across: number;
	/** Lines of the window: of the list, or of the log when a host is open. */
	readonly page: number;
	/** Lines of the focused host's log. */
	readonly logLines: number;
};

/** Hosts in trouble first; of those only the ones that the filter and `f` leave. */
export function shownHosts(hosts: readonly HostView[], view: Pick<ViewState, 'filter' | 'onlyTrouble'>): HostView[] {
	const words = view.filter.toLowerCase().split(/\s+/).filter(Boolean);
	const matches = ({name, role, state, step}: HostView) => {
		const text = `${name} ${role} ${state} ${step?.role ?? ''} ${step?.title ?? ''}`.toLowerCase();
		return words.every(word => text.includes(word));
	};
	const wanted = hosts.filter(host => matches(host) && (!view.onlyTrouble || host.state === 'failed'));
	return [...wanted.filter(host => host.state === 'failed'), ...wanted.filter(host => host.state !== 'failed')];
}

/** Index of the focused host among those shown. */
export function focusIndex({focus}: Pick<ViewState, 'focus'>, shown: readonly string[]): number {
	return Math.max(0, focus === undefined ? 0 : shown.indexOf(focus));
}

const clamp = (value: number, last: number) => Math.max(0, Math.min(last, value));

function moveFocus(view: ViewState, where: Move, {shown, across, page}: ViewContext): ViewState {
	const now = focusIndex(view, shown);
	const steps: Record<Move, number> = {
		up: -across,
		down: across,
		left: -1,
		right: 1,
		'page-up': -page,
		'page-down': page,
		first: -now,
		last: shown.length,
	};
	const last = shown.length - 1;
	const aim = now + steps[where];
	// Up and down stay in their column; only where the last row has no panel below do they go to its end.
	const outside =
		(where === 'up' && aim < 0) ||
		(where === 'down' && aim > last && Math.floor(now / across) === Math.floor(last / across));
	const index = outside ? now : clamp(aim, last);
	return {...view, focus: shown[index], top: windowStart(index, shown.length, page, view.top)};
}

function moveLog(view: ViewState, where: Move, context: ViewContext): ViewState {
	const {shown, page, logLines} = context;
	if (where === 'left' || where === 'right') return {...moveFocus(view, where, {...context, across: 1}), back: 0};
	const most = Math.max(0, logLines - page);
	const steps = {up: 1, down: -1, 'page-up': page - 1, 'page-down': 1 - page, first: most, last: -most};
	const focus = shown[focusIndex(view, shown)];
	return {...view, focus, back: clamp(Math.min(view.back, most) + steps[where], most)};
}

/** `esc` undoes one thing after the other: the open log, the filter, the restriction to trouble. */
function goBack(view: ViewState): ViewState {
	if (view.typing) return {...view, typing: false, filter: ''};
	if (view.open) return {...view, open: false, back: 0};
	if (view.filter !== '') return {...view, filter: ''};
	return {...view, onlyTrouble: false};
}

export function reduceView(view: ViewState, action: ViewAction, context: ViewContext): ViewState {
	switch (action.do) {
		case 'move':
			return view.open ? moveLog(view, action.where, context) : moveFocus(view, action.where, context);
		case 'open':
			if (context.shown.length === 0) return view;
			return {...view, open: !view.open, back: 0, focus: context.shown[focusIndex(view, context.shown)]};
		case 'back':
			return goBack(view);
		case 'type':
			return {...view, open: false, typing: true};
		case 'enter':
			return {...view, typing: false};
		case 'write':
			return {...view, filter: view.filter + action.text, top: 0};
		case 'erase':
			return {...view, filter: view.filter.slice(0, -1), top: 0};
		case 'trouble':
			return {...view, open: false, onlyTrouble: !view.onlyTrouble, top: 0};
	}
}
