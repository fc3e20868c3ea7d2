import {expect, test} from 'vitest';
import {choices, judgeTrials, trialsOn} from '../../../../source/pipeline/doctor/candidates.ts';
import {parseSourceProbe, sourceScript} from '../../../../source/pipeline/doctor/source-probe.ts';
import {cluster, facts, host} from '../../roles/cluster-fixture.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const master = host('master-1', 'master', '10.0.1.11');
const slave = host('slave-1', 'slave', '10.0.1.101');
const open = {...cluster(1, 1), sources: {}};
const trials = trialsOn(master, open, facts());

/** Lines of an answer to each part of a candidate, in the order of its parts. */
function judged(component: string, word: string, ...answers: string[][]) {
	const trial = trials.find(one => one.component === component && JSON.stringify(one.candidate.source).includes(word));
	if (!trial) throw new Error(`no candidate ${word}`);
	const text = trial.parts.map(({id}, i) => `@ ${id}\n${(answers[i] ?? ['code 0', 'exit 7']).join('\n')}\n`).join('');
	const [check] = judgeTrials([trial], facts(), parseSourceProbe(text));
	if (!check) throw new Error('no check');
	return check;
}

test('what the cluster file names is not tried, nor what the system brings; the rest is, every candidate of it', () => {
	const names = trials.map(({component, number}) => `${component} ${number}`);
	expect(names).toEqual(['zookeeper 1', 'mesos 1', 'mesos 2', 'mesos 3', 'mesos 4', 'marathon 1', 'chronos 1']);
	expect(trialsOn(slave, open, facts()).every(({component}) => component === 'mesos')).toBe(true);
	expect(trialsOn(master, cluster(1, 1), facts())).toEqual([]);
});

test('candidates that can do all their work with the cgroups of the host come first', () => {
	const builds = (cgroup: 'v1' | 'v2') => trialsOn(slave, open, facts({cgroup})).map(({candidate}) => candidate.build);
	expect(builds('v2')[0]).toBe('clusterd');
	expect(builds('v1')[0]).toBe('apache');
});

test('an archive whose publisher has its checksum: the line to write is there', () => {
	const sum = 'ab'.repeat(64);
	const check = judged(
		'zookeeper',
		'archive.apache.org',
		[
			'code 206',
			'exit 0',
			`head ${base64('HTTP/1.1 206 x\r\ncontent-range: bytes 0-1023/20971520\r\n\r\n')}`,
			'body H4sI',
		],
		['code 200', 'exit 0', `body ${base64(`${sum}  apache-zookeeper-3.9.3-bin.tar.gz\n`)}`],
	);
	expect(check.status).toBe('ok');
	expect(check.detail).toContain('20 MB');
	expect(check.detail).toContain(`sources: {zookeeper: {kind: archive, url: `);
	expect(check.detail).toContain(`sha512: ${sum}}}`);
});

test('a tag that has a digest: it is shown to be pinned', () => {
	const digest = `sha256:${'c'.repeat(64)}`;
	const head = base64(`HTTP/1.1 200 OK\r\nDocker-Content-Digest: ${digest}\r\n\r\n`);
	const check = judged('marathon', 'mesosphere/marathon', ['code 200', 'exit 0', `head ${head}`]);
	expect(check).toMatchObject({status: 'ok', detail: expect.stringContaining(`digest: "${digest}"`)});
});

test('an expired key is named, with trade-offs and evidence beside it', () => {
	const keys =
		'pub:e:3072:1:AAAABBBBCCCCDDDD:1600000000:1700000000::-:::sc::::::23::0:\nuid:e::::1600000000::::Somebody <a@b>:\n';
	const check = judged(
		'mesos',
		'aventer',
		['code 200', 'exit 0', 'body PD94'],
		[
			'code 200',
			'exit 0',
			`body ${base64('-----BEGIN PGP PUBLIC KEY BLOCK-----')}`,
			`keys ${base64(keys)}`,
			'now 1795000000',
		],
	);
	expect(check.status).toBe('warn');
	expect(check.detail).toMatch(/expired: AAAABBBBCCCCDDDD \(Somebody <a@b>\) on 2023-11-14/);
	expect(check.fix).toMatch(/made for another system.*Evidence: one el8 file/);
});

test('what cannot serve this host says why: cgroups, source code, processor, nothing to try yet, no answer', () => {
	const head = base64(`HTTP/1.1 200 OK\r\n\r\n`);
	expect(judged('mesos', 'openeuler', ['code 200', 'exit 0', `head ${head}`]).detail).toMatch(
		/only with cgroup v1, and this host has v2/,
	);
	expect(judged('mesos', 'archive.apache.org').detail).toMatch(/it is source code/);
	expect(judged('mesos', '"clusterd"').detail).toMatch(/repository of yours/);
	expect(judged('chronos', 'chronos').detail).toMatch(/cannot be reached from this host/);
	const arm = trialsOn(master, open, facts({arch: 'aarch64'})).filter(({component}) => component === 'marathon');
	expect(judgeTrials(arm, facts({arch: 'aarch64'}), new Map())[0]?.detail).toMatch(
		/built for x86_64, and this host is aarch64/,
	);
});

test('the probe of all of them is one script', () => {
	const script = sourceScript(
		trials.flatMap(({parts}) => parts),
		{packages: 'dnf', services: 'systemd'},
	);
	expect(script).toContain('_image ');
	expect(script).toContain('apache-zookeeper-3.9.3-bin.tar.gz.sha512');
});

test('which source is used and who chose it is told', () => {
	const [told] = choices(master, cluster(1, 1), facts());
	expect(told?.detail).toMatch(/docker: package docker \(first choice for Amazon Linux 2023\)/);
	expect(told?.detail).toMatch(/mesos: package mesos \(cluster file\)/);
});
