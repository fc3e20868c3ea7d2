import type {HostFacts} from '../source/cluster/facts.ts';
import type {IdentifiedCluster} from '../source/cluster/model.ts';
import {SetupError} from '../source/cluster/setup-error.ts';
import type {Platform} from '../source/sources/platform.ts';
import {sourceOf} from '../source/sources/resolve.ts';
import {type Software, software} from './software.ts';

/** Java for a component that runs on the host itself; its packages go into that component's one transaction. */
export function java(cluster: IdentifiedCluster, facts: HostFacts, {paths}: Platform): Software & {binary: string} {
	const source = sourceOf(cluster, facts, 'java');
	if (source.kind === 'image') {
		throw new SetupError({
			field: 'sources.java',
			cause: 'Java runs on the host itself, so it cannot come from an image.',
			fix: 'Write a package or an archive, or leave it out for the package of the platform.',
			exitCode: 2,
		});
	}
	return {...software('java', source), binary: source.kind === 'archive' ? '/opt/java/bin/java' : paths.java};
}
