import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {isBuiltin} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {startEndpoint} from './discovery/aws-endpoint.ts';

const top = join(import.meta.dirname, '../..');
const outside = mkdtempSync(join(tmpdir(), 'mesos-setup-pack-'));
const installed = join(outside, 'package');
afterAll(() => rmSync(outside, {recursive: true}));

let paths: string[];
beforeAll(() => {
	const told = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', outside], {
		cwd: top,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [{filename, files}] = JSON.parse(told) as [{filename: string; files: {path: string}[]}];
	paths = files.map(({path}) => path);
	execFileSync('tar', ['-xzf', join(outside, filename), '-C', outside]);
	// In place of an install: its dependencies as they are pinned here, and theirs, but none that only the checkout has.
	const locked: Record<string, {dev?: boolean}> = JSON.parse(
		readFileSync(join(top, 'package-lock.json'), 'utf8'),
	).packages;
	for (const [path, {dev}] of Object.entries(locked)) {
		if (dev || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || !existsSync(join(top, path))) continue;
		mkdirSync(dirname(join(installed, path)), {recursive: true});
		symlinkSync(join(top, path), join(installed, path));
	}
});

test('the package holds the program and its templates, and nothing of lab, tests or stand-ins', () => {
	expect(paths).toContain('dist/source/cli.js');
	expect(paths).toContain('templates/runner.sh');
	expect(
		paths.filter(path => !/^(dist\/(source|roles)\/|templates\/|package\.json$|README\.md$|LICENSE$)/.test(path)),
	).toEqual([]);
	expect(paths.filter(path => /lab|stand-?in|\.test\./.test(path))).toEqual([]);
	const help = spawnSync(process.execPath, [join(installed, 'dist/source/cli.js'), '--help'], {
		cwd: outside,
		encoding: 'utf8',
	});
	expect(help.stderr).toBe('');
	expect(help.stdout).toMatch(/^Usage: mesos-setup/);
	expect(help.status).toBe(0);
});

test('it imports nothing but its dependencies', () => {
	const {dependencies} = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
	const foreign = paths
		.filter(path => path.endsWith('.js'))
		.flatMap(path => {
			const text = readFileSync(join(installed, path), 'utf8');
			const imports = text.matchAll(
				/^(?:import|export|}) (?:[^'"\n]* from )?["']([^"']+)["']|\bimport\(["']([^"']+)["']\)/gm,
			);
			return [...imports].map(([, still, lazy]) => still ?? lazy ?? '');
		})
		.filter(name => !name.startsWith('.') && !isBuiltin(name))
		.map(name => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
	expect(foreign).toContain('commander');
	expect(foreign.filter(name => !(name in dependencies))).toEqual([]);
});

test('it asks EC2 by the code it brings, whose licences it brings, too', async () => {
	const licenses = readFileSync(join(installed, 'dist/source/discovery/aws-sdk.licenses.txt'), 'utf8');
	expect(licenses).toMatch(/^@aws-sdk\/client-ec2 [\d.]+ \(Apache-2\.0\)$/m);
	expect(licenses).toMatch(/^@smithy\/core [\d.]+ \(Apache-2\.0\)$/m);
	expect(licenses).toContain('Copyright 2018-2020 Amazon.com, Inc. or its affiliates.');
	const aws = await startEndpoint();
	const discover = (env: Record<string, string>) =>
		execa(process.execPath, [join(installed, 'dist/source/cli.js'), 'discover', '--json'], {
			cwd: outside,
			env: {...aws.env, ...env, HOME: outside, MESOS_SETUP_HOME: join(outside, 'home')},
			reject: false,
		});
	try {
		const found = await discover({});
		expect(found).toMatchObject({exitCode: 0, stderr: ''});
		expect(found.stdout.split('\n').filter(line => line.includes('"event":"instance"'))).toHaveLength(10);
		// Every kind of credentials is looked for, each by code of its own.
		const none = await discover({AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: ''});
		expect(none).toMatchObject({exitCode: 1, stderr: ''});
		expect(none.stdout).toContain('No AWS credentials were found in the environment, in ~/.aws or on this instance.');
	} finally {
		aws.close();
	}
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
