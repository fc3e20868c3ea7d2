import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {inSeconds, interleaved, median, type Result, seconds} from './measure.ts';

const checkout = join(import.meta.dirname, '../..');
const program = join(checkout, 'dist/source/cli.js');

/** The shortest way through the program, over a Node that does nothing. */
export async function versionOverNode(): Promise<Result> {
	const node = (...args: string[]) => execa(process.execPath, args);
	const samples = await interleaved({version: () => node(program, '--version'), node: () => node('-e', '0')}, 15);
	return {
		key: 'version_over_node',
		measure: '"mesos-setup --version" over "node -e 0"',
		value: median(samples.version) / median(samples.node),
		goal: {atMost: 2.5},
		samples,
		note: `${inSeconds(samples.version)} over ${inSeconds(samples.node)}`,
	};
}

/** What a user gets: the packed package installed beside its dependencies, and its first start. */
export async function packageCost(): Promise<Result[]> {
	const folder = await mkdtemp(join(tmpdir(), 'mesos-setup-bench-'));
	try {
		await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {cwd: checkout});
		const archive = (await readdir(folder)).find(name => name.endsWith('.tgz'));
		if (!archive) throw new Error('npm pack made no archive.');
		const quiet = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
		await execa('npm', ['install', '--prefix', folder, ...quiet, join(folder, archive)], {cwd: folder});
		const start = () =>
			execa(process.execPath, [join(folder, 'node_modules/mesos-setup/dist/source/cli.js'), '--help']);
		const first = await seconds(start);
		const {again} = await interleaved({again: start}, 5);
		const {stdout} = await execa('du', ['-sm', 'node_modules'], {cwd: folder});
		return [
			{
				key: 'package_mb',
				measure: 'the installed package with its dependencies, MB',
				value: Number.parseInt(stdout, 10),
				goal: {below: 90},
				samples: {},
			},
			{
				key: 'cold_start',
				measure: '"mesos-setup --help" right after installing, seconds',
				value: first,
				goal: undefined,
				samples: {first: [first], again},
				note: `${inSeconds(again)} from the second start on`,
			},
		];
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}
