// A program of its own, started inside the lab's network: the steps a re-run asks of every host, as JSON.
import {rolesOf} from '../../roles/roles-of.ts';
import {readClusterFile} from '../../source/cluster/cluster-file.ts';
import {openStore} from '../../source/cluster/store.ts';
import {assemble} from '../../source/pipeline/assemble.ts';
import {connect} from '../../source/remote/connect.ts';
import {readPrivateKey} from '../../source/remote/private-key.ts';
import {amazonLinux2023} from '../../source/sources/platforms/amazon-linux-2023.ts';
import {compile} from '../../source/steps/compile.ts';
import type {Step} from '../../source/steps/step.ts';

/** `check` is the text the host's runner receives for this step. */
export type BenchStep = {role: string; step: Step; check: string};
export type BenchSteps = Record<string, BenchStep[]>;

async function look(file: string, home: string): Promise<BenchSteps> {
	const cluster = await readClusterFile(file);
	const store = openStore(home);
	const key = await readPrivateKey(cluster.ssh.key ?? '', {env: {}});
	const {fleet, ...found} = await assemble({
		cluster,
		limit: [],
		stored: store.load(cluster.name)?.record,
		connect: ({name, address}) =>
			connect(
				{host: name, address, port: cluster.ssh.port, user: cluster.ssh.user, key},
				{
					timeout: cluster.timeouts.connect,
					signal: new AbortController().signal,
					hostKeys: {...store.hostKeys(cluster.name), onFirstUse: () => {}},
				},
			),
		newId: () => 'a cluster that was never installed',
		listener: () => {},
	});
	try {
		const members = await fleet.reached();
		return Object.fromEntries(
			members.map(({host, facts}) => [
				host.name,
				rolesOf(host, found.cluster).flatMap(({name, steps}) =>
					steps(host, found.cluster, facts).map(step => ({
						role: name,
						step,
						check: compile(step, {timeout: cluster.timeouts.step, system: amazonLinux2023.system}).check,
					})),
				),
			]),
		);
	} finally {
		await fleet.close();
	}
}

const [file = '', home = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await look(file, home)));
