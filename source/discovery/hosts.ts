import type {Host, HostRole} from '../cluster/model.ts';
import {hostNamePattern} from '../cluster/names.ts';
import type {Candidate} from './candidate.ts';

/** An instance and what it shall be. */
export type Choice = {candidate: Candidate; role: HostRole};

/**
 * The chosen instances as hosts of a cluster. A host is called as its tag Name says where that is a plain host name (one
 * label, a letter first, and no other host of the cluster has it), else master-N or slave-N, counting on from the known ones.
 * @param known names the cluster has already
 */
export function toHosts(choices: readonly Choice[], known: readonly string[] = []): Host[] {
	const taken = new Set(known);
	const wishes = choices.map(choice => nameByTag(choice));
	const names = wishes.map(wish => {
		if (wish === undefined || taken.has(wish) || wishes.indexOf(wish) !== wishes.lastIndexOf(wish)) return undefined;
		return wish;
	});
	for (const name of names) if (name !== undefined) taken.add(name);
	const next = (role: HostRole) => {
		const numbers = [...taken].map(name => Number(new RegExp(`^${role}-(\\d+)$`).exec(name)?.[1] ?? 0));
		const name = `${role}-${Math.max(0, ...numbers) + 1}`;
		taken.add(name);
		return name;
	};
	return choices.map(({candidate, role}, index) => ({
		name: names[index] ?? next(role),
		role,
		address: candidate.public_ip ?? candidate.private_ip,
		private_ip: candidate.private_ip,
		instance: candidate.id,
		mesos: {attributes: {}, agent_flags: {}, master_flags: {}},
	}));
}

function nameByTag({candidate, role}: Choice): string | undefined {
	const name = candidate.name.toLowerCase();
	if (!hostNamePattern.test(name) || !/^[a-z][^.]*$/.test(name) || name === 'localhost') return undefined;
	// A slave called master-2 would mislead everyone who reads it.
	const says = /^(master|slave|agent)-?\d*$/.exec(name)?.[1];
	return says === undefined || (says === 'agent' ? 'slave' : says) === role ? name : undefined;
}
