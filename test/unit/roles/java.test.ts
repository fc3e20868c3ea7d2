import {expect, test} from 'vitest';
import type {Source} from '../../../source/cluster/model.ts';
import {cluster} from './cluster-fixture.ts';
import {allSteps, ofKind, stepsOf, textAt} from './look-up.ts';

const withJava = (java?: Source) => {
	const wanted = cluster(1, 1);
	if (java) wanted.sources.java = java;
	return wanted;
};
const packagesOf = (name: string, wanted = withJava()) =>
	ofKind(allSteps(name, wanted), 'package').flatMap(({names}) => names.map(each => each.name));

test('Java comes with the component that needs it, in one transaction, and only there', () => {
	expect(packagesOf('master-1').filter(name => /java|jre/.test(name))).toEqual(['java-17-amazon-corretto-headless']);
	expect(packagesOf('slave-1').filter(name => /java|jre/.test(name))).toEqual([]);
});

test('an archive of one’s own is unpacked beside it, and the unit runs that one', () => {
	const hex = 'c'.repeat(64);
	const wanted = withJava({kind: 'archive', url: 'https://mirror.example/jre-17.tar.gz', sha256: hex});
	expect(packagesOf('master-1', wanted).join()).not.toContain('java');
	const steps = stepsOf('zookeeper', 'master-1', wanted);
	expect(ofKind(steps, 'archive').map(({link, checksum}) => [link, checksum.hex])).toContainEqual(['/opt/java', hex]);
	expect(textAt(steps, '/etc/systemd/system/zookeeper.service')).toMatch(/^ExecStart=\/opt\/java\/bin\/java /m);
});

test('Java from an image is refused, with what to write instead', () => {
	const wanted = withJava({kind: 'image', ref: 'eclipse-temurin:17', digest: `sha256:${'e'.repeat(64)}`});
	expect(() => stepsOf('zookeeper', 'master-1', wanted)).toThrow(/cannot come from an image/);
});
