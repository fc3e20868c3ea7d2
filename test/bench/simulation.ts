import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {stringify} from 'yaml';
import type {RunEvent} from '../../source/pipeline/events.ts';
import {createKey} from '../lab/host-files.ts';
import {productArgv} from '../lab/product.ts';
import {median, type Result, seconds} from './measure.ts';
import {testimony, witnessed} from './witnessed.ts';

const count = 1000;
const runs = 3;

export async function writeCluster(folder: string, port: number): Promise<string> {
	const key = join(folder, 'key.pem');
	await createKey(key);
	const hosts = Array.from({length: count}, (_, i) => ({
		name: i < 3 ? `master-${i + 1}` : `slave-${i - 2}`,
		role: i < 3 ? 'master' : 'slave',
		address: `127.1.${Math.floor(i / 250)}.${1 + (i % 250)}`,
		private_ip: `10.1.${Math.floor(i / 250)}.${1 + (i % 250)}`,
	}));
	const image = (name: string) => ({kind: 'image', ref: `simulated/${name}:v1`, digest: `sha256:${'1'.repeat(64)}`});
	const sources = {
		zookeeper: {kind: 'archive', url: 'http://127.0.0.1/zookeeper-3.8.0.tar.gz', sha512: '1'.repeat(128)},
		mesos: {
			kind: 'package',
			name: 'mesos',
			build: 'clusterd',
			repo: {id: 'mesos', baseurl: 'http://127.0.0.1/mesos', gpgkey: 'http://127.0.0.1/mesos.asc'},
		},
		marathon: image('marathon'),
		chronos: image('chronos'),
	};
	const file = join(folder, 'cluster.yaml');
	await writeFile(file, stringify({name: 'simulated', ssh: {user: 'ec2-user', key, port}, hosts, sources}));
	return file;
}

/** A plan over a thousand hosts that are one ssh server in another process: what the controller alone costs. */
export async function thousandHosts(): Promise<Result[]> {
	const folder = await mkdtemp(join(tmpdir(), 'mesos-setup-bench-'));
	const server = spawn(process.execPath, [join(import.meta.dirname, 'simulated-hosts.ts')], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	try {
		const [said] = (await once(server.stdout, 'data')) as [Buffer];
		const file = await writeCluster(folder, Number(said.toString()));
		const seen = join(folder, 'witness.json');
		const samples: Record<'rss_mb' | 'cpu_ms_per_host' | 'wall', number[]> = {
			rss_mb: [],
			cpu_ms_per_host: [],
			wall: [],
		};
		for (let i = 0; i < runs; i++) {
			const [program = '', ...args] = productArgv('plan', '-c', file, '--json');
			const env = {...witnessed(seen), MESOS_SETUP_HOME: join(folder, `home-${i}`)};
			const wall = await seconds(async () => {
				const {stdout} = await execa(program, args, {env, maxBuffer: 1e9});
				const summary = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as RunEvent;
				const well = summary.event === 'summary' && summary.failed === 0 && summary.changed > 50 * count;
				if (!well)
					throw new Error(`The plan over simulated hosts did not end well: ${JSON.stringify(summary).slice(-200)}`);
			});
			const {rssMegabytes, cpuMilliseconds} = await testimony(seen);
			samples.wall.push(wall);
			samples.rss_mb.push(rssMegabytes);
			samples.cpu_ms_per_host.push(cpuMilliseconds / count);
		}
		const note =
			'the whole command over real ssh connections; the hosts are one server in a process of its own that answers at once';
		return [
			{
				key: 'sim_1000_rss_mb',
				measure: 'memory of "plan" over 1,000 simulated hosts, MB',
				value: median(samples.rss_mb),
				goal: {below: 400},
				samples: {rss_mb: samples.rss_mb, wall: samples.wall},
				note,
			},
			{
				key: 'sim_1000_cpu_ms_per_host',
				measure: 'controller CPU per host of the same run, ms',
				value: median(samples.cpu_ms_per_host),
				goal: {below: 15},
				samples: {cpu_ms_per_host: samples.cpu_ms_per_host},
				note,
			},
		];
	} finally {
		server.stdin.end();
		await rm(folder, {recursive: true, force: true});
	}
}
