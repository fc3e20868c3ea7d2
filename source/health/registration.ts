import {ports} from './members.ts';
import {askAgentState} from './mesos.ts';
import type {Reach} from './reach.ts';
import {reasonOf} from './stream.ts';

export type Unregistered = {
	host: string;
	/** `down`: no agent answers; `refused`: it runs and no master has accepted it; `forgotten`: it has an id, not active. */
	state: 'down' | 'refused' | 'forgotten';
	/** For a sentence after the host's name. */
	detail: string;
};

/** Why slaves are not active in the leader's list, asked of their own agents. Never rejects. */
export function askUnregistered(slaves: string[], reach: Reach): Promise<Unregistered[]> {
	return Promise.all(slaves.map(slave => askOne(slave, reach)));
}

async function askOne(host: string, reach: Reach): Promise<Unregistered> {
	try {
		const {id, master} = await askAgentState(host, reach);
		const target = master ? `, it looks for ${master}` : '';
		if (id) return {host, state: 'forgotten', detail: `runs with id ${id} but is not active with the leader${target}`};
		return {host, state: 'refused', detail: `runs but no master has accepted it${target}`};
	} catch (error) {
		return {host, state: 'down', detail: `has no agent on port ${ports.mesosAgent} (${reasonOf(error)})`};
	}
}
