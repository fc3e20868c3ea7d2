import {expect, test} from 'vitest';
import {asSource, candidatesOf} from '../../../source/sources/catalog.ts';
import {platforms} from '../../../source/sources/platform.ts';

const components = ['docker', 'java', 'zookeeper', 'mesos', 'marathon', 'chronos'] as const;

test('every component has candidates with evidence and a date, and at most one default; Mesos has none', () => {
	for (const component of components) {
		const candidates = candidatesOf('amazon-linux-2023', component);
		expect(candidates.length).toBeGreaterThan(0);
		for (const {evidence, date} of candidates) {
			expect(evidence).not.toBe('');
			expect(date).toMatch(/^20\d\d-\d\d$/);
		}
		expect(candidates.filter(candidate => candidate.default)).toHaveLength(component === 'mesos' ? 0 : 1);
	}
});

test('a Mesos candidate says which build it is; only packages count on their repository’s key', () => {
	for (const {build} of candidatesOf('amazon-linux-2023', 'mesos')) expect(build).toBeDefined();
	for (const component of components) {
		for (const {source, checksum} of candidatesOf('amazon-linux-2023', component)) {
			expect(checksum === 'repository key').toBe(source.kind === 'package');
		}
	}
});

test('a checksum that becomes known reaches the source', () => {
	const [zookeeper] = candidatesOf('amazon-linux-2023', 'zookeeper');
	const [marathon] = candidatesOf('amazon-linux-2023', 'marathon');
	if (!zookeeper || !marathon) throw new Error('no candidates');
	expect(asSource({...zookeeper, checksum: 'sha512:ab'})).toMatchObject({kind: 'archive', sha512: 'ab'});
	expect(asSource({...marathon, checksum: 'sha256:ab'})).toMatchObject({kind: 'image', digest: 'sha256:ab'});
});

test('every platform has candidates of every component, and a default of all but Mesos', () => {
	for (const {id, unsupported} of platforms) {
		for (const component of components) {
			const candidates = candidatesOf(id, component);
			expect(candidates.length, `${id} ${component}`).toBeGreaterThan(0);
			const defaults = candidates.filter(candidate => candidate.default);
			if (component !== 'mesos') expect(defaults, `${id} ${component}`).toHaveLength(1);
			else expect(defaults.length, `${id} ${unsupported}`).toBeLessThanOrEqual(1);
		}
	}
});
