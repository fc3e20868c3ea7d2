import {afterAll, expect, test} from 'vitest';
import {writeClusterFile} from './cluster-file.ts';
import {applied} from './installed-lab.ts';
import {type Lab, up} from './lab.ts';
import {complaints, mesosSetup} from './product.ts';

// Other shapes of a cluster, and the way back to bare hosts.
const labs: Lab[] = [];
afterAll(() => Promise.all(labs.map(lab => lab.down())));

async function bare(name: string, masters: number): Promise<Lab> {
	const hosts = [...Array.from({length: masters}, (_, i) => `master-${i + 1}`), 'slave-1'];
	const lab = await up({name, hosts, log: () => {}});
	labs.push(lab);
	return lab;
}

test.each([
	[1, '1'],
	[5, '3'],
])('%i masters and one slave: quorum %s, verified', async (masters, quorum) => {
	const lab = await bare(`test-${masters}-1`, masters);
	const file = await writeClusterFile(lab);
	await applied(lab, file);
	const verify = await mesosSetup(lab, ['verify', '-c', file, '--json']);
	expect(verify.exitCode, complaints(verify)).toBe(0);
	const written = await Promise.all(
		lab.hosts.filter(({name}) => name.startsWith('master')).map(host => host.exec('cat /etc/mesos-master/quorum')),
	);
	expect(written.map(({stdout}) => stdout)).toEqual(Array(masters).fill(quorum));
});

test('reset leaves a host as it was but for the time zone', async () => {
	const lab = labs[0] as Lab;
	const reset = await mesosSetup(lab, ['reset', '--cluster', 'lab', '--yes', '--json']);
	expect(reset.exitCode, complaints(reset)).toBe(0);
	const left = `
		ls -d /etc/mesos* /etc/zookeeper /etc/marathon /etc/default/marathon /etc/default/chronos /opt/* /var/lib/mesos* /var/lib/zookeeper \
			/var/log/mesos /var/log/zookeeper /run/mesos-setup.lock /etc/systemd/system/*mesos* /etc/systemd/system/zookeeper.service 2>/dev/null
		command -v docker java rsyslogd mesos-master mesos-agent
		grep mesos-setup /etc/hosts; getent passwd zookeeper; ps -eo comm= | grep -E 'java|mesos|docker|rsyslog'
		systemctl list-units --failed --no-legend --plain
		true`;
	for (const host of lab.hosts) expect((await host.exec(left)).stdout, host.name).toBe('');
	const again = await mesosSetup(lab, ['apply', '-c', await writeClusterFile(lab), '--yes', '--json']);
	expect(again.exitCode, complaints(again)).toBe(0);
});
