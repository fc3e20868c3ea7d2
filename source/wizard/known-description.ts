import type {KnownCluster, WizardState} from './state.ts';

/** The settings screen filled with what the cluster has. */
export function knownDescription(state: WizardState, {cluster}: KnownCluster): WizardState['settings'] {
	const {name, ssh, frameworks, sources, mesos} = cluster;
	return {
		values: {
			...state.settings.values,
			name,
			user: ssh.user,
			bastion: ssh.bastion ?? '',
			marathon: frameworks.marathon,
			chronos: frameworks.chronos,
			sources,
			port_ranges: mesos.port_ranges,
		},
		cursor: undefined,
		editing: undefined,
		completions: [],
		reading: undefined,
		problems: [],
	};
}
