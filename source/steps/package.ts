import {aptPackages} from './package-apt.ts';
import {rpmPackages} from './package-rpm.ts';
import type {Script} from './script.ts';
import type {PackageName} from './step.ts';
import type {System} from './system.ts';

/**
 * Packages, missing ones installed in one transaction; what is there is left at its version unless one is asked for.
 * @param timeout milliseconds the step has; half of it may be spent waiting for another package manager to end
 */
export function packages(step: {names: PackageName[]}, {packages: manager}: System, timeout: number): Script {
	if (manager === 'apt') return aptPackages(step, {patience: Math.round(timeout / 2000)});
	return rpmPackages(step, manager);
}
