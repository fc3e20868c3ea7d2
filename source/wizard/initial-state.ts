import type {Defaults} from '../cluster/cluster-file.ts';
import type {Settings, WizardState} from './state.ts';
import {emptyTable} from './table.ts';
import {textInput} from './text-input.ts';

const usualPorts = '4000-5000,7000-8000,9000-10000,20000-26000,31000-32000';

/** What does not come from a person: the log, named where something failed, and whether the hosts are none. */
type Given = {logPath?: string; simulated?: boolean};

/** The check before it has said anything. */
export const nothingChecked: Omit<WizardState['check'], 'work' | 'run'> = {
	lines: [],
	busy: [],
	problems: [],
	notes: [],
	cursor: 0,
	open: [],
	insisted: false,
	missing: undefined,
	agreeing: false,
	adding: undefined,
};

/** Before the first key. */
export function initialState(defaults: Defaults = {}, {logPath, simulated = false}: Given = {}): WizardState {
	const {ssh, mesos, timeouts, frameworks, sources} = defaults;
	const settings: Settings = {
		name: 'mesos',
		user: ssh?.user ?? 'ec2-user',
		bastion: ssh?.bastion ?? '',
		reach: 'public',
		tag: false,
		marathon: frameworks?.marathon ?? true,
		chronos: frameworks?.chronos ?? true,
		sources: sources ?? {},
		port_ranges: mesos?.port_ranges ?? usualPorts,
	};
	return {
		at: 'start',
		trail: [],
		flow: {kind: 'new', from: 'ec2'},
		defaults: {...(ssh && {ssh}), ...(mesos && {mesos}), ...(timeouts && {timeouts}), settings},
		start: {cursor: 0, found: {status: 'waiting'}, account: {}, greeted: false},
		account: {cursor: 0, profile: undefined, regions: {status: 'waiting'}},
		file: {path: textInput(), reading: false, completions: [], problems: []},
		addresses: {lines: [''], line: 0, at: 0, problems: []},
		instances: {table: emptyTable, found: {status: 'waiting'}, chosen: [], explanation: '', problem: undefined},
		roles: {table: emptyTable, roles: {}, suggestedFor: '', explanation: '', problem: undefined},
		key: {
			path: textInput(ssh?.key),
			proposals: [],
			passphrase: textInput(),
			asking: 'path',
			checking: false,
			completions: [],
			trouble: undefined,
			verdict: undefined,
			insisted: false,
		},
		settings: {
			values: settings,
			cursor: undefined,
			editing: undefined,
			completions: [],
			reading: undefined,
			problems: [],
		},
		source: {component: 'mesos', cursor: 0, typing: undefined, publisher: undefined, problem: undefined},
		check: {work: 'idle', run: 0, ...nothingChecked},
		plan: {
			work: 'idle',
			run: 0,
			hosts: {},
			problems: [],
			notes: [],
			reboots: [],
			mayReboot: undefined,
			cursor: 0,
			open: [],
			saving: undefined,
			writing: false,
			saved: undefined,
		},
		install: {
			work: 'idle',
			run: 0,
			failed: 0,
			changed: 0,
			ms: 0,
			stopped: false,
			timings: {roles: {}, gates: {}},
			deeds: [],
			problems: [],
		},
		verified: {
			work: 'idle',
			run: 0,
			lines: [],
			problems: [],
			urls: [],
			cursor: 0,
			opening: undefined,
			opened: undefined,
			ms: 0,
			deed: undefined,
		},
		menu: {cursor: 0, forgetting: 'no', problems: []},
		question: undefined,
		logPath,
		simulated,
		exit: undefined,
	};
}
