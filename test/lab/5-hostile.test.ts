import {existsSync} from 'node:fs';
import {copyFile} from 'node:fs/promises';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {mesosFlags} from '../../source/cluster/mesos-flags.ts';
import {validateCluster} from '../../source/cluster/validate.ts';
import {hostileAttributes, hostileText} from '../unit/cluster/hostile.ts';
import {cluster} from '../unit/roles/cluster-fixture.ts';
import {writeClusterFile} from './cluster-file.ts';
import {type Lab, up} from './lab.ts';
import {complaints, mesosSetup, type ProductRun, stepsOf} from './product.ts';

// Strings that shells, templates, unit files and terminals could take for more than text arrive as the very same bytes and do
// nothing: a sample of what test/unit/roles/hostile-strings.test.ts tries by the ten thousand, on real hosts.
const canary = '/tmp/mesos-setup-canary';
const sample = {numRuns: 12, seed: 20_261_123};
let lab: Lab;
let key: string;
const quiet = () => {};

beforeAll(async () => {
	lab = await up({name: 'test-hostile', hosts: ['master-1', 'slave-1'], log: quiet});
	key = join(lab.folder, `key '";$(touch canary)\`touch canary\`\u202e é.pem`);
	await copyFile(lab.keyFile, key);
});
afterAll(() => lab?.down());

const write = (mesos: Record<string, unknown>, more: Record<string, unknown> = {}) =>
	writeClusterFile(lab, {
		path: join(lab.folder, `cluster '$(touch canary)";&.yaml`),
		fields: {mesos, ssh: {user: 'ec2-user', key}, frameworks: {marathon: false, chronos: false}, ...more},
	});
const apply = async (path: Promise<string>) => mesosSetup(lab, ['apply', '-c', await path, '--yes', '--json']);

/** Content of files below a folder of a host, by their names. */
async function filesOf(host: string, folder: string): Promise<Record<string, string>> {
	const {stdout} = await lab
		.host(host)
		.exec(`cd ${folder} && for file in *; do printf '%s %s\\n' "$file" "$(base64 -w0 "$file")"; done`);
	const lines = String(stdout).trim().split('\n');
	return Object.fromEntries(
		lines.map(line => {
			const [name = '', blob = ''] = line.split(' ');
			return [name, Buffer.from(blob, 'base64').toString()];
		}),
	);
}

async function nothingSang(run: ProductRun): Promise<void> {
	for (const host of lab.hosts) {
		const found = await host.exec(`ls ${canary} /canary /root/canary ~ec2-user/canary 2>/dev/null`);
		expect(found.stdout, host.name).toBe('');
	}
	expect(existsSync(canary)).toBe(false);
	expect(existsSync('canary')).toBe(false);
	// Nothing that acts on a terminal, from wherever it came.
	expect(`${run.stdout}${run.stderr}`).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
}

test('attributes: in the file, in the daemon and with the leader', async () => {
	const all = Object.assign({}, ...fc.sample(hostileAttributes(canary), sample)) as Record<string, string>;
	// Mesos takes blanks off both ends.
	const attributes = Object.fromEntries(Object.entries(all).filter(pair => pair.every(text => text === text.trim())));
	expect(Object.keys(attributes).length).toBeGreaterThan(15);
	const file = write({attributes});
	const run = await apply(file);
	expect(run.exitCode, complaints(run)).toBe(0);
	const {attributes: content} = await filesOf('slave-1', '/etc/mesos-agent');
	const pairs = Object.entries({id: 'slave-1', ...attributes}).map(pair => pair.join(':'));
	expect(content).toBe(`${pairs.join(';')}\n`);
	const verify = await mesosSetup(lab, ['verify', '-c', await file, '--json']);
	expect(verify.events).toContainEqual(
		expect.objectContaining({host: 'slave-1', check: 'slave attributes', status: 'ok'}),
	);
	await nothingSang(run);
	await nothingSang(verify);
});

describe('flags: each in a file of its own, whatever the daemon then says of it', () => {
	const free = (daemon: 'master' | 'agent') =>
		[...mesosFlags[daemon].values].filter(name => {
			const probe = cluster(1, 1);
			probe.mesos[`${daemon}_flags`] = {[name]: 'x'};
			return name !== 'containerizers' && validateCluster(probe).problems.length === 0;
		});

	test('of master and agent at once', async () => {
		const texts = (names: string[], seed: number) => {
			const values = fc.sample(hostileText(canary), {...sample, seed, numRuns: names.length});
			return Object.fromEntries(names.map((name, i) => [name, values[i] as string]));
		};
		const flags = {agent: texts(free('agent'), 1), master: texts(free('master'), 2)};
		expect(Object.keys({...flags.agent, ...flags.master}).length).toBeGreaterThan(80);
		// Daemons refuse most of it, so gates stay shut.
		const timeouts = {connect: '20s', step: '5m', gate: '5s'};
		const file = write({agent_flags: flags.agent, master_flags: flags.master}, {timeouts});
		const run = await apply(file);
		for (const [daemon, host] of [
			['agent', 'slave-1'],
			['master', 'master-1'],
		] as const) {
			const wanted = Object.fromEntries(Object.entries(flags[daemon]).map(([name, value]) => [name, `${value}\n`]));
			expect(await filesOf(host, `/etc/mesos-${daemon}`)).toMatchObject(wanted);
		}
		await nothingSang(run);
		// Nothing of it looks different when it is looked at again.
		const plan = await mesosSetup(lab, ['plan', '-c', await file, '--json']);
		expect(stepsOf(plan, 'would-change').filter(step => /(file|directory) \/etc\/mesos-/.test(step))).toEqual([]);
		await nothingSang(plan);
	});

	test('and an address that would like to be a command', async () => {
		const zookeeper = lab.mirror.sources.zookeeper as {url: string};
		const url = `${zookeeper.url}?'$(touch${'$'}{IFS}${canary});&|*~{a,b}!#%22$IFS`;
		await lab.host('master-1').exec('rm -rf /opt/mesos-setup /opt/zookeeper');
		// What the other test left would keep the daemon from starting.
		await lab.host('slave-1').exec('systemctl stop mesos-agent; rm -rf /var/lib/mesos/meta');
		const run = await apply(write({}, {sources: {...lab.mirror.sources, zookeeper: {...zookeeper, url}}}));
		expect(stepsOf(run, 'changed').filter(step => step.includes('archive'))).toHaveLength(1);
		expect(run.exitCode, complaints(run)).toBe(0);
		await nothingSang(run);
	});
});
