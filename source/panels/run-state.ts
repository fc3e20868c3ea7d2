import type {HostRole} from '../cluster/model.ts';
import type {HostCounts, StepStatus} from '../pipeline/events.ts';

export type RoleState = 'waiting' | 'running' | 'done' | 'failed';

/** A bundle of steps on its way over a host; `steps` of which `ended` are behind it. */
export type RoleView = {
	readonly name: string;
	readonly steps: number;
	readonly ended: number;
	readonly state: RoleState;
};

export type HostState = 'waiting' | 'connecting' | 'running' | 'done' | 'failed' | 'stopped';

/** What a line of a host's log tells: a step's answer, what it printed, the begin of a role, a message. Texts are harmless. */
export type LogText =
	| {readonly kind: 'step'; readonly status: StepStatus; readonly text: string; readonly ms: number}
	| {readonly kind: 'output' | 'role' | 'message' | 'error' | 'fix'; readonly text: string};

/** With its number in the whole log, from 1. */
export type LogLine = LogText & {readonly no: number};

export type HostView = {
	readonly name: string;
	readonly role: HostRole;
	readonly state: HostState;
	readonly roles: readonly RoleView[];
	/** The step in hand, since when (clock time in ms). */
	readonly step: {readonly role: string; readonly title: string; readonly since: number} | undefined;
	readonly counts: HostCounts;
	/** Clock times in ms. */
	readonly began: number | undefined;
	readonly ended: number | undefined;
	/** What the step in hand printed last. */
	readonly line: string | undefined;
	readonly error: {readonly cause: string; readonly fix: string} | undefined;
	/** The newest `logLimit` lines. */
	readonly log: readonly LogLine[];
};

export type GateView = {
	readonly gate: string;
	readonly state: 'pending' | 'waiting' | 'ok' | 'failed';
	readonly detail: string | undefined;
	/** "2 of 3" out of the detail. */
	readonly count: {readonly have: number; readonly of: number} | undefined;
};

/** A pipeline as it stands. Immutable: what did not change keeps its identity. */
export type RunState = {
	readonly hosts: readonly HostView[];
	readonly gates: readonly GateView[];
	/** Problems of no host in particular. */
	readonly errors: readonly {readonly cause: string; readonly fix: string}[];
	/** Clock times in ms. */
	readonly began: number;
	readonly ended: number | undefined;
	/** What the header says instead of its usual second half, e.g. how to go on after an interrupt. */
	readonly notice: string | undefined;
};

/** What is known of a run before its first event. */
export type RunSubject = {
	hosts: readonly {name: string; role: HostRole}[];
	/** Gates the run will wait for, in order. */
	gates: readonly string[];
};

export function initialState({hosts, gates}: RunSubject, now: number): RunState {
	return {
		hosts: hosts.map(({name, role}) => ({
			name,
			role,
			state: 'waiting',
			roles: [],
			step: undefined,
			counts: {ok: 0, changed: 0, failed: 0, skipped: 0},
			began: undefined,
			ended: undefined,
			line: undefined,
			error: undefined,
			log: [],
		})),
		gates: gates.map(gate => ({gate, state: 'pending', detail: undefined, count: undefined})),
		errors: [],
		began: now,
		ended: undefined,
		notice: undefined,
	};
}

export function stepsOf(host: HostView): {ended: number; all: number} {
	return {
		ended: host.roles.reduce((sum, role) => sum + role.ended, 0),
		all: host.roles.reduce((sum, role) => sum + role.steps, 0),
	};
}

/** Whether nothing more will happen on the host. */
export function isOver({state}: HostView): boolean {
	return state === 'done' || state === 'failed' || state === 'stopped';
}
