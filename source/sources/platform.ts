import type {HostFacts} from '../cluster/facts.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {PackageName} from '../steps/step.ts';
import {amazonLinux2023} from './platforms/amazon-linux-2023.ts';

/** What differs from one Linux to the next: names and paths only, so that a new platform is a new file of data. */
export type Platform = {
	/** Key of the platform in the catalog. */
	id: string;
	title: string;
	osRelease: {id: string; version_id: string};
	/** Commands an operator wants on every host. */
	utilities: PackageName[];
	/** Daemons of the platform that the roles configure. */
	services: PackageName[];
	units: {time: string; syslog: string; rotation: string; docker: string};
	paths: {
		java: string;
		docker: string;
		nologin: string;
		/** Target of /etc/localtime as the platform itself writes it. */
		utc: string;
		/** Where packages of ZooKeeper put its jars. */
		zookeeperPackageHomes: string[];
	};
};

const platforms: Platform[] = [amazonLinux2023];

/** The platform of a host; throws a SetupError (exit 1) naming `host` for one the tool does not know. */
export function platformOf(facts: HostFacts, host: string = facts.hostname): Platform {
	const platform = platforms.find(
		({osRelease}) => osRelease.id === facts.os.id && osRelease.version_id === facts.os.version_id,
	);
	if (!platform) {
		const supported = platforms.map(({title}) => title).join(', ');
		throw new SetupError({
			host,
			cause: `The host runs ${facts.os.pretty_name || facts.os.id || 'an unknown system'}, which mesos-setup does not know.`,
			fix: `Use hosts that run ${supported}.`,
			exitCode: 1,
		});
	}
	return platform;
}
