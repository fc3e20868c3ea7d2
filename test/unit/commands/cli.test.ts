import {execFile} from 'node:child_process';
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import {version} from '../../../source/cluster/package-file.ts';
import {openStore} from '../../../source/cluster/store.ts';
import {cluster, clusterYaml} from '../cluster/example.ts';

const cli = fileURLToPath(new URL('../../../source/cli.ts', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'cli-'));
const good = join(home, 'good.yaml');
const bad = join(home, 'bad.yaml');
writeFileSync(good, clusterYaml(1, 1));
writeFileSync(bad, clusterYaml(0, 1).replace('10.0.2.1', '127.0.0.1'));

type Result = {code: number; out: string; err: string};

function execute(program: string, args: string[]): Promise<Result> {
	return new Promise(resolve => {
		const env = {...process.env, MESOS_SETUP_HOME: home, NO_COLOR: ''};
		execFile(program, args, {env}, (error, out, err) => {
			resolve({code: error ? Number(error.code) : 0, out, err});
		});
	});
}

const run = (...args: string[]) => execute(process.execPath, [cli, ...args]);

describe('usage', () => {
	test('--version', async () => {
		expect(await run('--version')).toEqual({code: 0, out: `${version}\n`, err: ''});
	});

	test('--help lists the verbs', async () => {
		const {code, out} = await run('--help');
		expect(code).toBe(0);
		expect(out).toMatch(/Usage: mesos-setup [\s\S]*\n {2}export [\s\S]*\n {2}completion /);
	});

	test.each([
		[['exprot', 'json-schema'], "unknown command 'exprot'.", 'Did you mean export?'],
		[['export', 'json-schema', '--jsn'], "unknown option '--jsn'.", 'Did you mean --json?'],
		[['export'], "missing required argument 'kind'.", 'See mesos-setup export --help.'],
		[
			['export', 'json-schema', '-c'],
			"option '-c, --cluster-file <file>' argument missing.",
			'See mesos-setup export --help.',
		],
	])('%j', async (args, cause, fix) => {
		expect(await run(...args)).toEqual({code: 2, out: '', err: `✖ error  ${cause} ${fix}\n`});
		const [verb = '', ...rest] = args;
		expect(JSON.parse((await run(verb, '--json', ...rest)).out)).toEqual({event: 'error', cause, fix});
	});

	test('no verb at all prints the help as an error', async () => {
		const {code, out, err} = await run();
		expect({code, out}).toEqual({code: 2, out: ''});
		expect(err).toMatch(/^Usage: /);
		expect(err).toMatch(/no terminal to ask on: name one of the commands\.$/m);
	});

	test('an old Node is told so in one sentence', async () => {
		const pretend = "data:text/javascript,Object.defineProperty(process, 'versions', {value: {node: '22.12.0'}})";
		const result = await execute(process.execPath, ['--import', pretend, cli, '--help']);
		expect(result).toEqual({code: 2, out: '', err: 'mesos-setup needs Node 22.13 or newer; this is Node 22.12.0.\n'});
	});

	test('a reader that went away is no error', async () => {
		const pipeline = 'set -o pipefail; "$0" "$1" export json-schema | true';
		expect(await execute('bash', ['-c', pipeline, process.execPath, cli])).toEqual({code: 0, out: '', err: ''});
	});
});

describe('export', () => {
	test('a cluster file, the same again', async () => {
		const {code, out} = await run('export', 'cluster-file', '-c', good);
		expect(code).toBe(0);
		expect(parseClusterFile(out)).toEqual(cluster(1, 1));
	});

	test('a known cluster by its name, or as the only one', async () => {
		openStore(home).save('prod', {cluster: cluster(3, 1)});
		expect(parseClusterFile((await run('export', 'cluster-file', '--cluster', 'prod')).out)).toEqual(cluster(3, 1));
		expect(parseClusterFile((await run('export', 'cluster-file')).out)).toEqual(cluster(3, 1));
		const {code, err} = await run('export', 'cluster-file', '--cluster', 'prd');
		expect(code).toBe(2);
		expect(err).toMatch(/--cluster: this computer knows no cluster "prd"\. Did you mean prod\?/);
	});

	test('everything wrong with a file, in lines and as JSON, with the log named', async () => {
		const plain = await run('export', 'cluster-file', '-c', bad);
		expect(plain).toMatchObject({code: 2, out: ''});
		expect(plain.err).toMatch(
			/hosts: no host has the role master[\s\S]*slave-1 hosts\[0\]\.private_ip: 127\.0\.0\.1[\s\S]*Log: .*-export\.log/,
		);
		const json = await run('export', 'cluster-file', '--json', '-c', bad);
		expect(json).toMatchObject({code: 2, err: ''});
		const events = json.out
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line));
		expect(events).toMatchObject([
			{event: 'error', field: 'hosts'},
			{event: 'error', host: 'slave-1', field: 'hosts[0].private_ip', fix: expect.any(String), log: expect.any(String)},
		]);
	});
});

describe('completion', () => {
	test('bash completes verbs, kinds and flags without the package bash-completion', async () => {
		const script = `
			mesos-setup() { "$NODE" "$CLI" "$@"; }
			source <(mesos-setup completion bash)
			try() {
				COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
				__mesos_setup_complete 2>/dev/null
				echo "\${COMPREPLY[*]}"
			}
			try mesos-setup ex
			try mesos-setup export ''
			try mesos-setup export js
			try mesos-setup export --cl
		`;
		const {out} = await execute('env', [`NODE=${process.execPath}`, `CLI=${cli}`, 'bash', '--norc', '-c', script]);
		expect(out.replace(/ /g, '\n').trim().split('\n')).toEqual([
			'export',
			'cluster-file',
			'json-schema',
			'json-schema',
			'--cluster-file',
			'--cluster',
		]);
	});

	test.each(['zsh', 'fish'])('a script for %s, none for an unknown shell', async shell => {
		expect((await run('completion', shell)).out).toContain(`mesos-setup complete --`);
		expect(await run('completion', 'tcsh')).toMatchObject({code: 2, out: ''});
	});
});
