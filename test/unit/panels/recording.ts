import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {RunSubject} from '../../../source/panels/run-state.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';

/**
 * Events of real runs against lab hosts, with their ms since the beginning: `install` of six bare hosts, and `failure`, the
 * same where a process on slave-2 holds the agent's port. Of what a step printed only the first lines are kept.
 */
export function recording(name: 'install' | 'failure'): [ms: number, event: RunEvent][] {
	const text = readFileSync(join(import.meta.dirname, 'recordings', `${name}.jsonl`), 'utf8');
	return text
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
}

export const subject: RunSubject = {
	hosts: ['master-1', 'master-2', 'master-3', 'slave-1', 'slave-2', 'slave-3'].map(name => ({
		name,
		role: name.startsWith('master') ? 'master' : 'slave',
	})),
	gates: ['zookeeper-quorum', 'mesos-leader', 'slaves-registered', 'marathon-leader', 'chronos-leader'],
};
