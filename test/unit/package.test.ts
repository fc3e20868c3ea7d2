import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';

const top = join(import.meta.dirname, '../..');
const outside = mkdtempSync(join(tmpdir(), 'mesos-setup-pack-'));
afterAll(() => rmSync(outside, {recursive: true}));

const pack = () =>
	JSON.parse(
		execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', outside], {
			cwd: top,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}),
	)[0] as {filename: string; files: {path: string}[]};

test('the package holds the program and its templates, and nothing of lab, tests or stand-ins', () => {
	const {filename, files} = pack();
	const paths = files.map(({path}) => path);
	expect(paths).toContain('dist/source/cli.js');
	expect(paths).toContain('templates/runner.sh');
	expect(
		paths.filter(path => !/^(dist\/(source|roles)\/|templates\/|package\.json$|README\.md$|LICENSE$)/.test(path)),
	).toEqual([]);
	expect(paths.filter(path => /lab|stand-?in|\.test\./.test(path))).toEqual([]);
	execFileSync('tar', ['-xzf', join(outside, filename), '-C', outside]);
	// In place of an install: its dependencies, as they are pinned here.
	symlinkSync(join(top, 'node_modules'), join(outside, 'package/node_modules'));
	const help = spawnSync(process.execPath, [join(outside, 'package/dist/source/cli.js'), '--help'], {
		cwd: outside,
		encoding: 'utf8',
	});
	expect(help.stderr).toBe('');
	expect(help.stdout).toMatch(/^Usage: mesos-setup/);
	expect(help.status).toBe(0);
});

// The machine's own Node, where it is older than what the package needs.
const old = '/usr/bin/node';
const isOld =
	existsSync(old) && Number(execFileSync(old, ['-p', 'process.versions.node'], {encoding: 'utf8'}).split('.')[0]) < 22;

test.runIf(isOld)('an older Node gets one sentence and exit code 2', () => {
	const {status, stderr, stdout} = spawnSync(old, [join(top, 'dist/source/cli.js'), '--help'], {encoding: 'utf8'});
	expect({status, stdout}).toEqual({status: 2, stdout: ''});
	expect(stderr).toMatch(/^mesos-setup needs Node 22\.13 or newer; this is Node [\d.]+\.\n$/);
});
