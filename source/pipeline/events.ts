import type {Candidate} from '../discovery/candidate.ts';
import type {RoleName} from '../steps/step.ts';

export type StepStatus = 'ok' | 'changed' | 'would-change' | 'failed' | 'skipped';
export type CheckStatus = 'ok' | 'warn' | 'failed';
export type HostCounts = {ok: number; changed: number; failed: number; skipped: number};

/** What a run says, in order. `--json` prints these one per line as they are; panels and plain lines draw them. Times in ms. */
export type RunEvent =
	| {
			event: 'host';
			host: string;
			state: 'connecting' | 'connected' | 'finished' | 'failed' | 'stopped';
			detail?: string | undefined;
	  }
	/** What lies before a host, once its steps are known; in this order. */
	| {event: 'queued'; host: string; roles: {role: RoleName; steps: number}[]}
	| {
			event: 'step';
			host: string;
			/** `local`: on this computer. */
			role: RoleName | 'local';
			step: string;
			status: StepStatus;
			ms: number;
			diff?: string | undefined;
			detail?: string | undefined;
	  }
	| {event: 'started'; host: string; role: RoleName; step: string}
	| {event: 'output'; host: string; line: string}
	| {event: 'gate'; gate: string; status: 'waiting' | 'ok' | 'failed'; ms: number; detail?: string | undefined}
	| {
			event: 'check';
			host?: string | undefined;
			check: string;
			status: CheckStatus;
			detail?: string | undefined;
			fix?: string | undefined;
	  }
	| ({event: 'instance'} & Candidate)
	| {event: 'note'; text: string}
	| {event: 'error'; host?: string | undefined; field?: string | undefined; cause: string; fix: string}
	| {event: 'summary'; hosts: Record<string, HostCounts>; changed: number; failed: number; ms: number};

export type Listener = (event: RunEvent) => void;
