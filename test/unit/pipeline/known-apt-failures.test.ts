import {expect, test} from 'vitest';
import {recognised} from '../../../source/pipeline/known-failures.ts';

// As apt 2.4 and 2.6 print them.
test.each([
	[
		'unattended-upgrades at work',
		`Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)...
E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)
N: Be aware that removing the lock file is not a solution and may break your system.
E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?`,
		/in use by another process/,
	],
	[
		'an expired key, which leaves its packages unknown',
		`W: GPG error: http://rpm.aventer.biz/Debian bookworm InRelease: The following signatures were invalid: EXPKEYSIG 0123456789ABCDEF AVENTER
E: The repository 'http://rpm.aventer.biz/Debian bookworm InRelease' is not signed.
E: Unable to locate package aventer-mesos`,
		/has expired/,
	],
	[
		'a key of somebody else',
		`W: GPG error: http://a bookworm InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 0123456789ABCDEF
E: The repository 'http://a bookworm InRelease' is not signed.
E: Unable to locate package mesos`,
		/not signed by the key/,
	],
	['a name nobody has', 'E: Unable to locate package mesos', /no package of that name/],
	[
		'a hold',
		'The following held packages will be changed:\n   mesos\nE: Held packages were changed and -y was used without --allow-change-held-packages.',
		/held at its version/,
	],
	[
		'dependencies that do not fit',
		'The following packages have unmet dependencies:\n mesos : Depends: libevent-2.1-7 but it is not installable\nE: Unable to correct problems, you have held broken packages.',
		/do not fit/,
	],
	['no name service', "W: Failed to fetch http://a/  Temporary failure resolving 'a'", /no address/],
	['no way there', 'E: Failed to fetch http://a/x.deb  Could not connect to a:80', /download failed/],
])('%s', (_, output, cause) => {
	expect(recognised(output)?.cause).toMatch(cause);
});
