import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import {toClusterInput} from '../../../source/cluster/format-cluster.ts';
import {identify} from '../../../source/cluster/identity.ts';
import {version} from '../../../source/cluster/package-file.ts';
import {openStore} from '../../../source/cluster/store.ts';
import {at, type Expected, folder, home, host, refused, threeAndOne, write, yaml} from './bad-input.ts';
import {runCli} from './in-process.ts';

describe('a key file that', () => {
	test.each([
		['is missing', 'gone', /gone does not exist/, /Check the path/],
		['is a dangling link', 'dangling', /a link to a file that is gone/, /Mend the link/],
		['is a folder', '.', /is not a file/, /Name the file/],
		['is no key', 'text', /is not a private key/, /\.pem/],
		['is public', 'key.pub', /is a public key/, /private half/],
		['is encrypted', 'locked', /is encrypted and no passphrase was given/, /MESOS_SETUP_KEY_PASSPHRASE/],
		['is open to the world', 'open', /can be read by others \(mode 0644\)/, /chmod 600/],
	])('%s', async (_, name, cause, fix) => {
		const file = write(yaml({key: at(name)}));
		for (const verb of [['plan'], ['apply', '--yes'], ['status'], ['verify'], ['reset', '--yes']]) {
			await refused([...verb, '-c', file], {field: /^ssh\.key$/, cause, fix});
		}
	});

	test('is encrypted, with a wrong passphrase', async () => {
		vi.stubEnv('MESOS_SETUP_KEY_PASSPHRASE', 'close sesame');
		const file = write(yaml({key: at('locked')}));
		await refused(['plan', '-c', file], {field: /^ssh\.key$/, cause: /passphrase does not open/, fix: /ssh-keygen/});
	});
});

describe('a known cluster', () => {
	const known = () => {
		const cluster = parseClusterFile(yaml({}));
		const record = identify(cluster, undefined, () => 'id-1');
		openStore(home).save('prod', {cluster, record});
	};

	test.each([
		[
			'a slave made a master',
			threeAndOne.replace('slave-1, role: slave', 'slave-1, role: master'),
			{
				host: 'slave-1',
				field: /^hosts\[3\]\.role$/,
				cause: /is a slave of the cluster; its role cannot change to master/,
				fix: /Set it back to slave/,
			},
		],
		[
			'a master less',
			threeAndOne.slice(threeAndOne.indexOf('\n') + 1),
			{
				field: /^hosts$/,
				cause: /cannot change \(master-1 is missing\).*quorum of 2/,
				fix: /Keep exactly these masters: master-1, master-2, master-3/,
			},
		],
		[
			'two masters more',
			threeAndOne + host('master-4', 'master', 6) + host('master-5', 'master', 7),
			{field: /^hosts$/, cause: /master-4 is new, master-5 is new/, fix: /Keep exactly these masters/},
		],
		[
			'a master at another address',
			threeAndOne.replace('10.0.0.2', '10.0.0.20'),
			{host: 'master-2', field: /^hosts\[1\]\.private_ip$/, cause: /ZooKeeper id 2 at 10\.0\.0\.2/, fix: /Set it back/},
		],
		[
			'a host under another name',
			threeAndOne.replace('slave-1', 'slave-7'),
			{host: 'slave-7', field: /^hosts\[3\]\.name$/, cause: /is known as slave-1/, fix: /Name it slave-1/},
		],
	] as [string, string, Expected][])('with %s', async (_, changed, expected) => {
		known();
		for (const verb of [['plan'], ['apply', '--yes']])
			await refused([...verb, '-c', write(yaml({hosts: changed}))], expected);
	});

	test('whose file here is damaged is not overwritten', async () => {
		known();
		const path = join(home, 'clusters/prod.json');
		writeFileSync(path, '{"format": 1, "cluster": 3');
		await refused(['apply', '--yes', '-c', write(yaml({}))], {cause: /cannot be read/, fix: /Restore it from a copy/});
		expect(readFileSync(path, 'utf8')).toBe('{"format": 1, "cluster": 3');
	});
});

describe('words of the command line', () => {
	test.each([
		[['aply'], /unknown command 'aply'/, /Did you mean apply\?/],
		[['plan', '--chek'], /unknown option '--chek'/, /Did you mean --check\?/],
		[['plan', '--yes'], /unknown option '--yes'/, /--help/],
		[['export', 'yaml'], /'yaml' is invalid/, /--help/],
		[['plan', '-c'], /argument missing|A value belongs there/, /plan --help/],
		[['plan', 'extra'], /too many arguments/, /plan --help/],
		[['apply', 'a', 'b'], /too many arguments/, /apply --help/],
		[['plan', '--limit', ' , '], /names no host/, /plan --help/],
		[['\u001b[2Jx\u009b'], /unknown command/, /--help/],
	])('%j', async (args, cause, fix) => {
		await refused(args, {cause, fix});
	});

	test('--limit with a host the cluster has not', async () => {
		const file = write(yaml({}));
		for (const verb of [['plan'], ['apply', '--yes'], ['reset', '--yes'], ['doctor']]) {
			const args = [...verb, '-c', file, '--limit', 'slave-1,slve-1'];
			await refused(args, {field: /^--limit$/, cause: /no host "slve-1"/, fix: /Did you mean slave-1\?/});
		}
	});

	test('a question nobody can answer', async () => {
		for (const verb of ['apply', 'reset']) {
			await refused([verb, '-c', write(yaml({}))], {cause: /needs an answer, but there is no terminal/, fix: /--yes/});
		}
	});

	test('files that cannot be written', async () => {
		const file = write(yaml({}));
		const log = {field: /^--log-file$/, cause: /the log cannot be written/, fix: /Name a file/};
		await refused(['plan', '-c', file, '--log-file', at('nowhere/a.log')], log);
		const out = {field: /^--out$/, cause: /the plan cannot be written/, fix: /Name a file/};
		await refused(['plan', '-c', file, '--out', at('nowhere/plan')], out);
		await refused(['plan', '-c', file, '--out', folder], out);
	});
});

describe('a plan file', () => {
	const plan = (change: (plan: Record<string, unknown>) => void = () => {}) => {
		const cluster = parseClusterFile(yaml({}));
		const record = identify(cluster, undefined, () => 'id-1');
		const content = {version, created: 'now', cluster: toClusterInput(cluster), record, limit: ['master-1'], hosts: {}};
		change(content);
		return write(JSON.stringify(content), 'plan.json');
	};
	const none = {field: /plan\.json$/, cause: /is not a plan that/, fix: /plan --out/};

	test('that is none', async () => {
		await refused(['apply', '--yes', at('gone')], {field: /gone$/, cause: /there is no such file/, fix: /plan --out/});
		for (const content of ['', '{', '[]', 'null', '{"version": 3}', Buffer.from([0, 255])]) {
			await refused(['apply', '--yes', write(content, 'plan.json')], none);
		}
		await refused(['apply', '--yes', folder], {cause: /is not a plan/, fix: /plan --out/});
	});

	test("that is another version's", async () => {
		const file = plan(content => {
			content.version = '0.0.1';
			content.cluster = 'of another form';
		});
		const expected = {cause: new RegExp(`made by mesos-setup 0\\.0\\.1, this is ${version}`), fix: /plan --out/};
		await refused(['apply', '--yes', file], expected);
	});

	test('whose cluster file has been edited since says what is applied', async () => {
		const told = /prod.yaml says something else by now.*applied is the plan.*make a new plan/;
		const file = write(yaml({}));
		const saved = plan(content => {
			content.file = file;
		});
		expect((await runCli(home, ['apply', '--yes', saved])).out).not.toMatch(told);
		write(yaml({more: 'frameworks: {chronos: false}'}));
		expect((await runCli(home, ['apply', '--yes', saved])).out).toMatch(told);
	});

	test('in which somebody wrote', async () => {
		const changes: ((plan: Record<string, unknown>) => void)[] = [
			content => {
				content.cluster = {};
			},
			content => {
				content.cluster = {...(content.cluster as object), name: '../../x'};
			},
			content => {
				content.cluster = {...(content.cluster as object), mesos: {agent_flags: {isolation: 'a\nb'}}};
			},
			content => {
				content.record = {id: 'x'};
			},
			content => {
				content.hosts = {'master-1': 'x'};
			},
		];
		for (const change of changes) await refused(['apply', '--yes', plan(change)], none);
	});

	test('with a host its cluster has not', async () => {
		const file = plan(content => {
			content.limit = ['slave-9'];
		});
		await refused(['apply', '--yes', file], {field: /^--limit$/, cause: /no host "slave-9"/, fix: /Its hosts are/});
	});

	test('beside a flag that says something else', async () => {
		const flags: [string, string][] = [
			['--cluster-file', at('prod.yaml')],
			['--cluster', 'prod'],
			['--limit', 'slave-1'],
		];
		for (const [flag, value] of flags) {
			const expected = {field: new RegExp(`^${flag}$`), cause: /holds its own cluster/, fix: /Leave .* out/};
			await refused(['apply', '--yes', plan(), flag, value], expected);
		}
	});
});
