import Table from 'cli-table3';
import {harmless} from '../cluster/harmless.ts';
import type {RunEvent} from '../pipeline/events.ts';

/**
 * Hosts and their steps as a table.
 * @param spent milliseconds of the steps of each host
 * @param planned the steps were only compared, not applied
 */
export function summaryTable(
	summary: Extract<RunEvent, {event: 'summary'}>,
	spent: ReadonlyMap<string, number>,
	planned: boolean,
): string {
	const table = new Table({
		head: ['host', 'ok', planned ? 'would change' : 'changed', 'failed', 'skipped', 'seconds'],
		colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
		style: {head: [], border: []},
	});
	for (const [host, counts] of Object.entries(summary.hosts)) {
		const {ok, changed, failed, skipped} = counts;
		table.push([harmless(host), ok, changed, failed, skipped, ((spent.get(host) ?? 0) / 1000).toFixed(1)]);
	}
	return table.toString();
}
