import type {HostFacts} from '../source/cluster/facts.ts';
import type {IdentifiedCluster} from '../source/cluster/model.ts';
import {bundledImage} from '../source/sources/resolve.ts';
import type {Step} from '../source/steps/step.ts';

/** What the first tasks of a slave would wait for: images are on it before its agent offers anything. */
export function imagesAhead(cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	return cluster.images.map(given => {
		const [ref = '', digest] = given.split('@');
		const loaded = bundledImage(cluster, facts, ref);
		return {kind: 'image', title: `image ${ref} ahead`, ref, ...(loaded ? {loaded} : {digest})};
	});
}
