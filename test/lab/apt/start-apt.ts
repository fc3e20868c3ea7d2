import {mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Source} from '../../../source/cluster/model.ts';
import type {HostFile} from '../host-files.ts';
import {answered, startDetached} from '../mirror/start-mirror.ts';

const port = 81;
const keyring = '/usr/share/keyrings/debian-archive-lab.asc';

type Options = {
	/** The lab's own folder, for the log. */
	folder: string;
	namespace: string;
	address: string;
	/** What aptRepositories() built. */
	repositories: string;
	/** Code name of the hosts' release. */
	suite: string;
};

/** Serves the repositories of apt in the lab's network, beside the mirror. */
export async function startApt(options: Options): Promise<{pid: number; hostFiles: HostFile[]; mesos: Source}> {
	const {address, repositories, suite} = options;
	await mkdir(join(options.folder, 'mirror'), {recursive: true});
	const server = join(import.meta.dirname, '../mirror/static-server.ts');
	const pid = await startDetached(options, 'apt', [process.execPath, server, repositories, address, `${port}`]);
	const base = `http://${address}:${port}`;
	await answered(options, 'apt', [`${base}/mesos.asc`]);
	const list = `Types: deb
URIs: ${base}/debian/
Suites: ${suite}
Components: main
Signed-By: ${keyring}
`;
	return {
		pid,
		hostFiles: [
			{path: '/etc/apt/sources.list.d/debian.sources', content: list},
			{path: keyring, content: await readFile(join(repositories, 'debian.asc'), 'utf8')},
		],
		mesos: {
			kind: 'package',
			build: 'clusterd',
			name: 'aventer-mesos',
			version: '1.11.0',
			repo: {id: 'aventer', baseurl: `${base}/mesos/`, gpgkey: `${base}/mesos.asc`},
		},
	};
}
