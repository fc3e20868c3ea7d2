import {describe, expect, test} from 'vitest';
import type {Sources} from '../../../source/cluster/model.ts';
import {judgeProcessors} from '../../../source/sources/fitness.ts';

const both = {marathon: true, chronos: true};
const none = {marathon: false, chronos: false};
const judge = (
	machine: {system: string; arch: string; unsuitable?: string},
	frameworks = both,
	sources: Sources = {},
) => {
	const [judged] = judgeProcessors([machine], {frameworks, sources});
	return judged as typeof machine & {slave_only?: string};
};
const arm = {system: 'Amazon Linux 2023', arch: 'arm64'};
const digest = `sha256:${'e'.repeat(64)}`;

describe('an Arm instance', () => {
	test.each(['Amazon Linux 2023', 'Debian 12', 'Ubuntu 24.04', 'Rocky Linux 9'])(
		'of %s can be a slave, and a master without the schedulers',
		system => {
			const slave_only = 'has an Arm processor, and Marathon and Chronos are built for x86_64 only';
			expect(judge({...arm, system})).toEqual({...arm, system, slave_only});
			expect(judge({...arm, system}, none)).toEqual({...arm, system});
			expect(judge({...arm, system}, {...none, chronos: true}).slave_only).toContain('and Chronos is built for');
		},
	);

	test('is judged by the sources that are chosen, where those tell', () => {
		const marathon = {kind: 'image', ref: 'registry.example/marathon-arm64:1', digest} as const;
		const chronos = {kind: 'archive', url: 'https://a/chronos.tar.gz', sha512: 'a'.repeat(128)} as const;
		expect(judge(arm, both, {marathon, chronos})).toEqual(arm);
		const mesos = {kind: 'archive', url: 'https://a/mesos-x86_64.tar.gz', sha512: 'a'.repeat(128)} as const;
		expect(judge(arm, none, {mesos})).toMatchObject({
			unsuitable: 'has an Arm processor, and Mesos is built for x86_64 only',
		});
		expect(judge(arm, both, {kind: 'bundle', path: './b'}), 'a bundle tells when it is read').toEqual(arm);
	});

	test('can be anything as far as is known where its system could not be guessed', () => {
		expect(judge({...arm, system: 'Linux'})).toEqual({...arm, system: 'Linux'});
		expect(judge({...arm, system: 'Fedora 42'})).toEqual({...arm, system: 'Fedora 42'});
	});

	test('that cannot serve for another reason says that one', () => {
		expect(judge({...arm, unsuitable: 'is stopped'})).toEqual({...arm, unsuitable: 'is stopped'});
	});
});

test('the same rule for every processor; what EC2 does not tell the host will', () => {
	const mesos = {kind: 'archive', url: 'https://a/mesos-aarch64.tar.gz', sha512: 'a'.repeat(128)} as const;
	const x86 = {system: 'Debian 12', arch: 'x86_64'};
	expect(judge(x86)).toEqual(x86);
	expect(judge(x86, both, {mesos}).unsuitable).toBe('has an x86_64 processor, and Mesos is built for aarch64 only');
	expect(judge({...arm, arch: 'unknown'})).toEqual({...arm, arch: 'unknown'});
});
