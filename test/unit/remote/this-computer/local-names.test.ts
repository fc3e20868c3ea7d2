import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {type Elevation, needsRoot, writeFile} from '../../../../source/remote/this-computer/local-file.ts';
import {
	type Computer,
	type LocalNames,
	namedClusters,
	planNames,
	planNoNames,
} from '../../../../source/remote/this-computer/local-names.ts';
import {cluster} from '../../cluster/example.ts';

const uid = process.getuid?.() ?? 0;
const me: Elevation = {uid, sudo: 'no-sudo-here', terminal: false};
let folder: string;
let computer: Computer;
let hosts: string;
let config: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'mesos-setup-computer-'));
	hosts = join(folder, 'hosts');
	config = join(folder, '.ssh/config');
	mkdirSync(join(folder, '.ssh'));
	writeFileSync(hosts, '127.0.0.1 localhost\n');
	const lookUp = async (name: string) => {
		if (name === 'known.example') return '192.0.2.7';
		throw new Error('ENOTFOUND');
	};
	computer = {hosts, home: folder, lookUp};
});
afterEach(() => rmSync(folder, {recursive: true}));

const write = async ({files}: LocalNames) => {
	for (const file of files) await writeFile(file, me);
};
const settled = ({files}: LocalNames) => files.every(({before, after}) => before === after);
const prod = cluster(1, 1);

test('names are written once, and taken out without a trace', async () => {
	rmSync(join(folder, '.ssh'), {recursive: true});
	await write(await planNames(prod, computer));
	expect(readFileSync(hosts, 'utf8')).toMatch(
		/^127\.0\.0\.1 localhost\n# BEGIN.*\n#.*\n203\.0\.1\.1 master-1 master-1\.prod\n/,
	);
	expect(readFileSync(config, 'utf8')).toContain('\nHost slave-1 slave-1.prod\n');
	expect(statSync(config).mode & 0o777).toBe(0o600);
	expect(statSync(join(folder, '.ssh')).mode & 0o777).toBe(0o700);
	expect(await namedClusters(computer)).toEqual(['prod']);
	expect(settled(await planNames(prod, computer))).toBe(true);
	await write(await planNoNames('prod', computer));
	expect(readFileSync(hosts, 'utf8')).toBe('127.0.0.1 localhost\n');
	expect(existsSync(config)).toBe(false);
	expect(readdirSync(folder).sort()).toEqual(['.ssh', 'hosts']);
});

test('mode, link, owner and bytes of the files are kept, also of one that is read-only', async () => {
	const dotfile = join(folder, 'dotfile');
	const bytes = Buffer.from([0x23, 0xff, 0x0a, 0x48, 0x6f, 0x73, 0x74, 0x20, 0x61]);
	writeFileSync(dotfile, bytes);
	chmodSync(dotfile, 0o400);
	symlinkSync('../dotfile', config);
	chmodSync(hosts, 0o664);
	const names = await planNames(prod, computer);
	await write(names);
	expect(lstatSync(config).isSymbolicLink()).toBe(true);
	expect(statSync(dotfile)).toMatchObject({mode: 0o100400, uid});
	expect(statSync(hosts).mode & 0o777).toBe(0o664);
	expect(readFileSync(dotfile).subarray(-bytes.length)).toEqual(bytes);
	await write(await planNoNames('prod', computer));
	expect(readFileSync(dotfile)).toEqual(bytes);
	expect(statSync(dotfile).mode & 0o777).toBe(0o400);
});

describe('the address', () => {
	const at = async (address: string, text = '') => {
		writeFileSync(config, text);
		const made = {...prod, hosts: prod.hosts.map(host => ({...host, address}))};
		const {files} = await planNames(made, computer);
		return /^(\S+) master-1 /m.exec(files[1]?.after ?? '')?.[1];
	};

	test('is the one this computer reaches the host at, be it by a name', async () => {
		expect(await at('2001:db8::1')).toBe('2001:db8::1');
		expect(await at('known.example')).toBe('192.0.2.7');
		expect(await at('alias', 'Host alias\n HostName 192.0.2.9\n')).toBe('192.0.2.9');
	});

	test('is the private one where the name is not known here', async () => {
		expect(await at('unknown.example')).toBe('10.0.1.1');
	});
});

test("what was written for the cluster before is not taken for the user's own word", async () => {
	const named = {...prod, hosts: prod.hosts.map(host => ({...host, address: host.name}))};
	const {files} = await planNames({...named, ssh: {...named.ssh, port: 2222}}, computer);
	writeFileSync(config, files[0]?.after ?? '');
	expect((await planNames(named, computer)).files[0]?.after).toContain('    Port 22\n');
});

describe('names somebody has already', () => {
	test('in a line of the hosts file are told, for that line wins', async () => {
		writeFileSync(hosts, '10.9.9.9 other SLAVE slave-1 # mine\n203.0.1.1 master-1\n# 1.2.3.4 master-1\n');
		const {notes} = await planNames(prod, computer);
		expect(notes).toEqual([`${hosts} has slave-1 already, as 10.9.9.9; that line wins. This host is slave-1.prod.`]);
	});

	test('in another cluster are told to the one that comes second', async () => {
		await write(await planNames(prod, computer));
		const stage = {...prod, name: 'stage'};
		const {notes} = await planNames(stage, computer);
		expect(notes).toEqual([expect.stringMatching(/^The cluster prod .*\(master-1, slave-1\).* master-1\.stage /)]);
		await write(await planNames(stage, computer));
		expect((await planNames(prod, computer)).notes).toEqual([]);
		expect(await namedClusters(computer)).toEqual(['prod', 'stage']);
		await write(await planNoNames('prod', computer));
		expect((await planNames(stage, computer)).notes).toEqual([]);
		expect(settled(await planNames(stage, computer))).toBe(true);
	});
});

describe('files that cannot be read or written', () => {
	test('a folder, a link to nothing, a damaged block', async () => {
		mkdirSync(config);
		await expect(planNames(prod, computer)).rejects.toThrow('~/.ssh/config: is no regular file.');
		rmSync(config, {recursive: true});
		symlinkSync('nothing', config);
		await expect(planNames(prod, computer)).rejects.toThrow('~/.ssh/config: is a link to a file that is not there.');
		rmSync(config);
		writeFileSync(hosts, 'a\n# BEGIN mesos-setup prod\n');
		await expect(planNoNames('prod', computer)).rejects.toThrow(
			`${hosts}, line 2: "# BEGIN mesos-setup prod" has no end`,
		);
	});

	test('a file changed by somebody else between the look and the writing is left alone', async () => {
		const {files} = await planNames(prod, computer);
		writeFileSync(hosts, '127.0.0.1 localhost me\n');
		await expect(writeFile(files[1] as (typeof files)[1] & object, me)).rejects.toThrow(/changed by somebody else/);
		expect(readFileSync(hosts, 'utf8')).toBe('127.0.0.1 localhost me\n');
	});

	test("root's file takes sudo; without one, or when it refuses, the file is as it was", async () => {
		const {files} = await planNames(prod, computer);
		const file = {...(files[1] as (typeof files)[1] & object), owner: {uid: uid + 1, gid: 0}};
		expect([needsRoot(file, uid + 2), needsRoot(file, uid + 1), needsRoot(file, 0)]).toEqual([true, false, false]);
		const other = {...me, uid: uid + 2};
		await expect(writeFile(file, other)).rejects.toThrow(/belongs to root, and there is no no-sudo-here here/);
		const refusing = join(folder, 'sudo');
		writeFileSync(refusing, '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n', {mode: 0o755});
		await expect(writeFile(file, {...other, sudo: refusing})).rejects.toThrow(
			/was not written: sudo: a password is required\. Run it in a terminal/,
		);
		expect(readFileSync(hosts, 'utf8')).toBe('127.0.0.1 localhost\n');
		const willing = join(folder, 'sudo-yes');
		writeFileSync(willing, '#!/bin/sh\n[ "$1" = -n ] && [ "$2" = -- ] || exit 9\nshift 2\nexec "$@"\n', {mode: 0o755});
		await writeFile(file, {...other, sudo: willing});
		expect(readFileSync(hosts, 'latin1')).toBe(file.after);
	});
});
