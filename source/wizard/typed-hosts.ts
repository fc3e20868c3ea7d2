import {isIPv4} from 'node:net';
import type {HostRole} from '../cluster/model.ts';
import {hostNamePattern, isAddress} from '../cluster/names.ts';
import {quote} from '../cluster/text.ts';
import type {Candidate} from '../discovery/candidate.ts';
import type {Problem} from './problem.ts';

/** Hosts that a person typed, as rows of the same table that instances are chosen in. */
export type TypedHosts = {candidates: Candidate[]; roles: Record<string, HostRole>; problems: Problem[]};

const roleNames: Record<string, HostRole> = {master: 'master', m: 'master', slave: 'slave', s: 'slave', agent: 'slave'};

function candidate(id: string, name: string, address: string, privateIp: string): Candidate {
	return {
		id,
		name,
		type: '',
		region: '',
		zone: '',
		vpc: '',
		subnet: '',
		private_ip: privateIp,
		public_ip: address,
		system: '',
		arch: 'unknown',
		state: '',
		launched: '',
		security_groups: [],
		spot: false,
		tags: {},
	};
}

/**
 * One host in the notation that the wizard and `add-slaves` share: `[name=]address[,private_ip][,role]`, with commas or
 * spaces between the parts. The private address may be left out where the address is one itself.
 */
export function parseTypedHost(line: string): {candidate: Candidate; role?: HostRole | undefined} | Problem {
	const [first = '', ...rest] = line.trim().split(/[\s,]+/);
	const named = /^([^=]*)=(.*)$/.exec(first);
	const address = named ? (named[2] ?? '') : first;
	const name = named?.[1] ?? '';
	const wrong = (cause: string, fix: string): Problem => ({field: quote(line.trim()).slice(1, -1), cause, fix});
	if (named && !hostNamePattern.test(name)) {
		return wrong(`${quote(name)} is no host name.`, 'Use lower-case letters, digits and hyphens, such as slave-4.');
	}
	if (!isAddress(address)) {
		return wrong(`${quote(address)} is neither an IP address nor a host name.`, 'Write 203.0.113.10 or a DNS name.');
	}
	let privateIp = isIPv4(address) ? address : '';
	let role: HostRole | undefined;
	for (const part of rest) {
		const found = roleNames[part.toLowerCase()];
		if (found) role = found;
		else if (isIPv4(part)) privateIp = part;
		else return wrong(`${quote(part)} is neither a private IPv4 address nor a role.`, 'Roles are master and slave.');
	}
	if (privateIp === '') {
		return wrong('the private address is missing.', 'Add the IPv4 address by which the other hosts reach it.');
	}
	return {candidate: candidate(address, name, address, privateIp), role};
}

/** The hosts of several lines; empty ones and those that begin with # are passed over. */
export function parseTypedHosts(lines: readonly string[]): TypedHosts {
	const typed: TypedHosts = {candidates: [], roles: {}, problems: []};
	for (const line of lines) {
		if (/^\s*(#|$)/.test(line)) continue;
		const parsed = parseTypedHost(line);
		if ('cause' in parsed) {
			typed.problems.push(parsed);
		} else if (typed.candidates.some(({id}) => id === parsed.candidate.id)) {
			const cause = `${parsed.candidate.id} is written twice.`;
			typed.problems.push({field: line.trim(), cause, fix: 'Take one of the two lines out.'});
		} else {
			typed.candidates.push(parsed.candidate);
			if (parsed.role) typed.roles[parsed.candidate.id] = parsed.role;
		}
	}
	return typed;
}
