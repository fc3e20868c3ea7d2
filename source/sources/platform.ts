import type {HostFacts} from '../cluster/facts.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {PackageName, Step} from '../steps/step.ts';
import type {System} from '../steps/system.ts';
import {amazonLinux2} from './platforms/amazon-linux-2.ts';
import {amazonLinux2018} from './platforms/amazon-linux-2018.ts';
import {amazonLinux2023} from './platforms/amazon-linux-2023.ts';
import {debian12} from './platforms/debian-12.ts';
import {almaLinux9, rockyLinux9} from './platforms/enterprise.ts';
import {ubuntu} from './platforms/ubuntu.ts';

type TimeService = {unit: string; package: string};

/** What differs from one Linux to the next: names and paths only, so that a new platform is a new file of data. */
export type Platform = {
	/** Key of the platform in the catalog. */
	id: string;
	title: string;
	/** What discovery calls its images, where that is not the title. */
	systems?: string[];
	/** Who is it: values of os-release; `version` is a pattern for VERSION_ID. */
	osRelease: {ids: string[]; version: RegExp};
	system: System;
	/** Who logs in to its images on EC2. */
	login: string;
	/** Last day of its publisher's support, ISO date. What is over works, with a warning. */
	supportEnds: string;
	/** Too old to be offered: only for those who say --allow-unsupported. */
	unsupported?: true;
	/** Commands an operator wants on every host. */
	utilities: PackageName[];
	/** Services that keep the clock right, best first: one that the host has is kept, else the first is installed. */
	time: [TimeService, ...TimeService[]];
	logging: {
		packages: PackageName[];
		unit: string;
		/** Unit that rotates; unset where the package brings a cron job. */
		rotation?: string | undefined;
		/** Who writes the files. */
		owner: string;
		group: string;
		/** Command that has the daemon open its files anew. */
		reopen: string;
		/** The daemon is older than its present configuration language. */
		old?: true;
	};
	docker: {
		unit: string;
		binary: string;
		/** Command that stops it with all that belongs to it. */
		stop: string;
		/** Before its package can be installed. */
		prepare?: Step[];
	};
	paths: {
		java: string;
		nologin: string;
		/** Where packages of ZooKeeper put its jars. */
		zookeeperPackageHomes: string[];
	};
	/** How the platform itself writes down that it is in UTC. */
	utc: {localtime: string; name?: {path: string; content: string}};
	/** How kernel arguments are added for the next boot; `ARGUMENTS` stands for them. */
	kernelArguments: {
		/** Command, or a sentence where a person has to do it. */
		add: string;
		/** Test that succeeds once ARGUMENTS, one word, will be given; without it nothing is added unasked. */
		check?: string;
	};
};

/** All that are known, the one most hosts run first. */
export const platforms: readonly Platform[] = [
	amazonLinux2023,
	debian12,
	ubuntu('22.04', 'jammy', '2027-04-30'),
	ubuntu('24.04', 'noble', '2029-05-31'),
	rockyLinux9,
	almaLinux9,
	amazonLinux2,
	amazonLinux2018,
];

/** The platform that discovery guessed by an image's name (`Debian 12`); undefined where it could not. */
export function platformBySystem(system: string): Platform | undefined {
	return platforms.find(({title, systems = [title]}) => systems.includes(system));
}

/** The platform of a host; throws a SetupError (exit 1) naming `host` for one the tool does not know. */
export function platformOf({os, hostname}: Pick<HostFacts, 'os' | 'hostname'>, host: string = hostname): Platform {
	const platform = platforms.find(
		({osRelease}) => osRelease.ids.includes(os.id) && osRelease.version.test(os.version_id),
	);
	if (!platform) {
		const supported = platforms.filter(({unsupported}) => !unsupported).map(({title}) => title);
		throw new SetupError({
			host,
			cause: `The host runs ${os.pretty_name || os.id || 'an unknown system'}, which mesos-setup does not know.`,
			fix: `Use hosts that run ${supported.slice(0, -1).join(', ')} or ${supported.at(-1)}.`,
			exitCode: 1,
		});
	}
	return platform;
}
