import {chmod, copyFile, mkdir, realpath, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {packArchive} from './archive.ts';
import type {DebianPackages} from './debian-packages.ts';

/** Where Debian keeps the jars that Apache ships in the binary release's lib folder. */
export const zookeeperDebs: readonly string[] = [
	'libzookeeper-java',
	'libcommons-cli-java',
	'libcommons-io-java',
	'libdropwizard-metrics-java',
	'libjackson2-annotations-java',
	'libjackson2-core-java',
	'libjackson2-databind-java',
	'libjetty9-java',
	'libnetty-java',
	'libservlet-api-java',
	'libslf4j-java',
	'libsnappy-java',
];

// jetty and jackson are in so that the AdminServer opens port 8080 by default, as the real release does.
const jars = [
	...['zookeeper', 'zookeeper-jute', 'commons-cli', 'commons-io', 'metrics-core', 'metrics-servlet', 'snappy-java'],
	...['jackson-annotations', 'jackson-core', 'jackson-databind', 'slf4j-api', 'slf4j-simple', 'servlet-api'],
	...['http', 'io', 'security', 'server', 'servlet', 'util', 'util-ajax'].map(name => `jetty9-${name}`),
	...['buffer', 'codec', 'common', 'handler', 'resolver', 'transport'].map(name => `netty-${name}`),
	...['netty-transport-native-epoll', 'netty-transport-native-unix-common'],
];

const sampleConfiguration = `tickTime=2000
initLimit=10
syncLimit=5
dataDir=/tmp/zookeeper
clientPort=2181
`;

/**
 * The real ZooKeeper of Debian in the layout of Apache's binary release, as a .tar.gz with its .sha512 beside.
 * @param work scratch folder
 * @param into folder of the finished archive
 * @returns the archive's SHA-512, lower-case hex
 */
export async function buildZookeeperArchive(debs: DebianPackages, work: string, into: string): Promise<string> {
	const unpacked = join(work, 'zookeeper-debs');
	await debs.unpack(zookeeperDebs, unpacked);
	const root = join(work, 'zookeeper', 'apache-zookeeper-3.8.0-bin');
	for (const folder of ['bin', 'conf', 'lib']) await mkdir(join(root, folder), {recursive: true});
	for (const jar of jars) {
		await copyFile(await realpath(join(unpacked, 'usr/share/java', `${jar}.jar`)), join(root, 'lib', `${jar}.jar`));
	}
	for (const script of ['zkServer.sh', 'zkEnv.sh', 'zkCli.sh']) {
		await copyFile(join(import.meta.dirname, 'zookeeper', script), join(root, 'bin', script));
		await chmod(join(root, 'bin', script), 0o755);
	}
	await writeFile(join(root, 'conf', 'zoo_sample.cfg'), sampleConfiguration);
	return packArchive(join(work, 'zookeeper'), into, 'apache-zookeeper-3.8.0-bin.tar.gz');
}
