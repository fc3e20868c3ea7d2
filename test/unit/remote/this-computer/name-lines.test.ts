import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import type {SshSettings} from '../../../../source/cluster/model.ts';
import {routeResolver} from '../../../../source/remote/route.ts';
import {withBlock} from '../../../../source/remote/this-computer/marked-blocks.ts';
import {hostsLines, sshLines} from '../../../../source/remote/this-computer/name-lines.ts';
import {cluster, thrown} from '../../cluster/example.ts';

const home = '/home/ada';
const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-names-'));
afterAll(() => rmSync(folder, {recursive: true}));

function block(name: string, ssh: Partial<SshSettings>, config = ''): string[] {
	const made = {...cluster(1, 1), name};
	return sshLines({...made, ssh: {...made.ssh, ...ssh}}, routeResolver({...made.ssh, ...ssh}, {config, home}), home);
}

test('the hosts file gets the address, the name and the name no other cluster has', () => {
	expect(hostsLines('prod', [{name: 'master-1', ip: '203.0.113.1'}]).at(-1)).toBe('203.0.113.1 master-1 master-1.prod');
});

const hasSsh = spawnSync('ssh', ['-V']).status === 0;
if (!hasSsh)
	console.warn('skipped: what ssh makes of its configuration was not tried, there is no ssh on this machine');

/** What the real ssh would do with a name. */
function asked(config: string, name: string): Record<string, string[]> {
	const file = join(folder, 'config');
	writeFileSync(file, config, {mode: 0o600});
	const said: Record<string, string[]> = {};
	for (const line of execFileSync('ssh', ['-T', '-G', '-F', file, name], {encoding: 'utf8'}).trim().split('\n')) {
		const [key = '', ...rest] = line.split(' ');
		said[key] = [...(said[key] ?? []), rest.join(' ')];
	}
	return said;
}

const own = [
	'ServerAliveInterval 61',
	'Host *',
	'  User zed',
	'  Port 99',
	'  IdentityFile /other',
	'  ProxyJump elsewhere',
	'Match host master-1',
	'  Compression yes',
].join('\n');

describe.skipIf(!hasSsh)('the real ssh', () => {
	test('follows it, whatever the rest of the file says of all hosts', () => {
		const config = withBlock(
			own,
			'f',
			{name: 'prod', lines: block('prod', {user: 'admin', key: '~/.ssh/a.pem'})},
			'top',
		);
		for (const name of ['master-1', 'master-1.prod']) {
			const said = asked(config, name);
			expect(said).toMatchObject({hostname: ['203.0.1.1'], user: ['admin'], port: ['22'], identitiesonly: ['yes']});
			expect(said.identityfile?.[0]).toBe('~/.ssh/a.pem');
			expect(said.proxyjump).toBeUndefined();
			expect(said.serveraliveinterval).toEqual(['61']);
		}
	});

	test('does with every other name what it did before', () => {
		const config = withBlock(own, 'f', {name: 'prod', lines: block('prod', {key: '/k'})}, 'top');
		expect(asked(config, 'example.org')).toEqual(asked(own, 'example.org'));
		expect(asked(config, 'master-9')).toEqual(asked(own, 'master-9'));
	});

	test('goes through the bastion, with the key of the hosts', () => {
		const ssh = {key: '/keys/prod.pem', bastion: 'hop@198.51.100.1:2200', port: 2222};
		const config = withBlock(own, 'f', {name: 'prod', lines: block('prod', ssh)}, 'top');
		expect(asked(config, 'slave-1')).toMatchObject({port: ['2222'], proxyjump: ['bastion.prod']});
		expect(asked(config, 'bastion.prod')).toMatchObject({hostname: ['198.51.100.1'], user: ['hop'], port: ['2200']});
		expect(asked(config, 'bastion.prod').identityfile?.[0]).toBe('/keys/prod.pem');
		expect(asked(config, 'bastion.prod').proxyjump).toBeUndefined();
	});

	test('does not mix two clusters that have the same names', () => {
		const first = withBlock('', 'f', {name: 'prod', lines: block('prod', {key: '/a'})}, 'top');
		const both = withBlock(first, 'f', {name: 'stage', lines: block('stage', {key: '/b', bastion: 'hop@gate'})}, 'top');
		expect(asked(both, 'master-1').proxyjump).toBeUndefined();
		expect(asked(both, 'master-1').identityfile?.[0]).toBe('/a');
		expect(asked(both, 'master-1.stage')).toMatchObject({identityfile: ['/b'], proxyjump: ['bastion.stage']});
	});

	test.each(['/a b/k.pem', '/a"b\\c/k.pem', "/it's.pem", '/größe/k.pem', '/#k.pem', '~/k.pem'])(
		'takes the key %s',
		key => {
			const [file] = asked(block('prod', {key}).join('\n'), 'master-1').identityfile ?? [];
			expect(file).toBe(key);
		},
	);

	test('says what ~/.ssh/config said of the address, where the cluster file is silent', () => {
		const known =
			'Host 203.0.*\n  User ubuntu\n  Port 2022\n  IdentityFile ~/.ssh/work.pem\n  ProxyJump hop@gate:2201\n';
		const config = withBlock(known, 'f', {name: 'prod', lines: block('prod', {}, known)}, 'top');
		expect(asked(config, 'master-1')).toMatchObject({
			user: ['ubuntu'],
			port: ['2022'],
			identityfile: ['~/.ssh/work.pem'],
			proxyjump: ['bastion.prod'],
		});
		expect(asked(config, 'bastion.prod')).toMatchObject({hostname: ['gate'], user: ['hop'], port: ['2201']});
	});
});

test('percent signs are doubled, for ssh fills in what follows one', () => {
	expect(block('prod', {key: '/50%/h.pem'}).join('\n')).toContain('IdentityFile /50%%/h.pem\n');
});

test.each(['/a\u0024{HOME}/k', '/a\tb'])('a key ssh_config cannot name is refused: %j', key => {
	expect(thrown(() => block('prod', {key}))).toMatchObject({field: 'ssh.key', exitCode: 2});
});

test('without a key none is named, and a bastion whose name a host has gets another', () => {
	const made = cluster(1, 1);
	const hosts = made.hosts.map((host, i) => (i === 1 ? {...host, name: 'bastion'} : host));
	const ssh = {...made.ssh, bastion: 'gate'};
	const text = sshLines({...made, ssh, hosts}, routeResolver(ssh, {config: '', home}), home).join('\n');
	expect(text).not.toMatch(/Identit/);
	expect(text).toMatch(/^Host bastion bastion\.prod$/m);
	expect(text).toMatch(/^Host bastion-2\.prod$/m);
});
