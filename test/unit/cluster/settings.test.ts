import {expect, test} from 'vitest';
import {parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import {formatSettings, parseSettings} from '../../../source/cluster/settings.ts';

const cluster = parseClusterFile(`
name: prod
region: eu-west-1
ssh: {key: ~/.ssh/prod.pem}
hosts:
  - {name: master-1, role: master, address: 203.0.113.10, private_ip: 10.0.1.10}
  - {name: slave-1, role: slave, address: 203.0.113.20, private_ip: 10.0.1.20, mesos: {attributes: {rack: "7"}}}
mesos: {port_ranges: 31000-32000, agent_flags: {containerizers: mesos}}
frameworks: {chronos: false}
images: ["nginx:1.27"]
sources:
  mesos: {kind: package, name: clusterd, build: clusterd}
timeouts: {gate: 10m}
`);

test('settings come back as they were; whose and where the hosts are is not among them', () => {
	const text = formatSettings(cluster);
	const {sources, mesos, frameworks, images} = cluster;
	expect(parseSettings(text)).toEqual({
		...{sources, mesos, frameworks, images},
		hosts: {'slave-1': {attributes: {rack: '7'}, agent_flags: {}, master_flags: {}}},
	});
	expect(text).not.toMatch(/203\.0\.113|eu-west-1|prod|gate/);
});

test('what is default is left out, and filled in again', () => {
	const {name, hosts} = cluster;
	const plain = parseClusterFile(JSON.stringify({name, hosts: hosts.map(({mesos: _, ...host}) => host)}));
	expect(formatSettings(plain)).toBe('{}\n');
	expect(parseSettings('{}')).toMatchObject({frameworks: {marathon: true, chronos: true}, sources: {}, hosts: {}});
});

test('what holds no settings is none, what a newer tool adds is passed over', () => {
	expect(parseSettings('')).toBeUndefined();
	expect(parseSettings('{"sources": {"mesos": 7}}')).toBeUndefined();
	expect(parseSettings('{"frameworks": {"marathon": false}, "later": 1}')).toMatchObject({
		frameworks: {marathon: false},
	});
});
