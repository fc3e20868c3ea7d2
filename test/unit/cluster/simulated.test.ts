import {expect, test} from 'vitest';
import {marked, simulationMark} from '../../../source/cluster/simulated.ts';

test('the mark stands before every line, and only where hosts are simulated', () => {
	expect(simulationMark({})).toBeUndefined();
	expect(simulationMark({MESOS_SETUP_SIMULATED: ''})).toBeUndefined();
	const mark = simulationMark({MESOS_SETUP_SIMULATED: '1'});
	expect(marked('a\n\nb', mark)).toBe('SIMULATED  a\nSIMULATED  \nSIMULATED  b');
	expect(marked('a\nb', undefined)).toBe('a\nb');
});
