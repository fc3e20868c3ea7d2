import {createHash} from 'node:crypto';
import type {Component} from '../../cluster/model.ts';
import {artifactsOf} from '../../steps/artifact.ts';
import type {PackageName, Step} from '../../steps/step.ts';
import type {PlannedStep} from './judge-roles.ts';

type Of<Kind extends Step['kind']> = Extract<Step, {kind: Kind}>;

/** Something an installation fetches to a host from elsewhere. `id` is a word that the probe answers with. */
export type Wanted = {
	id: string;
	name: string;
} /** Without a step it is only looked at: nothing installs it as yet. */ & (
	| {kind: 'archive'; url: URL; step?: Of<'archive'>}
	| {kind: 'image'; registry: string; repository: string; reference: string; step?: Of<'image'>}
	| {kind: 'key'; url: URL; repository: string}
	| {kind: 'repository'; step: Of<'repository'>; packages: PackageName[]}
	| {kind: 'packages'; packages: PackageName[]}
);

/** Registry, repository and what to ask for, as Docker reads a reference: `mesosphere/marathon` is Docker Hub's. */
export function readReference(ref: string, digest?: string): {registry: string; repository: string; reference: string} {
	const [, path = '', tag = 'latest'] = /^(.*?)(?::([^/:]+))?$/.exec(ref) ?? [];
	const [first = '', ...rest] = path.split('/');
	const reference = digest ?? tag;
	const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
	if (named && first !== 'docker.io') return {registry: first, repository: rest.join('/'), reference};
	const onHub = named ? rest.join('/') : path;
	return {
		registry: 'registry-1.docker.io',
		repository: onHub.includes('/') ? onHub : `library/${onHub}`,
		reference,
	};
}

const components: Record<string, Component> = {'mesos-master': 'mesos', 'mesos-agent': 'mesos'};

/** Which component a role's step brings; ZooKeeper's role brings Java, too. */
function componentOf({role, step}: PlannedStep): string {
	if (step.kind === 'archive' && step.link === '/opt/java') return 'java';
	return components[role] ?? role;
}

export const wordOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** What the steps of a host fetch, each thing once; local files are nothing to fetch. */
export function wantedBy(planned: readonly PlannedStep[]): Wanted[] {
	const found = new Map<string, Wanted>();
	// What comes out of a bundle is at hand.
	const fetched = planned.filter(({step}) => artifactsOf(step).length === 0);
	const packages = fetched.flatMap(({step}) => (step.kind === 'package' ? step.names : []));
	for (const one of fetched) {
		const {step} = one;
		const name = `source ${componentOf(one)}`;
		if (step.kind === 'archive') {
			found.set(step.url, {id: `a${wordOf(step.url)}`, name, kind: 'archive', url: new URL(step.url), step});
		} else if (step.kind === 'image') {
			const at = readReference(step.ref, step.digest);
			found.set(step.ref, {id: `i${wordOf(step.ref)}`, name, kind: 'image', ...at, step});
		} else if (step.kind === 'repository') {
			found.set(step.baseurl, {id: `r${wordOf(step.baseurl)}`, name, kind: 'repository', step, packages});
			if (step.gpgkey && !step.gpgkey.startsWith('file:')) {
				const url = new URL(step.gpgkey);
				found.set(step.gpgkey, {
					id: `k${wordOf(url.href)}`,
					name: `key of ${step.id}`,
					kind: 'key',
					url,
					repository: step.id,
				});
			}
		}
	}
	return [
		...found.values(),
		...(packages.length > 0 ? [{id: 'p', name: 'packages', kind: 'packages', packages} as const] : []),
	];
}
