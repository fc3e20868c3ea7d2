import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {writeClusterFile} from './cluster-file.ts';
import {installedSnapshot} from './installed-lab.ts';
import {type Lab, up} from './lab.ts';
import {difference, looks} from './outside.ts';
import {complaints, mesosSetup, stepsOf} from './product.ts';
import {removeSnapshot} from './snapshot.ts';

// The main job from bare hosts, and the snapshot that the other files start from.
let lab: Lab;
let file: string;

beforeAll(async () => {
	lab = await up({name: 'test-install', log: () => {}});
	file = await writeClusterFile(lab);
});
afterAll(() => lab.down());

const on = async (host: string, script: string) => {
	const {stdout, stderr, exitCode} = await lab.host(host).exec(script);
	return {text: `${stdout}${stderr}`.trim(), exitCode};
};

test('hosts are bare before', async () => {
	for (const {name} of lab.hosts) {
		const {text} = await on(name, 'command -v dockerd java rsyslogd logrotate; ls -d /etc/mesos* /opt/*; true');
		expect(text.split('\n').filter(line => !/No such file/.test(line))).toEqual([]);
	}
});

test('plan finds what is to be done and touches nothing', async () => {
	const before = await looks(lab);
	const plan = await mesosSetup(lab, ['plan', '-c', file, '--check', '--json']);
	expect(plan.exitCode, complaints(plan)).toBe(3);
	expect(stepsOf(plan, 'would-change').length).toBeGreaterThan(300);
	expect(await looks(lab)).toEqual(before);
	expect((await on('master-1', 'ls /etc/mesos-setup /var/lib/mesos-setup /run/mesos-setup.lock')).exitCode).not.toBe(0);
});

test('apply installs six hosts and the gates open', async () => {
	const apply = await mesosSetup(lab, ['apply', '-c', file, '--yes', '--json']);
	expect(apply.exitCode, complaints(apply)).toBe(0);
	const gates = apply.events.flatMap(event => (event.event === 'gate' ? [`${event.gate} ${event.status}`] : []));
	expect(gates.sort()).toEqual([
		'chronos-leader ok',
		'marathon-leader ok',
		'mesos-leader ok',
		'slaves-registered ok',
		'zookeeper-quorum ok',
	]);
	expect(apply.events.at(-1)).toMatchObject({event: 'summary', failed: 0});
});

test('verify proves it, a task on every slave included', async () => {
	const verify = await mesosSetup(lab, ['verify', '-c', file, '--json']);
	expect(verify.exitCode, complaints(verify)).toBe(0);
	const proofs = verify.events.filter(event => event.event === 'check' && event.check === 'marathon task');
	expect(proofs).toHaveLength(3);
});

test('status shows every host and service', async () => {
	const status = await mesosSetup(lab, ['status', '-c', file]);
	expect(status.exitCode, status.stdout).toBe(0);
	expect(status.stdout).toMatch(/slave-3 .*mesos-agent: active/);
});

// One line per effect of the old playbook that still makes sense: what a host must answer to a look from outside.
const effects: [what: string, host: 'master-1' | 'slave-1', script: string, answer: RegExp][] = [
	['UTC', 'slave-1', 'date +%Z; readlink /etc/localtime', /^UTC\n.*UTC$/],
	[
		'names in /etc/hosts',
		'slave-1',
		'getent hosts master-2; grep -c localhost /etc/hosts',
		/198\.18\.0\.12\s+master-2[\s\S]*[1-9]/,
	],
	['limits', 'slave-1', 'cat /etc/security/limits.d/*mesos-setup*', /nofile[\s\S]*nproc|nproc[\s\S]*nofile/],
	['time sync', 'slave-1', 'systemctl is-active chronyd; systemctl is-enabled chronyd', /^active\nenabled/],
	['utilities', 'slave-1', 'for c in jq unzip wget nc htop telnet; do command -v $c; done | wc -l', /^6$/],
	['rsyslog', 'slave-1', 'systemctl is-active rsyslog', /^active$/],
	['Mesos logs in /var/log', 'slave-1', 'wc -l </var/log/mesos/mesos-agent.log', /^[1-9]/],
	[
		'the master log in a file of its own',
		'master-1',
		'grep -c zookeeper.server /var/log/mesos/mesos-master.log',
		/^0$/,
	],
	['ZooKeeper logs in /var/log', 'master-1', 'wc -l </var/log/zookeeper/zookeeper.log', /^[1-9]/],
	['logs not in syslog twice', 'slave-1', 'grep -h " mesos-agent\\[" /var/log/messages', /^$/],
	['rotated daily, a week', 'slave-1', 'cat /etc/logrotate.d/mesos-setup', /daily[\s\S]*rotate 7|rotate 7[\s\S]*daily/],
	[
		'logrotate runs',
		'slave-1',
		'logrotate -f /etc/logrotate.d/mesos-setup && ls /var/log/mesos',
		/mesos-agent\.log\.1/,
	],
	['docker runs', 'slave-1', 'systemctl is-active docker; systemctl is-enabled docker', /^active\nenabled/],
	['container logs bounded', 'slave-1', 'jq -r ".[\\"log-opts\\"][\\"max-file\\"]" /etc/docker/daemon.json', /^\d+$/],
	['ec2-user may use docker', 'slave-1', 'id -nG ec2-user', /\bdocker\b/],
	['its primary group is its own', 'slave-1', 'id -gn ec2-user', /^ec2-user$/],
	['images pruned by a timer', 'slave-1', 'systemctl is-active mesos-setup-image-prune.timer', /^active$/],
	[
		'containers never removed',
		'slave-1',
		'cat /etc/systemd/system/mesos-setup-image-prune.service',
		/^(?![\s\S]*(docker rm|container prune|system prune))/,
	],
	['no Java where nothing needs it', 'slave-1', 'command -v java', /^$/],
	['Java for ZooKeeper', 'master-1', 'java -version', /17\./],
	['ZooKeeper id', 'master-1', 'cat /var/lib/zookeeper/myid', /^1$/],
	[
		'ensemble',
		'master-1',
		'grep ^server /etc/zookeeper/conf/zoo.cfg',
		/server\.1=198\.18\.0\.11:2888:3888\nserver\.2=.*\nserver\.3=/,
	],
	['ZooKeeper not as root', 'master-1', 'ps -o user= -p $(systemctl show -p MainPID --value zookeeper)', /^zookee/],
	['AdminServer off', 'master-1', 'grep admin /etc/zookeeper/conf/zoo.cfg', /admin\.enableServer=false/],
	['quorum', 'master-1', 'cat /etc/mesos-master/quorum', /^2$/],
	['cluster name', 'master-1', 'cat /etc/mesos-master/cluster', /^lab$/],
	[
		'zk',
		'master-1',
		'cat /etc/mesos/zk',
		/^zk:\/\/198\.18\.0\.11:2181,198\.18\.0\.12:2181,198\.18\.0\.13:2181\/mesos$/,
	],
	[
		'ip, advertise_ip, hostname',
		'master-1',
		'cd /etc/mesos-master; cat ip advertise_ip hostname',
		/^198\.18\.0\.11\s*198\.18\.0\.11\s*master-1$/,
	],
	['work_dir not in /tmp', 'slave-1', 'cat /etc/mesos-agent/work_dir', /^\/var\/lib\/mesos/],
	['attribute id is the name', 'slave-1', 'cat /etc/mesos-agent/attributes', /id:slave-1/],
	['port ranges', 'slave-1', 'cat /etc/mesos-agent/resources', /4000-5000.*31000-32000/],
	['containerizers', 'slave-1', 'cat /etc/mesos-agent/containerizers', /^docker,mesos$/],
	['no master on a slave', 'slave-1', 'systemctl is-active mesos-master zookeeper marathon', /^(inactive\s*)+$/],
	[
		'marathon from an image by digest',
		'master-1',
		'docker inspect -f "{{.Config.Image}}" marathon.mesos-setup',
		/@sha256:/,
	],
	['chronos on every master', 'master-1', 'curl -s http://198.18.0.11:8081/ping', /pong/],
	['marathon on 8080', 'master-1', 'curl -s http://198.18.0.11:8080/ping', /pong/],
	['host.json', 'slave-1', 'jq -r .role /etc/mesos-setup/host.json', /^slave$/],
	['the lock is given back', 'slave-1', 'ls /run/mesos-setup.lock', /No such file/],
];

describe('the effects on a host', () => {
	test.each(effects)('%s (%s)', async (_, host, script, answer) => {
		expect((await on(host, script)).text).toMatch(answer);
	});
});

test('a second apply changes nothing: same files, same processes', async () => {
	const before = await looks(lab);
	const again = await mesosSetup(lab, ['apply', '-c', file, '--yes', '--json']);
	expect(again.exitCode, complaints(again)).toBe(0);
	expect(again.events.at(-1)).toMatchObject({event: 'summary', changed: 0, failed: 0});
	const after = await looks(lab);
	for (const {name} of lab.hosts) expect(difference(before[name] ?? '', after[name] ?? ''), name).toEqual([]);
	const plan = await mesosSetup(lab, ['plan', '-c', file, '--check']);
	expect(plan.exitCode, plan.stdout).toBe(0);
});

test('the snapshot for the other files', async () => {
	await removeSnapshot(installedSnapshot);
	await lab.snapshot(installedSnapshot);
});
