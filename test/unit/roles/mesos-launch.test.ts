import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {template} from '../../../roles/template.ts';

let root: string;

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'mesos-launch-'));
	mkdirSync(join(root, 'bin'));
	// Stands for whatever is started: prints its own name and each argument on a line of its own.
	for (const program of ['mesos-master', 'mesos-agent', 'docker']) {
		writeFileSync(join(root, 'bin', program), `#!/bin/sh\nprintf '%s\\n' ${program} "$@"\n`, {mode: 0o755});
	}
});
afterEach(() => rmSync(root, {recursive: true}));

function write(path: string, content: string): void {
	mkdirSync(join(root, path, '..'), {recursive: true});
	writeFileSync(join(root, path), content);
}

function launch(...args: string[]): string[] {
	const script = template('/usr/local/lib/mesos-setup/mesos-launch').replaceAll(
		/\/(etc|run)\/mesos/g,
		`${root}/$1/mesos`,
	);
	writeFileSync(join(root, 'launch'), script);
	const env = {PATH: `${root}/bin:/usr/bin:/bin`};
	return execFileSync('sh', [join(root, 'launch'), ...args], {env, encoding: 'utf8'})
		.trimEnd()
		.split('\n');
}

test('one argument for each file, its bytes as they are', () => {
	write('etc/mesos/zk', 'zk://10.0.1.11:2181/mesos\n');
	const odd = `id:slave-1;x:a  b $(touch ${root}/canary) "q" 'p' \\ * %h ü`;
	write('etc/mesos-agent/attributes', `${odd}\n`);
	write('etc/mesos-agent/?no-systemd_enable_support', '');
	write('etc/mesos-agent/ip', '10.0.1.101\n');
	expect(launch('agent')).toEqual([
		'mesos-agent',
		'--master=zk://10.0.1.11:2181/mesos',
		'--no-systemd_enable_support',
		`--attributes=${odd}`,
		'--ip=10.0.1.101',
	]);
});

test('a master is told the same address as its own election', () => {
	write('etc/mesos/zk', 'zk://10.0.1.11:2181/mesos\n');
	expect(launch('master')).toEqual(['mesos-master', '--zk=zk://10.0.1.11:2181/mesos']);
});

test.each(['master', 'agent'])('%s in a container: the same arguments behind the image', daemon => {
	write('etc/mesos/zk', 'zk://10.0.1.11:2181/mesos\n');
	write(`etc/mesos-${daemon}/port`, '5050\n');
	const [program, ...args] = launch(daemon, 'own/mesos@sha256:abc');
	expect(program).toBe('docker');
	expect(args.slice(0, 5)).toEqual(['run', '--rm', '--pull=never', '--name', `${daemon}.mesos-setup`]);
	expect(args.slice(args.indexOf('--entrypoint'))).toEqual([
		'--entrypoint',
		`mesos-${daemon}`,
		'own/mesos@sha256:abc',
		`${daemon === 'master' ? '--zk' : '--master'}=zk://10.0.1.11:2181/mesos`,
		'--port=5050',
	]);
	expect(args.includes('--privileged')).toBe(daemon === 'agent');
});
