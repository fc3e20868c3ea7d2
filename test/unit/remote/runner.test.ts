import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {type LocalHost, localHost, me, shells, step, until} from './local-host.ts';

describe.each(shells.map(shell => ({shell, name: shell.join(' ')})))('runner under $name', ({shell}) => {
	let host: LocalHost;
	beforeEach(() => {
		host = localHost(shell);
	});
	afterEach(() => host.remove());
	const at = (name: string) => path.join(host.run, name);
	const blob = (text: string) => Buffer.from(text).toString('base64');

	test('many frames written at once are answered in order', async () => {
		const session = await host.open();
		const checks = ['true', 'false', 'true', 'no-such-command-here', 'true'];
		const answers = await Promise.all(checks.map(check => session.send(step({check}), 'plan')));
		expect(answers.map(({status}) => status)).toEqual(['ok', 'would-change', 'ok', 'failed', 'skipped']);
		expect(answers[3]).toMatchObject({phase: 'check', code: 127, timedOut: false});
		await session.close();
	});

	test('a step that complies starts no program for the runner itself', async () => {
		const session = await host.open();
		await session.lock(me);
		session.raw('PATH=/nowhere');
		const answer = await session.send(step({check: '[ 1 = 1 ] && echo fine'}), 'apply');
		expect(answer).toMatchObject({status: 'ok'});
		session.raw('PATH=$PATH:/usr/bin:/bin');
		await session.close();
	});

	test('apply changes, looks again and keeps the output', async () => {
		const session = await host.open();
		await session.lock(me);
		const wish = step({check: `[ -e ${at('made')} ]`, apply: `echo making\ntouch ${at('made')}`});
		expect(await session.send(wish, 'apply')).toMatchObject({status: 'changed', output: 'making\n'});
		expect(await session.send(wish, 'apply')).toMatchObject({status: 'ok'});
		expect(host.journal()).toHaveLength(1);
		expect(host.journal()[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ run-1 common a step changed$/);
		await session.close();
	});

	test('an apply that does not bring about the state has failed, and so have those behind it', async () => {
		const session = await host.open();
		await session.lock(me);
		const [first, second] = await Promise.all([
			session.send(step({check: 'false', apply: 'echo tried'}), 'apply'),
			session.send(step({check: 'false', apply: `touch ${at('never')}`}), 'apply'),
		]);
		expect(first).toMatchObject({status: 'failed', phase: 'apply', code: 1});
		expect(first.status === 'failed' && first.output).toContain('tried\nThe step ran without an error, but');
		expect(second.status).toBe('skipped');
		expect(existsSync(at('never'))).toBe(false);
		expect(host.journal()[0]).toMatch(/failed$/);
		await session.close();
	});

	test('apply stops at the first error, at unset names, and finds nothing on its stdin', async () => {
		for (const apply of ['false; touch "$0.x"', 'echo "$_unset_"', 'read -r line']) {
			const session = await host.open();
			await session.lock(me);
			expect(await session.send(step({check: 'false', apply}), 'apply')).toMatchObject({
				status: 'failed',
				phase: 'apply',
			});
			await session.close();
		}
	});

	test.each([
		['a syntax error', 'if', ['failed']],
		['a quote left open', "echo 'unfinished", ['failed']],
		['a return', 'return 0', ['ok']],
		['reading stdin to its end', 'cat', ['ok']],
		['reading a line', 'read -r _line', ['would-change']],
		['a redirection that fails', 'true >/nowhere/at/all', ['failed', 'would-change']],
		['other arguments', 'set -- a b c; shift', ['ok']],
		['the text of a frame', 'echo "ms_step 1 plan"', ['ok']],
	])('a check survives as an answer: %s', async (_, check, statuses) => {
		const session = await host.open();
		expect(statuses).toContain((await session.send(step({check}), 'plan')).status);
		expect(await session.ask('echo alive')).toBe('alive\n');
		await session.close();
	});

	test('plan returns what is and what would be, changes nothing and writes no lock and no journal', async () => {
		const session = await host.open();
		const show = `echo ${blob('old\n')}; echo ${blob('new\nlines\n')}`;
		const plan = await session.send(step({check: 'false', apply: `touch ${at('never')}`, show}), 'plan');
		expect(plan).toMatchObject({status: 'would-change', current: 'old\n', candidate: 'new\nlines\n'});
		const absent = await session.send(step({check: 'false', show: `echo; echo ${blob('new')}`}), 'plan');
		expect(absent).toMatchObject({status: 'would-change', candidate: 'new'});
		expect(absent).not.toHaveProperty('current');
		const secret = await session.send(step({check: 'false', show, secret: true}), 'plan');
		expect(Object.keys(secret).sort()).toEqual(['ms', 'status']);
		expect(existsSync(at('never'))).toBe(false);
		expect(existsSync(at('mesos-setup.lock'))).toBe(false);
		expect(existsSync(host.state)).toBe(false);
		await session.close();
	});

	test('hold defers what stands behind a step that does not comply, until released', async () => {
		const session = await host.open();
		await session.lock(me);
		const wish = step({check: `[ -e ${at('made')} ]`, apply: `touch ${at('made')}`, state: 'echo running'});
		const first = await Promise.all([
			session.send(step({}), 'hold'),
			session.send(wish, 'hold'),
			session.send(step({}), 'hold'),
			session.send(step({check: 'false'}), 'apply'),
		]);
		expect(first.map(({status}) => status)).toEqual(['ok', 'held', 'deferred', 'deferred']);
		expect(first[1]).toMatchObject({state: 'running'});
		session.release();
		expect((await session.send(wish, 'apply')).status).toBe('changed');
		expect((await session.send(wish, 'hold')).status).toBe('ok');
		await session.close();
	});

	test('nothing of a secret step comes back', async () => {
		const session = await host.open();
		await session.lock(me);
		const seen: string[] = [];
		session.onOutput(line => seen.push(line));
		const outcome = await session.send(
			step({check: 'echo hidden; false', apply: 'echo hidden', secret: true, live: true}),
			'apply',
		);
		expect(JSON.stringify(outcome)).not.toContain('hidden');
		expect(seen).toEqual([]);
		await session.close();
	});

	test('output with NUL, escape codes, look-alikes and 100 MB leaves its last 8 KiB and nothing else', async () => {
		const session = await host.open();
		await session.lock(me);
		const apply = [
			'head -c 100000000 /dev/zero',
			String.raw`printf '\033]0;title\007\033[2J\000%s\n' tail`,
			`tr '\\0' '\\n' </proc/$PPID/cmdline`,
			'echo 0000000000000000 1 ok',
			'i=0; while [ $i -lt 20 ]; do echo "abcdef $i ok"; i=$((i+1)); done',
			`touch ${at('made')}`,
		].join('\n');
		const outcome = await session.send(step({check: `[ -e ${at('made')} ]`, apply}), 'apply');
		expect(outcome.status).toBe('changed');
		const output = outcome.status === 'changed' ? outcome.output : '';
		expect(output).toContain('tail');
		expect(output).not.toMatch(/[^\P{Cc}\n\t]/u);
		expect(output.length).toBeLessThanOrEqual(8192);
		expect((await session.send(step({}), 'apply')).status).toBe('ok');
		await session.close();
	});

	test('an apply beyond its time is ended with all it started', async () => {
		const session = await host.open();
		await session.lock(me);
		const apply = `sleep 987 & echo $! >${at('pid')}; wait`;
		const outcome = await session.send(step({check: 'false', apply, timeout: 1000}), 'apply');
		expect(outcome).toMatchObject({status: 'failed', phase: 'apply', timedOut: true});
		const pid = readFileSync(at('pid'), 'utf8').trim();
		await until(() => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
		await session.close();
	});

	test('a check beyond its time is ended, and what it then says counts as failure', async () => {
		const session = await host.open();
		const outcome = await session.send(step({check: 'sleep 987; true', timeout: 300}), 'plan');
		expect(outcome).toMatchObject({status: 'failed', phase: 'check', timedOut: true});
		await session.close();
	});

	test('nothing is applied before the control channel stands', async () => {
		const never = new Promise<void>(() => {});
		const session = await host.open(never);
		await session.lock(me);
		const wish = step({check: `touch ${at('looked')}; [ -e ${at('made')} ]`, apply: `touch ${at('made')}`});
		const outcome = session.send(wish, 'apply');
		await until(() => existsSync(at('looked')));
		writeFileSync(path.join(session.directory, 'stop'), '');
		expect((await outcome).status).toBe('skipped');
		expect(existsSync(at('made'))).toBe(false);
		await session.close();
	});

	test('stop lets the step in hand finish and skips the rest', async () => {
		const session = await host.open();
		await session.lock(me);
		const apply = `touch ${at('begun')}; while ! [ -e ${at('go')} ]; do sleep 0.05; done; touch ${at('made')}`;
		const first = session.send(step({check: `[ -e ${at('made')} ]`, apply}), 'apply');
		const second = session.send(step({check: 'false', apply: `touch ${at('never')}`}), 'apply');
		await until(() => existsSync(at('begun')));
		await session.stop();
		writeFileSync(at('go'), '');
		expect((await first).status).toBe('changed');
		expect((await second).status).toBe('skipped');
		await session.close();
	});

	test('kill ends the step in hand', async () => {
		const session = await host.open();
		await session.lock(me);
		const outcome = session.send(step({check: 'false', apply: `touch ${at('begun')}; sleep 987`}), 'apply');
		await until(() => existsSync(at('begun')) && existsSync(path.join(session.directory, 'step')));
		await session.kill();
		expect(await outcome).toMatchObject({status: 'failed', phase: 'apply', timedOut: false});
		await session.close();
	});

	test('a live step is heard while it runs', async () => {
		const session = await host.open();
		await session.lock(me);
		const seen: string[] = [];
		session.onOutput(line => {
			seen.push(line);
			if (line === 'downloading') writeFileSync(at('heard'), '');
		});
		const apply = `echo downloading; while ! [ -e ${at('heard')} ]; do sleep 0.05; done; touch ${at('made')}`;
		const wish = step({check: `[ -e ${at('made')} ]`, apply, live: true, timeout: 5000});
		const busybox = shell[0] === 'busybox';
		if (busybox) writeFileSync(at('heard'), '');
		expect((await session.send(wish, 'apply')).status).toBe('changed');
		if (!busybox) expect(seen).toEqual(['downloading']);
		await session.close();
	});

	test('ask returns what a script prints, exit and all, and names what it complains of', async () => {
		const session = await host.open();
		expect(await session.ask('echo one; printf %s two; exit 0; echo three')).toBe('one\ntwo');
		await expect(session.ask('echo no >&2; exit 3')).rejects.toThrow(/here: A question ended with code 3: no\./);
		await expect(session.ask('exit 3')).rejects.toThrow(/ended with code 3 and without a word, mostly because \/run/);
		await expect(session.ask('head -c 1100000 /dev/zero')).rejects.toThrow('longer than 1 MiB');
		expect(await session.ask('head -c 1048576 /dev/zero | wc -c')).toMatch(/1048576/);
		await session.close();
	});

	test('its files are for root alone and gone with it', async () => {
		const session = await host.open();
		expect(statSync(session.directory).mode & 0o77).toBe(0);
		await session.lock(me);
		await session.send(step({check: 'false', apply: 'true'}), 'apply');
		await session.ask('true');
		for (const name of readdirSync(session.directory)) {
			expect(statSync(path.join(session.directory, name)).mode & 0o77).toBe(0);
		}
		await session.close();
		expect(existsSync(session.directory)).toBe(false);
		expect(existsSync(at('mesos-setup.lock'))).toBe(false);
	});

	test('a reset that takes the journal away does not get it back', async () => {
		const session = await host.open();
		await session.lock(me);
		await session.send(step({check: `[ -e ${at('a')} ]`, apply: `touch ${at('a')}`}), 'apply');
		await session.send(step({check: `! [ -e ${host.state} ]`, apply: `rm -r ${host.state}`}), 'apply');
		await session.send(step({check: `! [ -e ${at('a')} ]`, apply: `rm ${at('a')}`}), 'apply');
		expect(existsSync(host.state)).toBe(false);
		await session.close();
	});
});
