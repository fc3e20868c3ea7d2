import {expect, test} from 'vitest';
import {cluster} from './cluster-fixture.ts';
import {ofKind, serviceOf, stepsOf, textAt} from './look-up.ts';

const steps = stepsOf('docker', 'master-1', cluster(3, 3));

test('container logs are bounded, and containers live through a restart of the engine', () => {
	expect(JSON.parse(textAt(steps, '/etc/docker/daemon.json') ?? '')).toEqual({
		'log-driver': 'json-file',
		'log-opts': {'max-size': '50m', 'max-file': '5'},
		'live-restore': true,
	});
});

test('the platform’s own unit keeps its file: what is ours is a drop-in', () => {
	const paths = ofKind(steps, 'file').map(({path}) => path);
	expect(paths).toContain('/etc/systemd/system/docker.service.d/mesos-setup.conf');
	expect(paths.some(path => path.endsWith('/docker.service'))).toBe(false);
});

test('the group exists before the user joins it; root joins nothing', () => {
	const kinds = steps.map(({kind}) => kind);
	expect(kinds.indexOf('group')).toBeLessThan(kinds.indexOf('user'));
	expect(ofKind(stepsOf('docker', 'master-1', cluster(1, 1), {user: 'root'}), 'user')).toEqual([]);
});

test('the prune timer is on', () => {
	expect(serviceOf(steps, 'mesos-setup-image-prune.timer')).toBeDefined();
	expect(textAt(steps, '/etc/systemd/system/mesos-setup-image-prune.timer')).toMatch(/^OnCalendar=daily$/m);
});

test('Docker out of an archive is refused', () => {
	const wanted = cluster(1, 1);
	wanted.sources.docker = {kind: 'archive', url: 'https://mirror.example/docker.tgz', sha256: 'a'.repeat(64)};
	expect(() => stepsOf('docker', 'master-1', wanted)).toThrow(/sources\.docker: .*only be installed from a package/);
});
