import {styleText} from 'node:util';
import Table from 'cli-table3';
import {harmless} from '../cluster/harmless.ts';
import type {Candidate} from '../discovery/candidate.ts';

const head = ['name', 'id', 'type', 'zone', 'private', 'public', 'system', 'state', 'key', 'remark'];

/** Instances as a table; those that cannot serve say why, and are grey where there is colour. */
export function instanceTable(candidates: readonly Candidate[], color: boolean): string {
	const table = new Table({head, style: {head: [], border: []}});
	for (const one of candidates) {
		const remark = one.unsuitable === undefined ? (one.spot ? 'spot' : '') : `cannot serve: ${one.unsuitable}`;
		const cells = [
			one.name,
			one.id,
			one.type,
			one.zone,
			one.private_ip,
			one.public_ip ?? '',
			one.system,
			one.state,
			one.key_name ?? '',
			remark,
		].map(cell => harmless(cell).replaceAll(/\s+/g, ' '));
		const grey = color && one.unsuitable !== undefined;
		table.push(grey ? cells.map(cell => styleText('gray', cell, {validateStream: false})) : cells);
	}
	return table.toString();
}
