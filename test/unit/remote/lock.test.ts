import {existsSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {type LocalHost, localHost, me, shells, step, until} from './local-host.ts';

const other = {who: 'bob@desk', run: 'run-2', since: '2026-01-02T04:00:00Z'};

describe.each(shells.map(shell => ({shell, name: shell.join(' ')})))('lock under $name', ({shell}) => {
	let host: LocalHost;
	beforeEach(() => {
		host = localHost(shell, {tick: 1});
	});
	afterEach(() => host.remove());
	const at = (name: string) => path.join(host.run, name);
	const lock = () => at('mesos-setup.lock');
	/** An apply that begins, waits for the file `go`, and leaves `made` behind. */
	const slow = () =>
		step({
			check: `[ -e ${at('made')} ]`,
			apply: `touch ${at('begun')}; while ! [ -e ${at('go')} ]; do sleep 0.05; done; touch ${at('made')}`,
		});

	test('is a file that tells who is at work, and leaves with its owner', async () => {
		const session = await host.open();
		await session.lock(me);
		expect(statSync(lock()).isFile()).toBe(true);
		expect(readFileSync(lock(), 'utf8')).toMatch(/^owner ada@laptop\nrun run-1\nsince 2026-01-02T03:04:05Z\n/);
		await session.close();
		expect(existsSync(lock())).toBe(false);
	});

	test('and a look at what complies need no second channel', async () => {
		const session = await host.open();
		await session.lock(me);
		expect(await session.send(step({}), 'hold')).toMatchObject({status: 'ok'});
		await expect(session.control()).rejects.toThrow('no control channel');
		await session.close();
		expect(existsSync(lock())).toBe(false);
	});

	test('is refused to a second one, with the name of the first', async () => {
		const first = await host.open();
		await first.lock(me);
		const second = await host.open();
		await expect(second.lock(other)).rejects.toThrow(
			'here: ada@laptop is at work on this host since 2026-01-02T03:04:05Z (run run-1).',
		);
		await second.close();
		expect(readFileSync(lock(), 'utf8')).toContain('owner ada@laptop');
		await first.close();
	});

	test('of a controller that vanished is released by its runner after the step in hand; the rest is not begun', async () => {
		const orphan = await host.open();
		await orphan.lock(me);
		orphan.send(slow(), 'apply').catch(() => {});
		orphan.send(step({check: 'false', apply: `touch ${at('never')}`}), 'apply').catch(() => {});
		await until(() => existsSync(at('begun')));
		orphan.vanish();
		await until(() => existsSync(path.join(orphan.directory, 'orphan')));
		const next = await host.open();
		const heard: string[] = [];
		next.onOutput(line => {
			heard.push(line);
			writeFileSync(at('go'), '');
		});
		await next.lock(other);
		expect(existsSync(at('made'))).toBe(true);
		expect(existsSync(at('never'))).toBe(false);
		expect(existsSync(orphan.directory)).toBe(false);
		expect(heard).toEqual([expect.stringContaining('interrupted run of ada@laptop')]);
		expect(readFileSync(lock(), 'utf8')).toContain('owner bob@desk');
		await next.close();
	});

	test('of a runner that was killed is free at once', async () => {
		const dead = await host.open();
		await dead.lock(me);
		process.kill(dead.pid, 'SIGKILL');
		await until(
			() => !existsSync(`/proc/${dead.pid}`) || readFileSync(`/proc/${dead.pid}/stat`, 'utf8').includes(') Z '),
		);
		const next = await host.open();
		await next.lock(other);
		expect(readFileSync(lock(), 'utf8')).toContain('owner bob@desk');
		await next.close();
		await dead.close();
	});

	test('without a beat is given up by its own runner', async () => {
		const strict = localHost(shell, {tick: 1, stale: 2});
		const session = await strict.open();
		// The controller's first beat is due after 10 s, the watchdog here waits for 2.
		await session.lock(me);
		await until(() => !existsSync(session.directory));
		expect(existsSync(path.join(strict.run, 'mesos-setup.lock'))).toBe(false);
		await expect(session.ask('true')).rejects.toThrow(/runner on the host ended \(code 143\)/);
		await session.close();
		strict.remove();
	});

	test('of an unknown origin is refused while young and taken over when old', async () => {
		writeFileSync(lock(), 'owner eve\n');
		const young = await host.open();
		await expect(young.lock(other)).rejects.toThrow('eve is at work on this host since unknown');
		await young.close();
		utimesSync(lock(), new Date(0), new Date(0));
		const old = await host.open();
		await old.lock(other);
		expect(readFileSync(lock(), 'utf8')).toContain('owner bob@desk');
		await old.close();
	});

	test('is given to one of several that come at once', async () => {
		const many = await Promise.all([1, 2, 3, 4, 5].map(() => host.open()));
		const results = await Promise.allSettled(many.map((session, index) => session.lock({...me, run: `run-${index}`})));
		expect(results.filter(({status}) => status === 'fulfilled')).toHaveLength(1);
		await Promise.all(many.map(session => session.close()));
		expect(existsSync(lock())).toBe(false);
	});

	test('beats when the control channel says so', async () => {
		const session = await host.open();
		await session.lock(me);
		await session.send(step({check: `[ -e ${at('made')} ]`, apply: `touch ${at('made')}`}), 'apply');
		utimesSync(lock(), new Date(0), new Date(0));
		const control = await session.control();
		await control.say('beat');
		expect(Date.now() - statSync(lock()).mtimeMs).toBeLessThan(60_000);
		await session.close();
	});
});
