import {readdirSync} from 'node:fs';
import {dirname} from 'node:path';
import {expect, test} from 'vitest';
import {template} from '../../../roles/template.ts';
import {configurationHash} from '../../../source/steps/configuration.ts';
import {cluster} from './cluster-fixture.ts';
import {allSteps, everyStep, ofKind, serviceOf, stepsOf} from './look-up.ts';

test('a variable nobody gave is an error, not a hole in the file', () => {
	expect(() => template('/etc/default/zookeeper', {})).toThrow(/heap/);
	expect(() => template('/etc/default/zookeeper', {heap: undefined})).toThrow(/no value/);
});

test('nothing is escaped and no line end is lost', () => {
	const text = template('/etc/zookeeper/conf/zoo.cfg', {
		data: '/a&<b>"c"',
		masters: [{zookeeper_id: 1, private_ip: '10.0.0.1'}],
	});
	expect(text).toContain('\ndataDir=/a&<b>"c"\n');
	expect(text).toMatch(/\nserver\.1=10\.0\.0\.1:2888:3888\n$/);
});

test('no file reaches a host with a template’s leftovers in it', () => {
	for (const {path, content} of ofKind(everyStep(cluster(3, 3)), 'file')) {
		expect(content.toString(), path).not.toMatch(/<%|%>|\bundefined\b|\[object/);
		if (content.length > 0) expect(content.toString(), path).toMatch(/[^\n]\n$/);
	}
});

test('every template is used', () => {
	const used = new Set(
		ofKind(
			[...everyStep(cluster(1, 1)), ...stepsOf('common', 'slave-1', cluster(1, 1), {firewall: 'firewalld'})],
			'file',
		).map(({path}) => path),
	);
	const folder = new URL('../../../templates/', import.meta.url);
	const shipped = readdirSync(new URL('etc/', folder), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => `${entry.parentPath}/${entry.name}`.replace(/^.*\/templates/, '').replace(/\.eta$/, ''));
	expect(shipped.length).toBeGreaterThan(10);
	for (const path of shipped.filter(path => !path.includes('UNIT'))) expect(used, path).toContain(path);
});

test('a file’s folder is the platform’s or made before it', () => {
	const platform = ['/etc', '/etc/default', '/etc/security/limits.d', '/etc/systemd/system'];
	// These come with the packages of their role's package step.
	const packaged = ['/etc/rsyslog.d', '/etc/logrotate.d'];
	for (const name of ['master-1', 'slave-1']) {
		const made = new Set(platform);
		for (const step of allSteps(name, cluster(1, 1))) {
			if (step.kind === 'directory') made.add(step.path);
			if (step.kind === 'package') for (const path of packaged) made.add(path);
			if (step.kind === 'file') expect(made, step.path).toContain(dirname(step.path));
		}
	}
});

test('titles are unique within a role', () => {
	const wanted = cluster(3, 3);
	for (const role of ['common', 'docker', 'zookeeper', 'mesos-master', 'marathon', 'chronos'] as const) {
		const titles = stepsOf(role, 'master-1', wanted, {firewall: 'firewalld'}).map(({title}) => title);
		expect(new Set(titles).size).toBe(titles.length);
	}
});

test('a service’s configuration is the hash of exactly the files its unit names', () => {
	const steps = stepsOf('zookeeper', 'master-1', cluster(1, 1));
	const files = ofKind(steps, 'file');
	const unit = files.find(({path}) => path.endsWith('/zookeeper.service'))?.content.toString() ?? '';
	const [, ...paths] = /configuration (.*)/.exec(unit)?.[1]?.split(' ') ?? [];
	const named = files.filter(({path}) => paths.includes(path));
	expect(named).toHaveLength(paths.length);
	expect(serviceOf(steps, 'zookeeper')?.configuration).toBe(configurationHash(named));
});
