import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {SetupError} from '../source/cluster/setup-error.ts';
import {type Platform, platformOf} from '../source/sources/platform.ts';
import {sourceOf, type VerifiedSource} from '../source/sources/resolve.ts';
import type {Step} from '../source/steps/step.ts';
import {mastersOf} from './ensemble.ts';
import {directory, file} from './files.ts';
import {java} from './java.ts';
import {origin, packageStep, pinned, software} from './software.ts';
import {template} from './template.ts';
import {inUnit, ownUnit} from './unit.ts';

const data = '/var/lib/zookeeper';
const conf = '/etc/zookeeper/conf';
const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';

/** Steps, not a share: two looks at one host must not differ by a few MB and restart it. */
function heapMegabytes({memory_mb}: HostFacts): number {
	if (memory_mb < 1500) return 256;
	return memory_mb < 6000 ? 512 : 1024;
}

/** The process in the foreground; jars are named by folder, which Java itself looks through. */
function command(source: VerifiedSource, {docker, paths}: Platform, binary: string): string {
	if (source.kind === 'image') {
		// Ids of a system user are the host's own, so they are asked for when it starts.
		const run = [
			'exec',
			docker.binary,
			'run --rm --pull=never --name zookeeper.mesos-setup --net=host --user "$$(id -u zookeeper):$$(id -g zookeeper)"',
			`--env-file /etc/default/zookeeper --volume ${conf}:${conf}:ro --volume ${data}:${data}`,
			`--entrypoint zkServer.sh ${inUnit(pinned(source))} --config ${conf} start-foreground`,
		].join(' ');
		return `/bin/sh -c '${run}'`;
	}
	const homes = source.kind === 'archive' ? ['/opt/zookeeper'] : paths.zookeeperPackageHomes;
	const classpath = [conf, ...homes.flatMap(home => [`${home}/lib/*`, `${home}/*`])].join(':');
	return `${binary} -cp ${classpath} $JVMFLAGS ${main} ${conf}/zoo.cfg`;
}

/** A member of the ensemble on every master. What it has stored is never touched: the only file written there is its id. */
export function zookeeper(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	const masters = mastersOf(cluster);
	const own = masters.find(({name}) => name === host.name);
	if (!own) {
		throw new SetupError({
			host: host.name,
			cause: 'The host is no master in the record of the cluster, so it has no ZooKeeper id.',
			fix: 'Give it the role it was installed with.',
			exitCode: 1,
		});
	}
	const platform = platformOf(facts, host.name);
	const source = sourceOf(cluster, facts, 'zookeeper');
	const {before, packages, after} = software('zookeeper', source);
	const runtime = source.kind === 'image' ? undefined : java(cluster, facts, platform);
	const zoo = file(`${conf}/zoo.cfg`, template(`${conf}/zoo.cfg`, {data, masters}));
	const logback = file(`${conf}/logback.xml`, template(`${conf}/logback.xml`));
	const defaults = '/etc/default/zookeeper';
	const environment = file(defaults, template(defaults, {heap: heapMegabytes(facts)}));
	const account = {owner: 'zookeeper', group: 'zookeeper'};
	const id = file(`${data}/myid`, `${own.zookeeper_id}\n`, account);
	return [
		{kind: 'group', title: 'group zookeeper', name: 'zookeeper', system: true},
		{
			kind: 'user',
			title: 'user zookeeper',
			name: 'zookeeper',
			system: true,
			group: 'zookeeper',
			home: data,
			shell: platform.paths.nologin,
		},
		...before,
		...(runtime?.before ?? []),
		...packageStep([...(runtime?.packages ?? []), ...packages]),
		...(runtime?.after ?? []),
		...after,
		directory('/etc/zookeeper'),
		directory(conf),
		directory(data, {mode: '750', ...account}),
		id,
		zoo,
		logback,
		environment,
		...ownUnit(
			{unit: 'zookeeper', files: [id, zoo, logback, environment], token: 'zookeeper'},
			{
				origin: inUnit(origin(source)),
				command: command(source, platform, runtime?.binary ?? ''),
				// The container's process belongs to docker, so the unit itself needs root only for an image.
				user: source.kind === 'image' ? 'root' : 'zookeeper',
				cleanup:
					source.kind === 'image'
						? `ExecStartPre=-/bin/sh -c 'exec ${platform.docker.binary} rm --force zookeeper.mesos-setup > /dev/null 2>&1'`
						: '',
			},
			{platform, facts},
		),
	];
}
