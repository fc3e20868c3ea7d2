import {expect, test} from 'vitest';
import {resetOf} from '../../../roles/reset.ts';
import {rolesOf} from '../../../roles/roles-of.ts';
import type {HostFacts} from '../../../source/cluster/facts.ts';
import {cluster, facts} from './cluster-fixture.ts';
import {hostOf} from './look-up.ts';

test('a host whose cgroups the chosen Mesos cannot use is refused by its roles, and reset all the same', () => {
	const whole = cluster(1, 1);
	const slave = hostOf(whole, 'slave-1');
	const on = (cgroup: HostFacts['cgroup'], roles: typeof resetOf) =>
		roles(slave, whole).flatMap(role => role.steps(slave, whole, facts({cgroup})));
	expect(() => on('hybrid', rolesOf)).toThrow('cgroup');
	const usual = on('v2', resetOf);
	expect(usual.length).toBeGreaterThan(20);
	for (const cgroup of ['v1', 'hybrid', 'none'] as const) expect(on(cgroup, resetOf)).toEqual(usual);
});
