import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, onTestFinished, test} from 'vitest';
import {cronJob, initScript} from '../../../roles/sysv.ts';
import {template} from '../../../roles/template.ts';
import {Sandbox, shells, shellsWithPath} from '../steps/shells.ts';

const unit = (...service: string[]) => `[Unit]\nDescription=A daemon\n\n[Service]\n${service.join('\n')}\n`;

test('commands keep their words: quotes, percent signs and variables as units have them', () => {
	const text = initScript(
		'x',
		unit(
			'ExecStartPre=-/bin/sh -c \'exec docker rm "$$(id -u)" > /dev/null\'',
			`ExecStart=/bin/d $OPTIONS --a=\${A} --b=50%% /lib/*`,
		),
	);
	expect(text).toContain('\t/bin/sh -c \'exec docker rm "$(id -u)" > /dev/null\' || :\n');
	expect(text).toContain(`\texec /bin/d \${OPTIONS-} --a="\${A-}" --b=50% /lib/*\n`);
	expect(text.split('\n').slice(0, 4)).toEqual([
		'#!/bin/sh',
		'# mesos-setup: A daemon',
		'# chkconfig: 345 90 10',
		'# description: A daemon',
	]);
});

test('every unit of the tool’s makes a script that a shell can read', () => {
	const data = {
		...{configuration: 'ExecStartPre=/h x', origin: 'image', docker: '/usr/bin/docker', image: 'a@sha256:1'},
		...{environment: 'Environment=PATH=/bin', command: '/bin/d', user: 'zookeeper', cleanup: ''},
	};
	for (const name of ['zookeeper', 'mesos-master', 'mesos-agent', 'marathon', 'chronos']) {
		const sandbox = new Sandbox();
		const text = initScript(name, template(`/etc/systemd/system/${name}.service`, data));
		expect(text).not.toMatch(/<%|undefined|ExecStart/);
		for (const shell of shells)
			expect(sandbox.apply([...shell, '-n'], text), name).toMatchObject({status: 0, stderr: ''});
	}
});

test('a timer’s service becomes a job of cron’s', () => {
	const service = template('/etc/systemd/system/mesos-setup-image-prune.service', {docker: '/usr/bin/docker'});
	expect(cronJob(service)).toBe(
		'#!/bin/sh\nset -f\nexec /usr/bin/docker image prune --force --filter until=168h > /dev/null\n',
	);
});

const patient = {timeout: 15_000};

describe.each(shellsWithPath)('a service under %s', (...shell) => {
	/** A daemon that writes down its environment and lives until it is ended. */
	const installed = (...more: string[]) => {
		const host = new Sandbox();
		chmodSync(host.folder, 0o755);
		mkdirSync(host.path('locks'));
		writeFileSync(host.path('daemon.env'), 'JVMFLAGS=-Xms1m -Xmx1m\nMESOS_SETUP_CONFIGURATION=abc\n');
		writeFileSync(
			host.path('daemon'),
			`#!/bin/sh\necho "$0 $* $(id -un)" >> '${host.path('starts')}'\nenv > '${host.path('env')}'\necho said\nexec sleep 600\n`,
		);
		chmodSync(host.path('daemon'), 0o755);
		host.program('logger', 'cat >> "$SANDBOX/log"');
		const text = initScript(
			'daemon',
			unit(
				`ExecStartPre=/bin/sh -c 'echo before >> ${host.path('starts')}'`,
				`EnvironmentFile=-${host.path('daemon.env')}`,
				'EnvironmentFile=-/no/such/file',
				'Environment=COLOUR=blue',
				`ExecStart=${host.path('daemon')} $JVMFLAGS \${COLOUR} /etc/*`,
				'RestartSec=0.1',
				...more,
			),
		)
			.replace('#!/bin/sh', `#!/usr/bin/env ${shell[0]}`)
			.replaceAll('/var/run/mesos-setup', host.path('state'))
			.replaceAll('/var/lock/subsys', host.path('locks'))
			.replace(/^PATH=.*/m, `PATH=${host.bin}:$PATH SANDBOX=${host.folder}; export SANDBOX`);
		writeFileSync(host.path('script'), text);
		chmodSync(host.path('script'), 0o755);
		const call = (verb: string) => host.apply(['sh'], `exec '${host.path('script')}' ${verb}`);
		onTestFinished(() => {
			call('stop');
		});
		const pid = () => readFileSync(host.path('state/daemon.pid'), 'utf8').trim();
		const read = (name: string) => readFileSync(host.path(name), 'utf8');
		return {host, call, pid, read};
	};

	test('starts with its environment, says so, logs, and ends', async () => {
		const {host, call, pid, read} = installed();
		expect(call('status').status).toBe(3);
		expect(call('start')).toMatchObject({status: 0, stderr: ''});
		expect(call('status')).toMatchObject({status: 0, stdout: `daemon runs, pid ${pid()}\n`});
		await expect.poll(() => existsSync(host.path('log')) && read('log'), patient).toContain('said');
		expect(read('starts')).toMatch(/^before\n\S+\/daemon -Xms1m -Xmx1m blue \/etc\/\* \S+\n$/);
		const environment = readFileSync(`/proc/${pid()}/environ`, 'utf8').split('\0');
		expect(environment).toContain('MESOS_SETUP_CONFIGURATION=abc');
		expect(environment).toContain('COLOUR=blue');
		const running = pid();
		expect(call('start').status).toBe(0);
		expect(pid()).toBe(running);
		expect(call('stop').status).toBe(0);
		expect(existsSync(`/proc/${running}`)).toBe(false);
		expect(call('status').status).toBe(3);
		expect(call('stop').status).toBe(0);
	});

	test('that ends by itself is started again, prepared anew', async () => {
		const {call, pid, read} = installed();
		expect(call('start').status).toBe(0);
		const first = pid();
		process.kill(Number(first), 'SIGKILL');
		await expect.poll(() => call('status').status === 0 && pid() !== first, patient).toBe(true);
		expect(read('starts').match(/before/g)).toHaveLength(2);
	});

	test('is restarted with what its files say now', () => {
		const {host, call, pid} = installed();
		expect(call('start').status).toBe(0);
		writeFileSync(host.path('daemon.env'), 'MESOS_SETUP_CONFIGURATION=def\n');
		expect(call('restart').status).toBe(0);
		expect(readFileSync(`/proc/${pid()}/environ`, 'utf8')).toContain('MESOS_SETUP_CONFIGURATION=def');
	});

	test('a pid on file that is somebody else’s by now is nobody', () => {
		const {host, call} = installed();
		mkdirSync(host.path('state'));
		writeFileSync(host.path('state/daemon.pid'), `${process.pid}\n`);
		writeFileSync(host.path('state/daemon.supervisor'), `${process.pid}\n`);
		expect(call('status').status).toBe(3);
		expect(call('stop').status).toBe(0);
	});

	test.runIf(process.getuid?.() === 0)('runs as the user it is given', async () => {
		const {host, call, pid, read} = installed('User=nobody');
		for (const name of ['starts', 'env']) {
			writeFileSync(host.path(name), '');
			chmodSync(host.path(name), 0o666);
		}
		expect(call('start')).toMatchObject({status: 0});
		await expect.poll(() => read('starts'), patient).toMatch(/ nobody\n$/);
		expect(readFileSync(`/proc/${pid()}/environ`, 'utf8')).toContain('MESOS_SETUP_CONFIGURATION=abc');
	});
});
