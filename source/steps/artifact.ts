import {checkedName} from './names.ts';
import type {Artifact, Step} from './step.ts';

/** Root's alone. Files wait here for their steps; what is cut off stays, so that the next run goes on from there. */
export const artifactFolder = '/var/cache/mesos-setup/bundle';

/**
 * Where a host has a file once it is whole and has been compared with its checksum.
 * @throws SetupError (exit 2) for a name or checksum that is none
 */
export function artifactPath({name, sha256}: Pick<Artifact, 'name' | 'sha256'>, folder = artifactFolder): string {
	checkedName('checksum', sha256, /^[0-9a-f]{64}$/);
	return `${folder}/${sha256.slice(0, 16)}-${checkedName('file name', name, /^[A-Za-z0-9][\w.+~^-]*$/)}`;
}

/** The files a step is made of. */
export function artifactsOf(step: Step): Artifact[] {
	switch (step.kind) {
		case 'package':
			return step.files ?? [];
		case 'archive':
			return step.file ? [step.file] : [];
		case 'image':
			return step.loaded ? [step.loaded.file] : [];
		default:
			return [];
	}
}
