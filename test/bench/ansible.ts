import {createHash} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import type {Lab} from '../lab/lab.ts';
import {inventory} from './ansible-inventory.ts';
import {inNetwork, rerun, stepsOfHosts} from './bench-lab.ts';
import {inSeconds, interleaved, type Log, median, type Result} from './measure.ts';

const packages = ['ansible-core', 'ansible-mitogen'];
const playbook = join(import.meta.dirname, 'ansible', 'site.yml');

/** Debian's own packages; they stay. */
async function installAnsible(log: Log): Promise<void> {
	const {exitCode} = await execa('dpkg', ['-s', ...packages], {reject: false});
	if (exitCode === 0) return;
	log(`The bench installs these Debian packages on this machine (they stay): ${packages.join(', ')}`);
	await execa('apt-get', ['update', '-q']);
	await execa('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
		env: {DEBIAN_FRONTEND: 'noninteractive'},
	});
}

async function mitogenStrategies(): Promise<string> {
	const {stdout} = await execa('dpkg', ['-L', 'ansible-mitogen', 'python3-mitogen'], {reject: false});
	const found = stdout.split('\n').find(line => line.endsWith('/ansible_mitogen/plugins/strategy'));
	if (!found) throw new Error('The Debian package ansible-mitogen holds no strategy plugins.');
	return found;
}

/** The same state by Ansible, which has to find nothing to change either. */
export async function ansibleOverRerun(lab: Lab, file: string, log: Log): Promise<Result[]> {
	await installAnsible(log);
	const folder = join(lab.folder, 'bench', 'ansible');
	const contents = join(folder, 'contents');
	await mkdir(contents, {recursive: true});
	const keep = async (content: string | Uint8Array) => {
		const path = join(contents, createHash('sha256').update(content).digest('hex'));
		await writeFile(path, content);
		return path;
	};
	const hosts = join(folder, 'inventory.json');
	await writeFile(hosts, await inventory(lab, await stepsOfHosts(lab, file), keep));
	const play = async (env: Record<string, string>): Promise<Map<string, number>> => {
		const said = await inNetwork(lab.namespace, ['ansible-playbook', '-i', hosts, playbook], {
			HOME: folder,
			LC_ALL: 'C.UTF-8',
			ANSIBLE_NOCOLOR: '1',
			// Mitogen logs in by itself and does not look at the options of ssh.
			ANSIBLE_HOST_KEY_CHECKING: 'False',
			// How long a login may take; its ten seconds are too few for six at once on a machine with other work.
			ANSIBLE_TIMEOUT: '60',
			...env,
		});
		const recap = [...said.matchAll(/^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=0 +failed=0 /gm)];
		if (recap.length !== lab.hosts.length) throw new Error(`The playbook did not end well:\n${said.slice(-3000)}`);
		for (const [, host, , changed] of recap) {
			if (changed === '0') continue;
			const what = said
				.match(/^(TASK .*|changed: .*)$/gm)
				?.filter((line, i, all) => line.startsWith('changed') || all[i + 1]?.startsWith('changed'));
			throw new Error(
				`The playbook changed ${changed} things on ${host}, so its time means nothing:\n${what?.join('\n')}`,
			);
		}
		return new Map(recap.map(([, host = '', ok]) => [host, Number(ok)]));
	};
	const strategy = {ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: await mitogenStrategies()};
	const rerunThrice = async () => {
		for (let i = 0; i < 3; i++) await rerun(lab, file);
	};
	// Warms up too; one run in vain of those that take minutes is enough.
	const tasks = await play({});
	const samples = await interleaved({rerun: rerunThrice, ansible: () => play({}), mitogen: () => play(strategy)}, 3, 0);
	samples.rerun = samples.rerun.map(three => three / 3);
	const counts = `${Math.min(...tasks.values())} to ${Math.max(...tasks.values())} tasks a host, changed=0 in every run`;
	const against = (name: 'ansible' | 'mitogen') => ({
		value: median(samples[name]) / median(samples.rerun),
		note: `${inSeconds(samples[name])} over ${inSeconds(samples.rerun)}; ${counts}`,
	});
	return [
		{
			key: 'ansible_over_rerun',
			measure: 'playbook that finds the same state unchanged (ansible-core, defaults), over the re-run',
			...against('ansible'),
			goal: {atLeast: 40},
			samples: {rerun: samples.rerun, ansible: samples.ansible},
		},
		{
			key: 'mitogen_over_rerun',
			measure: 'the same playbook with the mitogen strategy, over the re-run',
			...against('mitogen'),
			goal: {atLeast: 10},
			samples: {rerun: samples.rerun, mitogen: samples.mitogen},
		},
	];
}
