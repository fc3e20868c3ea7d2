import {expect, test} from 'vitest';
import type {IdentifiedCluster} from '../../../source/cluster/model.ts';
import {cluster} from './cluster-fixture.ts';
import {hostOf, ofKind, serviceOf, stepsOf, textAt} from './look-up.ts';

const unit = '/etc/systemd/system/mesos-master.service';

function flagsOf(name: string, wanted: IdentifiedCluster): Record<string, string> {
	const files = ofKind(stepsOf('mesos-master', name, wanted), 'file').filter(({path}) =>
		path.startsWith('/etc/mesos-master/'),
	);
	return Object.fromEntries(
		files.map(({path, content}) => [path.slice('/etc/mesos-master/'.length), content.toString()]),
	);
}

test('a master says who and where it is; nothing is left to name resolution', () => {
	expect(flagsOf('master-2', cluster(3, 3))).toEqual({
		ip: '10.0.1.12\n',
		advertise_ip: '10.0.1.12\n',
		hostname: 'master-2\n',
		port: '5050\n',
		cluster: 'prod\n',
		quorum: '2\n',
		work_dir: '/var/lib/mesos\n',
	});
});

test('flags of the cluster, then of the host; switches are files whose name says it', () => {
	const wanted = cluster(3, 3);
	wanted.mesos.master_flags = {
		zk_session_timeout: '20secs',
		quiet: true,
		registry_strict: 'false',
		offer_timeout: '1mins',
	};
	hostOf(wanted, 'master-1').mesos.master_flags = {offer_timeout: '2mins'};
	const flags = flagsOf('master-1', wanted);
	expect(flags).toMatchObject({
		zk_session_timeout: '20secs\n',
		'?quiet': '',
		'?no-registry_strict': '',
		offer_timeout: '2mins\n',
	});
	expect(flagsOf('master-2', wanted)).toMatchObject({offer_timeout: '1mins\n'});
});

test('a flag taken out of the cluster file is taken off the host', () => {
	const steps = stepsOf('mesos-master', 'master-1', cluster(1, 1));
	const folder = ofKind(steps, 'directory').find(({path}) => path === '/etc/mesos-master');
	expect(folder?.only?.toSorted()).toEqual(Object.keys(flagsOf('master-1', cluster(1, 1))).toSorted());
});

test('waits for the ZooKeeper quorum, restarts in turn, comes last', () => {
	const steps = stepsOf('mesos-master', 'master-1', cluster(3, 3));
	expect(steps.at(-1)).toMatchObject({
		kind: 'service',
		unit: 'mesos-master',
		after: 'zookeeper-quorum',
		token: 'mesos-master',
	});
	expect(ofKind(steps, 'service')).toHaveLength(1);
});

test('a master that ends itself is started again, however often', () => {
	const text = textAt(stepsOf('mesos-master', 'master-1', cluster(1, 1)), unit);
	expect(text).toMatch(/^Restart=always$/m);
	expect(text).toMatch(/^StartLimitInterval=0$/m);
});

test('from a package: other units it may bring are masked before it is installed', () => {
	const steps = stepsOf('mesos-master', 'master-1', cluster(1, 1));
	const masked = ofKind(steps, 'symlink').filter(({target}) => target === '/dev/null');
	expect(masked.map(({path}) => path)).toEqual([
		'/etc/systemd/system/mesos-agent.service',
		'/etc/systemd/system/mesos-slave.service',
	]);
	const kinds = steps.map(({kind}) => kind);
	expect(kinds.lastIndexOf('symlink')).toBeLessThan(kinds.indexOf('package'));
});

test('from an archive: found there, with its web interface and libraries', () => {
	const wanted = cluster(1, 1);
	wanted.sources.mesos = {
		kind: 'archive',
		url: 'https://mirror.example/mesos-1.11.0%2Bown.tar.gz',
		sha256: 'c'.repeat(64),
		build: 'clusterd',
	};
	const steps = stepsOf('mesos-master', 'master-1', wanted);
	expect(textAt(steps, unit)).toMatch(/^Environment=PATH=\/opt\/mesos\/sbin:/m);
	expect(flagsOf('master-1', wanted)).toMatchObject({webui_dir: '/opt/mesos/share/mesos/webui\n'});
	expect(ofKind(steps, 'archive')[0]?.directory).toBe(`/opt/mesos-setup/mesos-1.11.0_2Bown-${'c'.repeat(12)}`);
	// A bare percent sign would be a specifier to systemd.
	expect(textAt(steps, unit)?.replaceAll('%%', '')).not.toContain('%');
});

test('from an image: the same flag files, started in a pinned container', () => {
	const wanted = cluster(1, 1);
	const digest = `sha256:${'e'.repeat(64)}`;
	wanted.sources.mesos = {kind: 'image', ref: 'openeuler/mesos:1.11.0', digest, build: 'clusterd'};
	const steps = stepsOf('mesos-master', 'master-1', wanted);
	expect(textAt(steps, unit)).toContain(`mesos-launch master openeuler/mesos@${digest}\n`);
	expect(serviceOf(steps, 'mesos-master')).toBeDefined();
});
