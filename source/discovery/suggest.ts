import type {HostRole} from '../cluster/model.ts';
import type {Candidate} from './candidate.ts';
import {clusterTag} from './policy.ts';

/** Roles by instance id, and why, in one or two sentences. */
export type Suggestion = {roles: Map<string, HostRole>; explanation: string};

/** With more than these nobody wants every one of them in a cluster because a tool said so. */
const most = 20;

/**
 * Roles for those of the candidates that can serve: three masters, each in a zone of its own as far as there are zones, or
 * one where fewer than four instances are left; the others slaves. Never five masters: that is for people to decide.
 */
export function suggest(candidates: readonly Candidate[]): Suggestion {
	const able = candidates.filter(({unsuitable, tags}) => unsuitable === undefined && !tags[clusterTag]);
	const owned = [...new Set(candidates.flatMap(({tags}) => tags[clusterTag] ?? []))].sort();
	const adopt =
		owned.length === 0
			? ''
			: ` Tags say that instances belong to ${owned.join(', ')}: "mesos-setup adopt" makes a cluster known to this computer.`;
	const none = (explanation: string): Suggestion => ({roles: new Map(), explanation});
	if (able.length === 0) return none(`None of these instances ${adopt === '' ? 'can serve' : 'is free'}.${adopt}`);
	const group = together(able);
	const left = able.length - group.length;
	const named = group.filter(({name}) => /mesos|master|slave|agent/i.test(name));
	const chosen = group.length > most && named.length <= most ? named : group;
	if (chosen.length === 0 || chosen.length > most) {
		return none(`${group.length} instances could serve, too many to guess which are meant: filter, or choose by hand.`);
	}
	const leaders = chosen.filter(({slave_only}) => slave_only === undefined).length;
	const wanted = chosen.length < 4 ? 1 : 3;
	// Fewer than are wanted make one: two survive no more than one does. Where there is none at all, people have to decide.
	const masters = pickMasters(chosen, leaders === 0 || leaders >= wanted ? wanted : 1);
	const roles = new Map(chosen.map(({id}) => [id, masters.some(master => master.id === id) ? 'master' : 'slave']));
	const remark =
		left === 0 ? '' : ` ${left} more in another network or with another key ${left === 1 ? 'is' : 'are'} left out.`;
	const explanation = `${explain(masters, chosen.length)}${explainSlaves(chosen, masters)}${remark}${adopt}`;
	return {roles: roles as Map<string, HostRole>, explanation};
}

/** The largest set that could be one cluster: one network, one key to log in with. */
function together(able: readonly Candidate[]): Candidate[] {
	const groups = Map.groupBy(able, ({vpc, key_name = ''}) => `${vpc} ${key_name}`);
	return [...groups.values()].reduce((best, group) => (group.length > best.length ? group : best), []);
}

/** Those whose names say master come first; spot instances, which EC2 takes away at will, last but those that can be no masters. */
function pickMasters(chosen: readonly Candidate[], count: number): Candidate[] {
	const rank = ({name, spot, slave_only}: Candidate) =>
		Number(slave_only !== undefined) * 8 +
		Number(spot) * 4 +
		(/master/i.test(name) ? 0 : /slave|agent/i.test(name) ? 2 : 1);
	const left = [...chosen].sort((a, b) => rank(a) - rank(b));
	const masters: Candidate[] = [];
	while (masters.length < count) {
		const inZone = ({zone}: Candidate) => masters.filter(master => master.zone === zone).length;
		const best = Math.min(...left.map(rank));
		// Names are what people decided already, so the zone decides only among equals.
		const [next] = left.filter(one => rank(one) === best).sort((a, b) => inZone(a) - inZone(b));
		masters.push(next as Candidate);
		left.splice(left.indexOf(next as Candidate), 1);
	}
	return masters;
}

/** What keeps some of them, or all, from being masters. */
function explainSlaves(chosen: readonly Candidate[], masters: readonly Candidate[]): string {
	const bound = chosen.filter(({slave_only}) => slave_only !== undefined);
	const [one] = bound;
	if (!one) return '';
	const because = `${one.name || one.id} ${one.slave_only}`;
	if (masters.some(master => bound.includes(master))) {
		return ` But none of them can be a master: ${because}. Choose others, too, or other software in the settings.`;
	}
	return ` ${bound.length === 1 ? 'One' : bound.length} of them can be ${bound.length === 1 ? 'a slave' : 'slaves'} only: ${because}.`;
}

function explain(masters: readonly Candidate[], hosts: number): string {
	if (hosts === 1) return 'One instance makes a master without slaves, which runs no tasks: start some more.';
	if (masters.length === 1 && hosts >= 4) {
		return `One master and ${hosts - 1} slaves, for fewer than three of them can be masters: good to try it out, but the master's failure stops the cluster.`;
	}
	if (masters.length === 1) {
		const slaves = hosts === 2 ? 'a slave' : 'two slaves';
		return `${hosts} instances make one master and ${slaves}: good to try it out, but the master's failure stops the cluster. From four instances on there are three masters.`;
	}
	const survives = {
		1: 'in one zone: any one of them may fail, but not the zone',
		2: 'in two zones: any one of them may fail, but not the zone with two of them',
		3: 'in three zones: any one of them may fail, or a whole zone',
	}[new Set(masters.map(({zone}) => zone)).size];
	const rest = hosts === 4 ? 'The fourth instance becomes a slave' : `The other ${hosts - 3} become slaves`;
	return `Three masters ${survives}. ${rest}.`;
}
