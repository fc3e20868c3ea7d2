/** Debian packages the machine needs to build and serve the mirror; none of their services may be started. */
export const mirrorPackages: readonly string[] = [
	'createrepo-c',
	'curl',
	'docker-registry',
	'gnupg',
	'openssl',
	'rpm',
	'util-linux',
	'zstd',
];
