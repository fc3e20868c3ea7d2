import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {productArgv} from '../../lab/product.ts';
import {type Simulation, startSimulation} from '../../simulation/demo.ts';
import {openTerminal} from '../panels/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'guided-'));
let simulation: Simulation;

beforeAll(async () => {
	simulation = await startSimulation(folder, 0.01);
});
afterAll(async () => {
	await simulation.close();
	rmSync(folder, {recursive: true});
});

// What the lab proves of the wizard with real hosts, on machines that cannot carry the lab.
test('from the first screen to the proof, with Enter alone, SIMULATED on every screen', {
	timeout: 120_000,
}, async () => {
	const [program = '', ...args] = productArgv('--defaults', simulation.defaults);
	const terminal = openTerminal([program, ...args], {columns: 80, rows: 24, env: simulation.env, patience: 60_000});
	try {
		// Keys of a person who does not wait, which the terminal still echoes.
		terminal.send('\u001b[A\u001b[A');
		for (const screen of [
			/Where are the hosts/,
			/6 chosen of 7/,
			/Who is master, who is slave\?/,
			/Which private key/,
			/Are these settings right\?/,
			/Ready: \d+ checks/,
			/Nothing has been changed yet/,
		]) {
			expect((await terminal.until(screen)).split('\n')[0]).toMatch(/^ SIMULATED {2}mesos-setup/);
			terminal.send('\r');
		}
		await terminal.until(/^ SIMULATED {2}\S install mesos/);
		const last = await terminal.until(/The cluster works: \d+ checks[\s\S]*Marathon +http:[\s\S]*q quit/);
		// Hosts that are none have no business in /etc/hosts.
		expect(last).not.toMatch(/name hosts/);
		terminal.send('nq');
		await terminal.until(() => !terminal.isAlternate());
		await terminal.until(() => /^SIMULATED {2}mesos works: \d+ checks/m.test(terminal.scrollback()));
	} finally {
		terminal.close();
	}
});
