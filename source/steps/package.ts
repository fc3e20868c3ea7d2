import {SetupError} from '../cluster/setup-error.ts';
import {aptPackages} from './package-apt.ts';
import {rpmPackages} from './package-rpm.ts';
import type {Script} from './script.ts';
import type {Artifact, PackageName} from './step.ts';
import type {System} from './system.ts';

type Packages = {names: PackageName[]; files?: Artifact[] | undefined};

/**
 * Packages, missing ones installed in one transaction; what is there is left at its version unless one is asked for.
 * @throws SetupError (exit 2) for files, which yum does not install
 * @param timeout milliseconds the step has; half of it may be spent waiting for another package manager to end
 */
export function packages(step: Packages, {packages: manager}: System, timeout: number): Script {
	if (step.files && manager === 'yum') {
		throw new SetupError({
			field: 'sources',
			cause: 'Packages out of a bundle are installed with dnf or apt, and this platform has yum.',
			fix: 'Name a repository that the host can reach for what it gets as packages.',
			exitCode: 2,
		});
	}
	if (manager === 'apt') return aptPackages(step, {patience: Math.round(timeout / 2000)});
	return rpmPackages(step, manager);
}
