import {parse} from 'yaml';
import {z} from 'zod';
import type {Component, Source} from '../cluster/model.ts';
import {packageFile} from '../cluster/package-file.ts';

const candidate = z.strictObject({
	default: z.literal(true).optional(),
	version: z.string(),
	build: z.enum(['apache', 'clusterd']).optional(),
	source: z.discriminatedUnion('kind', [
		z.strictObject({
			kind: z.literal('package'),
			name: z.string(),
			repo: z.strictObject({id: z.string(), baseurl: z.url(), gpgkey: z.url()}).optional(),
		}),
		z.strictObject({kind: z.literal('archive'), url: z.url()}),
		z.strictObject({kind: z.literal('image'), ref: z.string()}),
	]),
	unusable: z.string().optional(),
	checksum: z.union([z.literal('repository key'), z.string().regex(/^sha(256|512):[0-9a-f]+$/), z.null()]),
	java: z.string().nullable(),
	cgroup: z.array(z.enum(['v1', 'v2'])).nullable(),
	arch: z.array(z.enum(['x86_64', 'aarch64'])),
	tradeoffs: z.string().optional(),
	evidence: z.string(),
	date: z.string(),
});

const schema = z.record(
	z.string(),
	z.record(z.enum(['docker', 'java', 'zookeeper', 'mesos', 'marathon', 'chronos']), z.array(candidate)),
);

/** One place a component can come from, as templates/catalog.yaml tells it. */
export type Candidate = z.infer<typeof candidate>;

let catalog: z.infer<typeof schema> | undefined;

/** The candidates of a component on a platform, best first; empty where the catalog knows none. */
export function candidatesOf(platform: string, component: Component): Candidate[] {
	catalog ??= schema.parse(parse(packageFile('templates/catalog.yaml'), {merge: true}));
	return catalog[platform]?.[component] ?? [];
}

/** A candidate as the cluster file would say it, with its checksum where the catalog has one. */
export function asSource({source, build, checksum}: Candidate): Exclude<Source, {kind: 'bundle'}> {
	const known = checksum?.startsWith('sha') ? checksum : undefined;
	const [algorithm, hex] = known?.split(':') ?? [];
	const verified =
		source.kind === 'archive' && algorithm
			? {...source, [algorithm]: hex}
			: source.kind === 'image'
				? {...source, digest: known}
				: source;
	return build ? {...verified, build} : verified;
}
