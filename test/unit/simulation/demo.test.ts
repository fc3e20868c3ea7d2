import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Simulation, startSimulation} from '../../simulation/demo.ts';
import {startFleet} from '../../simulation/fleet.ts';
import {runCli} from '../commands/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
let simulation: Simulation;

beforeAll(async () => {
	simulation = await startSimulation(folder, 0.01);
});
afterAll(async () => {
	await simulation.close();
	rmSync(folder, {recursive: true});
});

async function onFleet(verb: string, ...args: string[]) {
	const {env, clusterFile} = simulation;
	const run = await runCli(env.MESOS_SETUP_HOME ?? '', [verb, '-c', clusterFile, ...args], env);
	return {...run, lines: run.out.trimEnd().split('\n')};
}

// Ssh in JavaScript on both ends: on a busy machine it takes its time.
describe('a simulated fleet', () => {
	test('is as doctor wants hosts to be', async () => {
		const doctor = await onFleet('doctor');
		expect(doctor).toMatchObject({exitCode: 0, err: ''});
		expect(doctor.lines.at(-1)).toMatch(/^SIMULATED {2}\d{3} checks ok, 0 warnings, 0 failed/);
	});

	test('lets nobody in who has another key', async () => {
		const other = await startFleet(1, 0);
		await other.close();
		const key = join(folder, 'other.pem');
		writeFileSync(key, other.privateKey, {mode: 0o600});
		const file = join(folder, 'wrong.yaml');
		writeFileSync(
			file,
			readFileSync(simulation.clusterFile, 'utf8')
				.replace(/key: .*/, `key: ${key}`)
				.concat('timeouts: {connect: 1s}\n'),
		);
		const {exitCode, out} = await onFleet('doctor', '-c', file, '--limit', 'slave-1');
		expect(exitCode).toBe(1);
		expect(out).toMatch(/slave-1 .*FAILED.*refuses/);
	});

	test('shows in a plan what is really in the files; JSON stays JSON', async () => {
		const {exitCode, out} = await onFleet('plan', '--limit', 'master-2', '--check');
		expect(exitCode).toBe(3);
		expect(out).toMatch(/\+\+\+ file \/etc\/mesos-master\/quorum\n.*\n.*\+2\n/);
		const {lines} = await onFleet('plan', '--json', '--limit', 'slave-1');
		for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
	});

	test('is installed and verified, SIMULATED in every line; then nothing is left to do', async () => {
		const apply = await onFleet('apply', '--yes');
		expect(apply).toMatchObject({exitCode: 0, err: ''});
		expect(apply.lines.at(-1)).toMatch(/6 hosts, \d{3} changed, 0 failed/);
		const verify = await onFleet('verify');
		expect(verify).toMatchObject({exitCode: 0, err: ''});
		expect(verify.out).toMatch(/slave-3 .*marathon task: ran on slave-3/);
		expect(verify.lines.at(-1)).toMatch(/34 checks ok, 0 warnings, 0 failed/);
		for (const {lines} of [apply, verify]) expect(lines.filter(line => !line.startsWith('SIMULATED  '))).toEqual([]);
		expect((await onFleet('plan', '--check')).exitCode).toBe(0);
	});

	test('is bare again after a reset', async () => {
		expect((await onFleet('reset', '--yes')).exitCode).toBe(0);
		expect((await onFleet('plan', '--check', '--limit', 'slave-1')).exitCode).toBe(3);
	});
});
