import {renderToString} from 'ink';
import {expect, test} from 'vitest';
import {lookFor} from '../../../source/panels/look.ts';
import {RunScreen} from '../../../source/panels/run-screen.tsx';
import {createRunStore} from '../../../source/panels/run-store.ts';
import {Screen} from '../../../source/wizard/screen.tsx';
import {press, start} from '../wizard/fixture.ts';

const look = (env: NodeJS.ProcessEnv) => lookFor({LANG: 'C.UTF-8', ...env}, false);
const sizes = [
	{columns: 80, rows: 24},
	{columns: 40, rows: 10},
];

test.each(sizes)('every screen of the wizard begins with it, at $columns columns', async size => {
	const {wizard} = start();
	const draw = (env: NodeJS.ProcessEnv) =>
		renderToString(<Screen state={wizard.getState()} size={size} look={look(env)} />, size);
	const seen = new Set<string>();
	await wizard.idle();
	for (let enters = 0; enters < 12 && wizard.getState().at !== 'verified'; enters++) {
		seen.add(wizard.getState().at);
		expect(draw({MESOS_SETUP_SIMULATED: '1'})).toMatch(/^ SIMULATED {2}mesos-setup/);
		expect(draw({})).toMatch(/^ mesos-setup/);
		press(wizard, 'Enter');
		await wizard.idle();
	}
	expect(seen.size).toBeGreaterThan(5);
});

test.each(sizes)('so do the panels, at $columns columns', size => {
	const store = createRunStore({hosts: [{name: 'master-1', role: 'master'}], gates: []});
	const draw = (env: NodeJS.ProcessEnv) =>
		renderToString(
			<RunScreen title="apply prod" store={store} look={look(env)} logPath="/l" onInterrupt={() => {}} size={size} />,
			size,
		);
	expect(draw({MESOS_SETUP_SIMULATED: '1'})).toMatch(/^ SIMULATED {2}. apply/);
	expect(draw({})).not.toContain('SIMULATED');
});
