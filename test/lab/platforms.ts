import {writeHostFiles} from './host-files.ts';
import {run} from './run.ts';

/** A system the lab's hosts can be, as far as one machine with one kernel can make that true. */
export type LabPlatform = {
	/** Whose root file system it stands on. */
	base: 'amazon-linux-2023' | 'debian-12';
	/** Who logs in. */
	user: string;
	/** Where it calls itself something else than its base does. */
	osRelease?: Record<string, string>;
	/** Shell text run in its root before it boots: what the system has and its base has not. */
	prepare?: string;
	/** For apt. */
	suite?: 'bookworm' | 'jammy' | 'noble';
};

function ubuntu(version: string, suite: 'jammy' | 'noble', name: string): LabPlatform {
	return {
		base: 'debian-12',
		user: 'admin',
		suite,
		osRelease: {ID: 'ubuntu', ID_LIKE: 'debian', VERSION_ID: version, VERSION_CODENAME: suite, PRETTY_NAME: name},
		// rsyslog of Ubuntu writes as this user; its unit is Debian's here, so it writes as root all the same.
		prepare: 'groupadd --system syslog && useradd --system --gid syslog --groups adm --no-create-home syslog',
	};
}

/** By the names that `--platform` takes. Only the first two are themselves; the others have the first two's programs. */
export const labPlatforms: Record<string, LabPlatform> = {
	'amazon-linux-2023': {base: 'amazon-linux-2023', user: 'ec2-user'},
	'debian-12': {base: 'debian-12', user: 'admin', suite: 'bookworm'},
	'ubuntu-22.04': ubuntu('22.04', 'jammy', 'Ubuntu 22.04.5 LTS'),
	'ubuntu-24.04': ubuntu('24.04', 'noble', 'Ubuntu 24.04.3 LTS'),
	'rocky-9': {
		base: 'amazon-linux-2023',
		user: 'ec2-user',
		osRelease: {
			ID: 'rocky',
			ID_LIKE: 'rhel centos fedora',
			VERSION_ID: '9.6',
			PLATFORM_ID: 'platform:el9',
			PRETTY_NAME: 'Rocky Linux 9.6 (Blue Onyx)',
		},
		prepare: 'ln -sf /usr/sbin/nologin /sbin/nologin 2> /dev/null || :',
	},
	'amazon-linux-2': {
		base: 'amazon-linux-2023',
		user: 'ec2-user',
		osRelease: {
			ID: 'amzn',
			ID_LIKE: 'centos rhel fedora',
			VERSION_ID: '2',
			PRETTY_NAME: 'Amazon Linux 2',
		},
		// Its yum is another program than dnf; the words the product says to it are the same. It knows no --refresh.
		prepare: 'ln -sf dnf-3 /usr/bin/yum; rm -f /usr/bin/dnf',
	},
};

/** What the hosts of one lab are; base and user they have in common. */
export type HostPlatforms = Pick<LabPlatform, 'base' | 'user'> & {
	of: (host: string) => LabPlatform;
	/** Code names of the hosts that use apt. */
	suites: string[];
};

/**
 * @param wanted one platform for all, or one for each host by its name
 * @throws when the lab knows no such platform, or two of them cannot be in one lab
 */
export function hostPlatforms(
	hosts: readonly string[],
	wanted: string | Record<string, string> = 'amazon-linux-2023',
): HostPlatforms {
	const of = (host: string) => {
		const name = typeof wanted === 'string' ? wanted : (wanted[host] ?? 'amazon-linux-2023');
		const found = labPlatforms[name];
		if (found) return found;
		throw new Error(`The lab has no platform ${name}; it has ${Object.keys(labPlatforms).join(', ')}.`);
	};
	const all = hosts.map(of);
	const [first = of('')] = all;
	if (all.some(({base}) => base !== first.base)) throw new Error('The hosts of one lab stand on one base.');
	return {base: first.base, user: first.user, of, suites: [...new Set(all.flatMap(({suite}) => suite ?? []))]};
}

/** Makes the root of a host that is not booted yet what the platform says. */
export async function becomePlatform(root: string, {osRelease, prepare}: LabPlatform): Promise<void> {
	if (osRelease) {
		const text = Object.entries(osRelease).map(([key, value]) => `${key}="${value}"\n`);
		await writeHostFiles(root, [{path: '/usr/lib/os-release', content: text.join('')}]);
	}
	if (prepare) await run('chroot', [root, 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'sh', '-euc', prepare]);
}
