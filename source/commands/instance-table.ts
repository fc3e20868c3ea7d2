import {styleText} from 'node:util';
import Table from 'cli-table3';
import {harmless} from '../cluster/harmless.ts';
import {byUse, type Candidate, standing} from '../discovery/candidate.ts';
import {clusterTag, roleTag} from '../discovery/policy.ts';

/** No lines: an account can have hundreds of instances, and every character of width counts. */
const sides = ['top', 'bottom', 'left', 'right', 'mid'].flatMap(side => [
	side,
	`${side}-mid`,
	`${side}-left`,
	`${side}-right`,
]);
const chars = {
	...Object.fromEntries(sides.map(side => [side, ''])),
	'left-mid': '',
	'mid-mid': '',
	'right-mid': '',
	middle: '  ',
};

/** `prod (master)`, as its tags say. */
function membership({tags}: Candidate): string {
	const cluster = tags?.[clusterTag];
	return cluster === undefined ? '' : `${cluster}${tags[roleTag] ? ` (${tags[roleTag]})` : ''}`;
}

/** Instances as a table; those that cannot serve come last and say why, and are grey where there is colour. */
export function instanceTable(candidates: readonly Candidate[], color: boolean): string {
	// Columns that would say the same in every row say nothing.
	const several = new Set(candidates.flatMap(({vpc}) => vpc || [])).size > 1;
	const tagged = candidates.some(({tags}) => tags?.[clusterTag] !== undefined);
	const head = [
		...['name', 'id', 'type', 'zone', ...(several ? ['vpc'] : []), 'private', 'public', 'system', 'key'],
		...[...(tagged ? ['cluster'] : []), 'state'],
	];
	const table = new Table({head, chars, style: {head: [], border: [], 'padding-left': 0, 'padding-right': 0}});
	for (const one of [...candidates].sort(byUse)) {
		const {name, id, type, zone, private_ip, public_ip = '', system, key_name = '', unsuitable} = one;
		const state = unsuitable === undefined ? standing(one) : `✖ ${unsuitable}`;
		const place = [name, id, type, zone, ...(several ? [one.vpc] : []), private_ip, public_ip, system, key_name];
		const cells = [...place, ...(tagged ? [membership(one)] : []), state].map(cell =>
			harmless(cell).replaceAll(/\s+/g, ' '),
		);
		const grey = color && unsuitable !== undefined;
		table.push(grey ? cells.map(cell => styleText('gray', cell, {validateStream: false})) : cells);
	}
	// Without lines a row ends in the blanks that fill its last column.
	return table.toString().replaceAll(/ +$/gm, '');
}
