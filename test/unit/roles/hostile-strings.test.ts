import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {template} from '../../../roles/template.ts';
import {mesosFlags} from '../../../source/cluster/mesos-flags.ts';
import type {Flags, IdentifiedCluster} from '../../../source/cluster/model.ts';
import {parseSettings, settingsPath} from '../../../source/cluster/settings.ts';
import {validateCluster} from '../../../source/cluster/validate.ts';
import {amazonLinux2023} from '../../../source/sources/platforms/amazon-linux-2023.ts';
import {compile} from '../../../source/steps/compile.ts';
import type {Step} from '../../../source/steps/step.ts';
import {hostileAttributes, hostileText} from '../cluster/hostile.ts';
import {mine, shellsWithPath} from '../steps/shells.ts';
import {cluster} from './cluster-fixture.ts';
import {allSteps, hostOf, ofKind} from './look-up.ts';

const root = mkdtempSync(join(tmpdir(), 'mesos-setup-hostile-'));
const canary = join(root, 'canary');
afterAll(() => rmSync(root, {recursive: true}));

/** Flags with a text for a value, of the many that the file may set. */
const free = (daemon: 'master' | 'agent') =>
	[...mesosFlags[daemon].values].filter(name => {
		const probe = cluster(1, 1);
		probe.mesos[`${daemon}_flags`] = {[name]: 'x'};
		// What contains tasks on a host is judged by the role, from the facts.
		return name !== 'containerizers' && validateCluster(probe).problems.length === 0;
	});
const flagsOf = (daemon: 'master' | 'agent', maxKeys: number): fc.Arbitrary<Flags> =>
	fc.dictionary(fc.constantFrom(...free(daemon)), hostileText(canary), {maxKeys, noNullPrototype: true});

const hostile = fc
	.record({
		attributes: hostileAttributes(canary),
		agent_flags: flagsOf('agent', 6),
		master_flags: flagsOf('master', 6),
		own: fc.record({attributes: hostileAttributes(canary), agent_flags: flagsOf('agent', 2)}),
	})
	.map(({own, ...mesos}) => {
		const hostileCluster = cluster(1, 1);
		Object.assign(hostileCluster.mesos, mesos);
		Object.assign(hostOf(hostileCluster, 'slave-1').mesos, own);
		return hostileCluster;
	});

/** Path and content of every file that should hold a string of the cluster file, computed without the roles. */
function wanted(from: IdentifiedCluster, daemon: 'master' | 'agent'): Map<string, string> {
	const host = hostOf(from, daemon === 'master' ? 'master-1' : 'slave-1');
	const flags = {...from.mesos[`${daemon}_flags`], ...host.mesos[`${daemon}_flags`]};
	const files = new Map(Object.entries(flags).map(([name, value]) => [`/etc/mesos-${daemon}/${name}`, `${value}\n`]));
	if (daemon === 'agent') {
		const all = {id: host.name, ...from.mesos.attributes, ...host.mesos.attributes};
		const pairs = Object.entries(all).map(pair => pair.join(':'));
		files.set('/etc/mesos-agent/attributes', `${pairs.join(';')}\n`);
	}
	return files;
}

const stepsFor = (from: IdentifiedCluster, daemon: 'master' | 'agent') =>
	allSteps(daemon === 'master' ? 'master-1' : 'slave-1', from);

test('every string ends up in its own file as the very same bytes, and nowhere else', () => {
	let strings = 0;
	fc.assert(
		fc.property(hostile, from => {
			expect(validateCluster(from).problems).toEqual([]);
			for (const daemon of ['master', 'agent'] as const) {
				const files = wanted(from, daemon);
				const elsewhere: Step[] = [];
				for (const step of stepsFor(from, daemon)) {
					if (step.kind === 'file' && files.has(step.path)) {
						expect(step.content).toBe(files.get(step.path));
						files.delete(step.path);
						strings += 1;
					} else if (step.kind === 'file' && step.path === settingsPath) {
						// All of them at once, for another computer.
						expect(parseSettings(String(step.content))?.mesos).toEqual(from.mesos);
					} else elsewhere.push(step);
				}
				expect([...files.keys()]).toEqual([]);
				expect(JSON.stringify(elsewhere)).not.toContain(canary);
			}
			strings +=
				Object.keys(from.mesos.attributes).length + Object.keys(hostOf(from, 'slave-1').mesos.attributes).length;
		}),
		{numRuns: 1500},
	);
	expect(strings).toBeGreaterThan(15_000);
});

type Shell = {status: number | null; stdout: string; stderr: string};

function inShell([program = 'sh', ...rest]: string[], text: string): Shell {
	writeFileSync(join(root, 'script'), text);
	return spawnSync(program, [...rest, join(root, 'script')], {cwd: root, encoding: 'utf8', input: ''});
}

/** The step somewhere else, owned by whoever runs this. */
function moved(step: Step): Step {
	if (step.kind !== 'file' && step.kind !== 'directory') throw new Error(step.kind);
	return {...step, path: join(root, step.path), ...mine};
}

describe.each(shellsWithPath)('on a host whose shell is %s', (...shell) => {
	beforeEach(() => {
		rmSync(join(root, 'etc'), {recursive: true, force: true});
		mkdirSync(join(root, 'etc'));
	});

	test('checks and applies leave exactly these bytes, and nothing of them runs', () => {
		fc.assert(
			fc.property(hostile, from => {
				const files = wanted(from, 'agent');
				const steps = stepsFor(from, 'agent').filter(
					step => (step.kind === 'file' || step.kind === 'directory') && step.path.startsWith('/etc/mesos-agent'),
				);
				const compiled = steps.map(step => compile(moved(step), {timeout: 1, system: amazonLinux2023.system}));
				const checks = compiled.map(({check}) => `${check}\nprintf '%s ' $?`).join('\n');
				const shows = compiled.map(({show = ':'}) => `${show} > /dev/null`).join('\n');
				const applies = compiled.map(({apply}) => `(\nset -eu\n${apply}\n) || exit 9`).join('\n');
				const {stdout, stderr, status} = inShell(shell, `${shows}\n${applies}\n${checks}\n${shows}\n`);
				expect({status, stderr}).toEqual({status: 0, stderr: ''});
				expect(stdout.trim().split(' ')).toEqual(compiled.map(() => '0'));
				for (const [path, content] of files) {
					expect(readFileSync(join(root, path)).equals(Buffer.from(content)), path).toBe(true);
				}
				const names = ofKind(steps, 'file').map(({path}) => path.slice('/etc/mesos-agent/'.length));
				expect(readdirSync(join(root, 'etc/mesos-agent')).sort()).toEqual(names.sort());
				expect(existsSync(canary)).toBe(false);
			}),
			{numRuns: 8},
		);
	});

	test('a check sees a single byte that differs', () => {
		fc.assert(
			fc.property(hostileText(canary), fc.nat(), (value, at) => {
				const content = Buffer.from(`${value}\n`);
				const path = join(root, 'etc/flag');
				const step: Step = {kind: 'file', title: 'x', path, content, ...mine};
				const {check} = compile(step, {timeout: 1, system: amazonLinux2023.system});
				const other = Buffer.from(content);
				other.writeUInt8((other.readUInt8(at % other.length) + 1) % 256, at % other.length);
				writeFileSync(path, content);
				expect(inShell(shell, check)).toMatchObject({status: 0, stderr: ''});
				writeFileSync(path, other);
				expect(inShell(shell, check).status).toBe(1);
				expect(existsSync(canary)).toBe(false);
			}),
			{numRuns: 60},
		);
	});

	test.each(['', 'own/mesos@sha256:abc'])('the daemon gets one argument for each flag, whole (image "%s")', image => {
		const bin = join(root, 'bin');
		mkdirSync(bin, {recursive: true});
		for (const program of ['mesos-agent', 'docker']) {
			const body = `[ "$1" = rm ] || for word; do printf '%s\\0' "$word"; done`;
			writeFileSync(join(bin, program), `#!/bin/sh\n${body}\n`, {mode: 0o755});
		}
		const launch = template('/usr/local/lib/mesos-setup/mesos-launch');
		writeFileSync(join(root, 'launch'), launch.replaceAll(/\/(etc|run)\/mesos/g, `${root}/$1/mesos`));
		mkdirSync(join(root, 'etc/mesos'));
		writeFileSync(join(root, 'etc/mesos/zk'), 'zk://10.0.0.1:2181/mesos\n');
		const [program = 'sh', ...rest] = shell;
		fc.assert(
			fc.property(flagsOf('agent', 60), flags => {
				rmSync(join(root, 'etc/mesos-agent'), {recursive: true, force: true});
				mkdirSync(join(root, 'etc/mesos-agent'));
				for (const [name, value] of Object.entries(flags)) {
					writeFileSync(join(root, 'etc/mesos-agent', name), `${value}\n`);
				}
				const output = execFileSync(program, [...rest, join(root, 'launch'), 'agent', ...(image ? [image] : [])], {
					cwd: root,
					env: {PATH: `${bin}:/usr/bin:/bin`},
				});
				const words = output.toString().split('\0').slice(0, -1);
				const given = words.slice(words.indexOf('--master=zk://10.0.0.1:2181/mesos') + 1);
				expect(given.sort()).toEqual(
					Object.entries(flags)
						.map(([name, value]) => `--${name}=${value}`)
						.sort(),
				);
				expect(existsSync(canary)).toBe(false);
			}),
			{numRuns: 12},
		);
	});
});
