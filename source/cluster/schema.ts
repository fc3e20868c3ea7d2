import {isIP} from 'node:net';
import {z} from 'zod';
import {durationPattern, parseDuration} from './duration.ts';
import {clusterNamePattern, hostNamePattern, isAddress} from './names.ts';
import {quote} from './text.ts';

/**
 * A message of the schema: what is wrong and what to do about it. Zod carries one text, so the two travel in one, a line each;
 * source/cluster/schema-problems.ts takes them apart.
 */
function explain(cause: string, fix: string): string {
	return `${cause}\n${fix}`;
}

/** An object that refuses keys it does not know; the message of such an issue names the keys it does. */
function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
	return z.strictObject(shape, {
		error: issue => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
	});
}

const oneLine = z
	.string()
	.min(1, explain('is empty.', 'Give it a value or leave the key out.'))
	.regex(/^\P{Cc}+$/u, explain('holds a line end or another control character.', 'Take it out.'));

const flagValue = z
	.union([z.string(), z.number(), z.boolean()])
	.transform(value => (typeof value === 'number' ? String(value) : value));

const attributeValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const hostMesos = {
	attributes: z.record(z.string(), attributeValue).prefault({}).describe('Attributes the slave offers to frameworks.'),
	agent_flags: z.record(z.string(), flagValue).prefault({}).describe('Flags of mesos-agent, without the dashes.'),
	master_flags: z.record(z.string(), flagValue).prefault({}).describe('Flags of mesos-master, without the dashes.'),
};

const duration = z
	.string()
	.regex(durationPattern, explain('is no duration.', 'Write a number with its unit, for example 20s, 5m or 1h.'))
	.transform(parseDuration)
	.refine(time => time > 0 && time <= 86_400_000, explain('is out of range.', 'Use more than 0 and at most 24h.'));

const port = z
	.int(explain('is no port.', 'Use a whole number from 1 to 65535.'))
	.min(1, explain('is no port.', 'Use a number from 1 to 65535.'))
	.max(65_535, explain('is no port.', 'Use a number from 1 to 65535.'));

const address = oneLine.refine(isAddress, {
	error: issue => explain(`${quote(String(issue.input))} is neither an IP address nor a host name.`, 'Correct it.'),
});

const host = strict({
	name: z
		.string()
		.regex(hostNamePattern, {
			error: issue =>
				explain(
					`${quote(String(issue.input))} is no host name.`,
					'Use lower-case letters, digits and hyphens, starting and ending with a letter or digit, such as master-1.',
				),
		})
		.refine(name => name !== 'localhost' && isIP(name) === 0, {
			error: issue => explain(`${quote(String(issue.input))} cannot name one host.`, 'Choose a name such as master-1.'),
		})
		.describe('The name the host gets in the cluster.'),
	role: z
		.enum(['master', 'slave', 'agent'])
		.transform(role => (role === 'agent' ? 'slave' : role))
		.describe('`agent` means `slave`.'),
	address: address.describe('Where this computer reaches sshd.'),
	private_ip: z
		.ipv4({
			error: issue =>
				explain(
					`${quote(String(issue.input))} is no IPv4 address.`,
					'Use the address by which the hosts reach each other.',
				),
		})
		.describe('IPv4 address by which the hosts reach each other.'),
	instance: z
		.string()
		.regex(/^i-[0-9a-f]{8,17}$/, explain('is no EC2 instance id.', 'It looks like i-0123456789abcdef0.'))
		.optional()
		.describe('EC2 instance id.'),
	mesos: strict(hostMesos).prefault({}),
});

const ssh = strict({
	user: z
		.string()
		.regex(/^[A-Za-z_][\w.-]{0,31}$/, explain('is no login name.', 'Use the user the hosts let in, such as ec2-user.'))
		.default('ec2-user'),
	key: oneLine.optional().describe('Path of the private key; without it the ssh-agent and ~/.ssh/config are asked.'),
	port: port.default(22),
	bastion: z
		.string()
		.regex(/^(?:[A-Za-z_][\w.-]{0,31}@)?\w[\w.-]*(?::\d{1,5})?$/, explain('is no bastion.', 'Write user@host:port.'))
		.refine(
			text => Number(/:(\d+)$/.exec(text)?.[1] ?? 22) <= 65_535,
			explain('has no port there is.', 'Use 22, mostly.'),
		)
		.optional()
		.describe('user@host:port of the host the others are reached through.'),
});

/**
 * What programs on the hosts take as an address: printable ASCII without blanks, double quotes, backslashes and angle brackets.
 * Zod's own URLs lose line ends without a word.
 */
const url = z
	.string()
	.refine(text => /^https?:\/\/[!#-;=?-[\]^_a-z{|}~]+$/.test(text) && URL.canParse(text), {
		error: issue => explain(`${quote(String(issue.input))} is no http or https URL.`, 'Write the whole URL.'),
	})
	.meta({format: 'uri'});

/** A word that package managers and registries take; never something a program could read as an option. */
function word(what: string, pattern: RegExp) {
	return z.string().regex(pattern, {
		error: issue => explain(`${quote(String(issue.input))} is no ${what}.`, 'Correct it.'),
	});
}

/** Registry and path, then a tag, a digest or both. */
const imageReference =
	/^[a-z0-9][\w.-]*(?:(?::\d+)?(?:\/[a-z0-9._-]+)+)?(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

const version = word('version', /^[A-Za-z0-9][\w.+~^-]*$/);

function checksum(algorithm: string, digits: number) {
	return z
		.string()
		.regex(
			new RegExp(`^[0-9a-f]{${digits}}$`, 'i'),
			explain(`is no ${algorithm} checksum.`, `Give its ${digits} hexadecimal digits.`),
		)
		.transform(hex => hex.toLowerCase());
}

const build = z
	.enum(['apache', 'clusterd'])
	.optional()
	.describe('Which Mesos it is: `apache` knows only cgroup v1, `clusterd` also v2.');

const bundlePath = oneLine.describe('Folder of a bundle, from the folder of the cluster file.');

const source = z.discriminatedUnion('kind', [
	strict({
		kind: z.literal('package'),
		name: word('package name', /^[A-Za-z0-9][\w.+:/-]*$/),
		version: version.optional(),
		repo: strict({
			id: word('repository id', /^[A-Za-z0-9][\w.:-]*$/),
			baseurl: url,
			gpgkey: url.optional(),
			unsigned: z.boolean().optional(),
			suite: word('suite', /^[\w.][\w./-]*$/)
				.optional()
				.describe('apt only: a code name, or a folder ending in a slash; the release of the host when unset.'),
		})
			.refine(({gpgkey, unsigned}) => gpgkey !== undefined || unsigned === true, {
				error: explain(
					'has no gpgkey, so its packages could not be verified.',
					'Add the URL of its signing key as gpgkey, or unsigned: true if you answer for the repository yourself.',
				),
			})
			.optional(),
		build,
	}),
	strict({
		kind: z.literal('archive'),
		url,
		sha256: checksum('sha256', 64).optional(),
		sha512: checksum('sha512', 128).optional(),
		version: version.optional(),
		build,
	}),
	strict({
		kind: z.literal('image'),
		ref: word('image reference', imageReference),
		build,
		digest: z
			.string()
			.regex(/^sha256:[0-9a-f]{64}$/, explain('is no digest.', 'It looks like sha256: and 64 hexadecimal digits.'))
			.optional(),
	}),
	strict({kind: z.literal('bundle'), path: bundlePath}),
]);

/** The cluster file (DESIGN section 4). What it parses to is a `Cluster`, every default filled in. */
export const clusterSchema = strict({
	name: z.string().regex(clusterNamePattern, {
		error: issue =>
			explain(
				`${quote(String(issue.input))} cannot name a cluster.`,
				'Use letters, digits, dots, hyphens and underscores, at most 63, starting with a letter or digit.',
			),
	}),
	region: z
		.string()
		.regex(/^[a-z]{2}(-[a-z]+)+-\d+$/, explain('is no AWS region.', 'It looks like eu-west-1.'))
		.optional()
		.describe('AWS region, when the hosts are EC2 instances.'),
	profile: oneLine.optional().describe('AWS profile.'),
	ssh: ssh.prefault({}),
	hosts: z.array(host).min(1, explain('is empty.', 'List the hosts of the cluster, one of them with role: master.')),
	mesos: strict({
		port_ranges: z.string().default('4000-5000,7000-8000,9000-10000,20000-26000,31000-32000'),
		...hostMesos,
	}).prefault({}),
	frameworks: strict({marathon: z.boolean().default(true), chronos: z.boolean().default(true)}).prefault({}),
	sources: strict({
		docker: z.exactOptional(source),
		java: z.exactOptional(source),
		zookeeper: z.exactOptional(source),
		mesos: z.exactOptional(source),
		marathon: z.exactOptional(source),
		chronos: z.exactOptional(source),
		kind: z.literal('bundle').optional().describe('With path: a bundle for everything not named here.'),
		path: bundlePath.optional(),
	})
		.refine(({kind, path}) => (kind === undefined) === (path === undefined), {
			error: explain('needs kind and path together.', 'Write {kind: bundle, path: FOLDER}, or neither of the two.'),
		})
		.prefault({}),
	images: z
		.array(word('image reference', imageReference))
		.default([])
		.describe('Images that every slave pulls ahead, so that the first tasks do not wait for them.'),
	timeouts: strict({
		connect: duration.prefault('20s'),
		step: duration.prefault('10m'),
		gate: duration.prefault('5m'),
	}).prefault({}),
});

/** What a cluster file may hold. */
export type ClusterInput = z.input<typeof clusterSchema>;

/** The schema of the cluster file as JSON Schema, for editors. */
export function clusterJsonSchema(): object {
	return {title: 'mesos-setup cluster file', ...z.toJSONSchema(clusterSchema, {io: 'input'})};
}
