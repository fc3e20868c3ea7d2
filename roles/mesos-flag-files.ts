import {mesosFlags} from '../source/cluster/mesos-flags.ts';
import type {Flags} from '../source/cluster/model.ts';
import type {Step} from '../source/steps/step.ts';
import {directory, type FileStep, file} from './files.ts';

/**
 * Flags as the packages take them: one file for each, named after the flag and holding its value; a switch is an empty file whose
 * name says it, `?quiet` or `?no-quiet`. No other file stays in the directory.
 */
export function flagFiles(daemon: 'master' | 'agent', flags: Flags): {folder: Step; files: FileStep[]} {
	const path = `/etc/mesos-${daemon}`;
	const files = Object.entries(flags).map(([name, value]) => {
		const isSwitch = typeof value === 'boolean' || mesosFlags[daemon].switches.has(name);
		if (!isSwitch) return file(`${path}/${name}`, `${value}\n`);
		return file(`${path}/?${String(value) === 'true' ? '' : 'no-'}${name}`, '');
	});
	const names = files.map(step => step.path.slice(path.length + 1));
	return {folder: directory(path, {}, names), files};
}
