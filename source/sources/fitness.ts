import {componentNames, componentsOf} from '../cluster/components.ts';
import type {Cluster, Component, HostRole} from '../cluster/model.ts';
import {builtFor} from './architecture.ts';
import {candidatesOf} from './catalog.ts';
import {platformBySystem} from './platform.ts';
import {givenSource} from './resolve.ts';

/** A computer as far as it is known before anybody has connected to it. */
type Machine = {
	/** Guess, e.g. `Amazon Linux 2023`. */
	system: string;
	/** As EC2 calls it: `x86_64`, `arm64`. */
	arch: string;
	unsuitable?: string | undefined;
	slave_only?: string | undefined;
};

/** What its software is chosen from. */
type Wanted = Pick<Cluster, 'sources' | 'frameworks'>;

/** A component that a machine's processor cannot run, and those that can. */
export type Unbuilt = {component: Component; fits: string[]};

const uname: Record<string, string> = {arm64: 'aarch64'};
const spoken: Record<string, string> = {arm64: 'an Arm processor', x86_64: 'an x86_64 processor'};

/** The processors a component can be had for; undefined where nothing tells before the hosts are asked. */
function obtainable(platform: string, component: Component, {sources}: Wanted): string[] | undefined {
	const given = givenSource(sources, component);
	if (given) return given.kind === 'bundle' ? undefined : builtFor(platform, component, given);
	const usable = candidatesOf(platform, component).filter(({unusable}) => !unusable);
	return usable.length === 0 ? undefined : [...new Set(usable.flatMap(({arch}) => arch))];
}

/**
 * What of a role's software exists for other processors only: the cluster file's sources, else every candidate of the catalog for
 * the system the machine probably has. What nothing is known of passes; the host itself will tell.
 */
export function unbuiltFor({system, arch}: Machine, role: HostRole, wanted: Wanted): Unbuilt[] {
	if (!(arch in spoken)) return [];
	const platform = platformBySystem(system)?.id ?? '';
	return componentsOf(role, wanted.frameworks).flatMap(component => {
		const fits = obtainable(platform, component, wanted);
		return !fits || fits.includes(uname[arch] ?? arch) ? [] : [{component, fits}];
	});
}

/** As a sentence part: `has an Arm processor, and Marathon and Chronos are built for x86_64 only`. */
export function unbuiltReason({arch}: Machine, unbuilt: readonly Unbuilt[]): string {
	const names = unbuilt.map(({component}) => componentNames[component]);
	const list = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are` : `${names[0]} is`;
	const fits = [...new Set(unbuilt.flatMap(one => one.fits))].join(' and ');
	return `has ${spoken[arch] ?? 'a processor'}, and ${list} built for ${fits} only`;
}

/** The machines with what their processors keep them from; what is unsuitable already stays so. */
export function judgeProcessors<M extends Machine>(machines: readonly M[], wanted: Wanted): M[] {
	const judged = new Map<string, Pick<Machine, 'unsuitable' | 'slave_only'>>();
	const judge = (machine: M) => {
		const slave = unbuiltFor(machine, 'slave', wanted);
		if (slave.length > 0) return {unsuitable: unbuiltReason(machine, slave)};
		const master = unbuiltFor(machine, 'master', wanted);
		return master.length > 0 ? {slave_only: unbuiltReason(machine, master)} : {};
	};
	return machines.map(machine => {
		if (machine.unsuitable !== undefined) return machine;
		const key = `${machine.arch} ${machine.system}`;
		const verdict = judged.get(key) ?? judge(machine);
		judged.set(key, verdict);
		return {...machine, ...verdict};
	});
}
