import {expect, test} from 'vitest';
import {zookeeper} from '../../../roles/zookeeper.ts';
import {cluster, facts} from './cluster-fixture.ts';
import {hostOf, ofKind, serviceOf, stepsOf, textAt} from './look-up.ts';

const digest = `sha256:${'d'.repeat(64)}`;
const unit = '/etc/systemd/system/zookeeper.service';

test.each([1, 3, 5])('%i masters: as many servers, each with both ports', masters => {
	const config = textAt(stepsOf('zookeeper', 'master-1', cluster(masters, 1)), '/etc/zookeeper/conf/zoo.cfg');
	expect(config?.match(/^server\.\d+=10\.0\.1\.\d+:2888:3888$/gm)).toHaveLength(masters);
});

test('every master writes the very same zoo.cfg', () => {
	const wanted = cluster(3, 1);
	const texts = ['master-1', 'master-2', 'master-3'].map(name =>
		textAt(stepsOf('zookeeper', name, wanted), '/etc/zookeeper/conf/zoo.cfg'),
	);
	expect(new Set(texts).size).toBe(1);
});

test('port 8080 is left to Marathon, and the health questions are allowed', () => {
	const config = textAt(stepsOf('zookeeper', 'master-1', cluster(1, 1)), '/etc/zookeeper/conf/zoo.cfg');
	expect(config).toMatch(/^admin\.enableServer=false$/m);
	expect(config).toMatch(/^4lw\.commands\.whitelist=srvr,ruok,mntr$/m);
});

test('from an archive: Java in one transaction, a folder that names the release, a service that is restarted in turn', () => {
	const steps = stepsOf('zookeeper', 'master-1', cluster(3, 1));
	expect(ofKind(steps, 'package').map(({names}) => names)).toEqual([
		[{name: 'java-17-amazon-corretto-headless', version: undefined}],
	]);
	expect(ofKind(steps, 'archive')).toMatchObject([
		{directory: `/opt/mesos-setup/apache-zookeeper-3.9.3-bin-${'a'.repeat(12)}`, link: '/opt/zookeeper'},
	]);
	expect(textAt(steps, unit)).toMatch(
		/^ExecStart=\/usr\/bin\/java -cp \/etc\/zookeeper\/conf:\/opt\/zookeeper\/lib\/\*:/m,
	);
	expect(textAt(steps, unit)).toMatch(/^User=zookeeper$/m);
	expect(serviceOf(steps, 'zookeeper')).toMatchObject({token: 'zookeeper'});
	expect(steps.at(-1)).toMatchObject({kind: 'service', unit: 'zookeeper'});
});

test('another archive restarts the service: its release is part of the unit', () => {
	const [before, after] = [cluster(1, 1), cluster(1, 1)];
	after.sources.zookeeper = {
		kind: 'archive',
		url: 'https://mirror.example/apache-zookeeper-3.9.3-bin.tar.gz',
		sha512: 'b'.repeat(128),
	};
	const hash = (wanted: typeof before) =>
		serviceOf(stepsOf('zookeeper', 'master-1', wanted), 'zookeeper')?.configuration;
	expect(hash(after)).not.toBe(hash(before));
});

test('from a package: in the same transaction as Java, with its repository before', () => {
	const wanted = cluster(1, 1);
	const repo = {id: 'own', baseurl: 'https://mirror.example/el9/', gpgkey: 'https://mirror.example/key.asc'};
	wanted.sources.zookeeper = {kind: 'package', name: 'zookeeper', version: '3.9.3', repo};
	const steps = stepsOf('zookeeper', 'master-1', wanted);
	expect(ofKind(steps, 'package').map(({names}) => names.map(({name}) => name))).toEqual([
		['java-17-amazon-corretto-headless', 'zookeeper'],
	]);
	const kinds = steps.map(({kind}) => kind);
	expect(kinds.indexOf('repository')).toBeLessThan(kinds.indexOf('package'));
	expect(textAt(steps, unit)).toContain('/usr/share/zookeeper/lib/*');
});

test('from an image: pinned, never pulled at start, no Java on the host, the host’s own data and user', () => {
	const wanted = cluster(1, 1);
	wanted.sources.zookeeper = {kind: 'image', ref: 'registry.example:5000/zookeeper:3.9.3', digest};
	const steps = stepsOf('zookeeper', 'master-1', wanted);
	expect(ofKind(steps, 'package')).toEqual([]);
	const text = textAt(steps, unit);
	expect(text).toContain(` registry.example:5000/zookeeper@${digest} `);
	expect(text).toContain('--pull=never');
	expect(text).toContain('--user "$$(id -u zookeeper):$$(id -g zookeeper)"');
	expect(text).toContain(`\nExecStartPre=-/bin/sh -c 'exec /usr/bin/docker rm --force zookeeper.mesos-setup `);
});

test('the heap follows the host’s memory in steps, so that a few MB more or less restart nothing', () => {
	const heap = (memory_mb: number) =>
		/-Xmx(\d+)m/.exec(
			textAt(stepsOf('zookeeper', 'master-1', cluster(1, 1), {memory_mb}), '/etc/default/zookeeper') ?? '',
		)?.[1];
	expect([960, 3800, 3843, 7800].map(heap)).toEqual(['256', '512', '512', '1024']);
});

test('a host without an id in the record gets no ZooKeeper by guess', () => {
	const wanted = cluster(1, 1);
	expect(() => zookeeper(hostOf(wanted, 'slave-1'), wanted, facts())).toThrow(/^slave-1: .*no master in the record/);
	const unnumbered = cluster(3, 1);
	delete unnumbered.record.hosts[1]?.zookeeper_id;
	expect(() => stepsOf('zookeeper', 'master-1', unnumbered)).toThrow(/^master-2: .*no ZooKeeper id/);
});
