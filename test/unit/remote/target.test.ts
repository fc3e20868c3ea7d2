import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {SshSettings} from '../../../source/cluster/model.ts';
import {type Surroundings, targetResolver} from '../../../source/remote/target.ts';
import {keyFile, newKey} from './fake-sshd.ts';

let home: string;
const {parsed} = newKey();

beforeAll(() => {
	home = mkdtempSync(path.join(tmpdir(), 'mesos-setup-home-'));
	mkdirSync(path.join(home, '.ssh'));
	for (const name of ['id_rsa', 'work.pem', 'jump.pem', 'cluster.pem'])
		writeFileSync(path.join(home, '.ssh', name), '');
});
afterAll(() => rmSync(home, {recursive: true, force: true}));

function resolve(config: string, ssh: Partial<SshSettings> = {}, around: Partial<Surroundings> = {}) {
	const resolver = targetResolver(
		{user: 'ec2-user', port: 22, ...ssh},
		{config, home, env: {}, readKey: async file => keyFile(path.relative(home, file), parsed), ...around},
	);
	return (address: string) => resolver({name: 'master-1', address});
}

test("the cluster file's own settings are enough", async () => {
	const target = await resolve('', {
		user: 'admin',
		key: '~/.ssh/cluster.pem',
		port: 2222,
		bastion: 'jump@10.0.0.1:2200',
	})('203.0.113.10');
	expect(target).toMatchObject({
		host: 'master-1',
		address: '203.0.113.10',
		port: 2222,
		user: 'admin',
		key: {path: '.ssh/cluster.pem'},
	});
	expect(target.bastion).toMatchObject({
		address: '10.0.0.1',
		port: 2200,
		user: 'jump',
		key: {path: '.ssh/cluster.pem'},
	});
});

const config = `
Host 203.0.113.* prod
  HostName 198.51.100.7
  User ubuntu
  Port 2022
  IdentityFile ~/.ssh/missing.pem
  IdentityFile "~/.ssh/work.pem"
  ProxyJump gate

Host gate
  HostName 192.0.2.1
  User hopper
  Port 2201
  IdentityFile ~/.ssh/jump.pem
`;

test('where it is silent, ~/.ssh/config speaks, for the host and for its jump', async () => {
	const target = await resolve(config)('203.0.113.10');
	expect(target).toMatchObject({address: '198.51.100.7', port: 2022, user: 'ubuntu', key: {path: '.ssh/work.pem'}});
	expect(target.bastion).toMatchObject({
		address: '192.0.2.1',
		port: 2201,
		user: 'hopper',
		key: {path: '.ssh/jump.pem'},
	});
	expect((await resolve(config)('192.0.2.99')).bastion).toBeUndefined();
});

test("explicit values of the cluster file win over ~/.ssh/config's", async () => {
	const target = await resolve(config, {
		user: 'admin',
		port: 2222,
		key: '~/.ssh/cluster.pem',
		bastion: 'jump@10.0.0.1',
	})('prod');
	expect(target).toMatchObject({port: 2222, user: 'admin', key: {path: '.ssh/cluster.pem'}});
	expect(target.bastion).toMatchObject({address: '10.0.0.1', port: 22, user: 'jump'});
});

test("what ~/.ssh/config says of all hosts is no word against the cluster file's own", async () => {
	const everybody = 'Host *\n  User ada\n  Port 2222\n  ProxyJump gate\n';
	const target = await resolve(everybody)('203.0.113.10');
	expect(target).toMatchObject({user: 'ec2-user', port: 22});
	// The machine in between is the user's own.
	expect(target.bastion).toMatchObject({address: 'gate', user: 'ada', port: 2222});
	expect(await resolve(`Host 203.*\n  User eve\n${everybody}`)('203.0.113.10')).toMatchObject({user: 'eve'});
});

test('keywords in any case, equal signs, and ProxyJump none are understood', async () => {
	const target = await resolve('proxyjump=none\nhost a\n\tuSER=root\n\tport = 23\n')('a');
	expect(target).toMatchObject({user: 'root', port: 23});
	expect(target.bastion).toBeUndefined();
});

test('an agent is used where no key is named, together with a usual key that can be opened', async () => {
	const env = {SSH_AUTH_SOCK: '/tmp/agent.sock'};
	expect(await resolve('', {}, {env})('a')).toMatchObject({agent: '/tmp/agent.sock', key: {path: '.ssh/id_rsa'}});
	const locked = () => Promise.reject(new Error('encrypted'));
	const target = await resolve('', {}, {env, readKey: locked})('a');
	expect(target.agent).toBe('/tmp/agent.sock');
	expect(target.key).toBeUndefined();
	expect((await resolve('', {key: '~/.ssh/cluster.pem'}, {env})('a')).agent).toBeUndefined();
});

test('a key file is read once for all hosts', async () => {
	let reads = 0;
	const readKey = async (file: string) => {
		reads += 1;
		return keyFile(file, parsed);
	};
	const resolver = resolve('', {key: '~/.ssh/cluster.pem'}, {readKey});
	await Promise.all(['a', 'b', 'c'].map(resolver));
	expect(reads).toBe(1);
});

test.each([
	['no key and no agent', '', {}, {home: '/nowhere'}, /No private key is known for ec2-user@a/],
	['a ProxyCommand', 'Host a\n ProxyCommand nc %h %p\n', {}, {}, /ProxyCommand, which is not supported/],
	['several jumps', 'Host a\n ProxyJump one,two\n', {}, {}, /names several machines/],
	['a bastion that is none', '', {bastion: 'user@'}, {}, /ssh\.bastion: "user@" is not of the form/],
	['a port that is none', 'Host a\n Port 99999\n', {}, {}, /99999 is not a port/],
])('%s is refused with exit code 2', async (_, text, ssh, around, message) => {
	const waiting = resolve(text, ssh, around)('a');
	await expect(waiting).rejects.toMatchObject({exitCode: 2});
	await expect(waiting).rejects.toThrow(message);
});

test('a bastion may be an IPv6 address', async () => {
	const target = await resolve('', {bastion: 'jump@[2001:db8::1]:2200'})('a');
	expect(target.bastion).toMatchObject({address: '2001:db8::1', port: 2200});
});
