import {z} from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const word = z.string().regex(/^[A-Za-z0-9][\w.+~^:@/-]*$/);
const build = z.enum(['apache', 'clusterd']).optional();

const file = z.strictObject({
	/** Below the bundle's folder. Packages lie in one of their platform: others build the same version, and it is another file. */
	path: z.string().regex(/^(packages\/[a-z][a-z0-9.-]*|archives|images)\/[A-Za-z0-9][\w.+~^-]*$/),
	sha256,
	bytes: z.int().min(0),
	/** What a package is, as rpm or dpkg tells it of a host that has it, which need not be sent it then. */
	package: z.strictObject({name: word, version: word}).optional(),
	/** Where an archive came from; the source's own checksum is beside the source. */
	url: z.url().optional(),
	/**
	 * Where an image came from, and what it is for docker once it is loaded: its id by configuration or by manifest, as docker's
	 * store has it, and a name that nobody else gives out.
	 */
	image: z.strictObject({ref: word, id: digest, manifest: digest, name: word}).optional(),
});

const source = z.discriminatedUnion('kind', [
	z.strictObject({kind: z.literal('package'), name: word, version: word.optional(), build}),
	z.strictObject({
		kind: z.literal('archive'),
		url: z.url(),
		checksum: z.strictObject({algorithm: z.enum(['sha256', 'sha512']), hex: z.string().regex(/^[0-9a-f]+$/)}),
		build,
	}),
	z.strictObject({kind: z.literal('image'), ref: word, digest, build}),
]);

const components = ['docker', 'java', 'zookeeper', 'mesos', 'marathon', 'chronos'] as const;

/** `manifest.json` of a bundle: what hosts of one platform and architecture need, for each of those it was made for. */
export const manifestSchema = z.strictObject({
	format: z.literal(1),
	/** Version of the tool that wrote it. */
	version: z.string(),
	created: z.iso.datetime(),
	cluster: z.string(),
	sets: z
		.array(
			z.strictObject({
				platform: z.string(),
				arch: z.string(),
				sources: z.partialRecord(z.enum(components), source),
				/** The files of every package asked for, with what it requires, by what was asked: `mesos-1.11.0`. */
				packages: z.record(z.string(), z.array(z.string())),
			}),
		)
		.min(1),
	files: z.array(file),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type BundleFile = z.infer<typeof file>;
export type BundledSource = z.infer<typeof source>;

/** A bundle whose manifest was read: `folder` is absolute. */
export type Bundle = {folder: string; manifest: Manifest};

/** Bundles by the path that the cluster file has for them. */
export type Bundles = ReadonlyMap<string, Bundle>;
