import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {writeClusterFile} from './cluster-file.ts';
import {type Lab, up} from './lab.ts';
import {pace} from './one-apply.ts';
import {difference} from './outside.ts';
import {waitUntil} from './processes.ts';
import {complaints, mesosSetup, type ProductRun, productArgv, stepsOf} from './product.ts';
import {Running} from './running.ts';
import {statesOf} from './state-of-hosts.ts';

// One master and one slave meet every way a run can end before its time; another pair is installed undisturbed.
let lab: Lab;
let file: string;
let undisturbed: Promise<ProductRun>;
const pair = ['master-1', 'slave-1'];
const quiet = () => {};
const unasked = ['--yes', '--json'];

beforeAll(async () => {
	lab = await up({name: 'test-interrupted', hosts: ['master-1', 'master-2', 'slave-1', 'slave-2'], log: quiet});
	const hosts = ['master-2', 'slave-2'].map(name => {
		const {address} = lab.host(name);
		return {name, role: name.replace(/-\d/, ''), address, private_ip: address};
	});
	const other = await writeClusterFile(lab, {path: join(lab.folder, 'undisturbed.yaml'), fields: {hosts}});
	undisturbed = new Running(lab, ['apply', '-c', other, ...unasked], join(lab.folder, 'other')).ended;
	file = await writeClusterFile(lab, {masters: 1, slaves: 1});
});
afterAll(() => lab?.down());

const start = (path = file, ...more: string[]) => new Running(lab, ['apply', '-c', path, ...unasked, ...more]);
const apply = (path = file, ...more: string[]) => mesosSetup(lab, ['apply', '-c', path, ...unasked, ...more]);

async function on(host: string, script: string): Promise<string> {
	const result = await lab.host(host).exec(script);
	if (result.failed) throw new Error(`${host}: ${script}\n${result.stdout}${result.stderr}`);
	return String(result.stdout);
}

const changedOn = (run: Pick<ProductRun, 'events'>, host: string) =>
	run.events.flatMap(event =>
		event.event === 'step' && event.host === host && event.status === 'changed' ? [event.step] : [],
	);
const errors = (run: Pick<ProductRun, 'events'>) => run.events.filter(event => event.event === 'error');
const ends = (run: Pick<ProductRun, 'events'>, host: string) =>
	run.events.flatMap(event => (event.event === 'host' && event.host === host ? [event.state] : [])).at(-1);

describe('kill -9 of the controller at every step boundary of an installation', () => {
	const done: Record<string, string[]> = {'master-1': [], 'slave-1': []};

	/** One more step on each host, then the end. */
	async function oneStepFurther(): Promise<ProductRun & {signal: NodeJS.Signals | null}> {
		const run = start();
		const finished = (host: string) => ends(run, host) === 'finished';
		const further = (host: string) => run.count(host, 'changed') > 0 || finished(host);
		const enough = () => pair.every(further) && !pair.every(finished);
		await waitUntil(() => run.over || enough(), 60_000, `nothing more happens: ${run.tail}`);
		run.child.kill('SIGKILL');
		return run.ended;
	}

	test('before the first step, and then behind each step that changes something', async () => {
		for (const moment of ['connected', 'queued']) {
			const run = start();
			const seen = () =>
				run.events.some(event => event.event === moment || ('state' in event && event.state === moment));
			await waitUntil(seen, 60_000, `it was never ${moment}`);
			run.child.kill('SIGKILL');
			expect((await run.ended).signal).toBe('SIGKILL');
		}
		await Promise.all(pair.map(host => pace(lab.host(host), 'one-apply')));
		let last: Awaited<ReturnType<typeof oneStepFurther>>;
		do {
			last = await oneStepFurther();
			expect(errors(last), complaints(last)).toEqual([]);
			for (const host of pair) {
				const changed = changedOn(last, host);
				expect(changed.length).toBeLessThanOrEqual(1);
				done[host]?.push(...changed);
			}
		} while (last.signal === 'SIGKILL');
		expect(last.exitCode, complaints(last)).toBe(0);
	}, 1_200_000);

	test('they were all of them: each step that changes something in an undisturbed installation, in its order', async () => {
		const reference = await undisturbed;
		expect(reference.exitCode, complaints(reference)).toBe(0);
		expect(done['master-1']).toEqual(changedOn(reference, 'master-2'));
		expect(done['slave-1']).toEqual(changedOn(reference, 'slave-2'));
	});

	test('files, units, ids and health are those of the undisturbed installation', async () => {
		await Promise.all(pair.map(host => pace(lab.host(host), 'free')));
		const states = await statesOf(lab);
		const differences = pair.flatMap(host =>
			difference(states[host.replace('1', '2')] ?? '', states[host] ?? '').map(line => `${host} ${line}`),
		);
		expect(differences).toEqual([]);
		const [plan, verify] = [
			await mesosSetup(lab, ['plan', '-c', file, '--check']),
			await mesosSetup(lab, ['verify', '-c', file, '--json']),
		];
		expect(plan.exitCode, plan.stdout).toBe(0);
		expect(verify.exitCode, complaints(verify)).toBe(0);
	});
});

test('killed between configuration and restart: plan says who runs with the older one, apply restarts it and nothing else', async () => {
	const changed = await writeClusterFile(lab, {
		path: join(lab.folder, 'changed.yaml'),
		masters: 1,
		slaves: 1,
		fields: {mesos: {agent_flags: {gc_delay: '3days'}}},
	});
	await pace(lab.host('slave-1'), 'one-apply');
	const run = start(changed);
	await run.done('slave-1', 'service docker');
	await waitUntil(() => run.count('slave-1', 'changed') > 0, 60_000, 'the flag was not written');
	run.child.kill('SIGKILL');
	await run.ended;
	await pace(lab.host('slave-1'), 'free');
	expect(await on('slave-1', 'cat /etc/mesos-agent/gc_delay')).toBe('3days');
	const plan = await mesosSetup(lab, ['plan', '-c', changed, '--check', '--json']);
	expect(plan.exitCode).toBe(3);
	expect(stepsOf(plan, 'would-change')).toEqual(['slave-1: service mesos-agent']);
	expect(plan.stdout).toMatch(/-active, enabled, configuration \w+\\n\+active, enabled, configuration \w+/);
	const second = await apply(changed);
	expect(second.exitCode, complaints(second)).toBe(0);
	expect(stepsOf(second, 'changed')).toEqual(['slave-1: service mesos-agent']);
	expect((await apply()).exitCode).toBe(0);
});

/** A run with a step in hand on slave-1 that ends only when the host is set free. */
async function inHand(): Promise<Running> {
	await pace(lab.host('slave-1'), 'hold');
	await on('slave-1', 'rm -f /etc/mesos-agent/ip /etc/security/limits.d/90-mesos-setup.conf');
	const run = start();
	await waitUntil(async () => (await on('slave-1', 'ls /run/mesos-setup/run.*/step || :')) !== '', 60_000, 'no step');
	return run;
}

const mended = '/etc/security/limits.d/90-mesos-setup.conf';

test('a second controller is refused with the name of the first; a dead one is waited for and taken over from', async () => {
	const first = await inHand();
	const second = await apply();
	expect(second.exitCode).toBe(1);
	const refusal = (host: string) =>
		expect.objectContaining({
			host,
			cause: expect.stringMatching(new RegExp(`^\\w+@\\S+ \\(pid ${first.child.pid}\\) is at work on this host since`)),
			fix: expect.stringMatching(/Wait until that run is finished or stop it/),
		});
	expect(errors(second)).toEqual(expect.arrayContaining(pair.map(refusal)));
	expect(errors(second)).toHaveLength(2);
	expect(first.over).toBe(false);
	first.child.kill('SIGKILL');
	await first.ended;
	const third = start();
	const told = () => third.events.find(event => event.event === 'output' && /interrupted run of/.test(event.line));
	await waitUntil(() => told() !== undefined || third.over, 60_000, 'it did not wait for the step in hand');
	expect(told()).toMatchObject({host: 'slave-1', line: expect.stringContaining(`(pid ${first.child.pid})`)});
	await pace(lab.host('slave-1'), 'free');
	const ended = await third.ended;
	expect(ended.exitCode, complaints(ended)).toBe(0);
	// The orphan has ended its step; what came behind it is the third run's.
	expect(changedOn(ended, 'slave-1')).not.toContain(`file ${mended}`);
	expect(changedOn(ended, 'slave-1')).toContain('file /etc/mesos-agent/ip');
});

describe('Ctrl-C and a closed terminal', () => {
	test.each(['SIGINT', 'SIGHUP', 'SIGTERM'] as const)(
		'%s: the step in hand ends, the rest is left, and it is said how to go on',
		async signal => {
			const run = await inHand();
			run.child.kill(signal);
			await waitUntil(() => run.stderr.includes('Stopping'), 20_000, 'no word of stopping');
			expect(run.over).toBe(false);
			await pace(lab.host('slave-1'), 'free');
			const ended = await run.ended;
			expect(ended.exitCode).toBe(130);
			expect(errors(ended)).toEqual([]);
			expect(ended.stderr).toMatch(/The same command goes on from here/);
			expect(changedOn(ended, 'slave-1')).toEqual([`file ${mended}`]);
			expect(ends(ended, 'slave-1')).toBe('stopped');
			expect(await on('slave-1', 'ls /run/mesos-setup.lock 2>/dev/null || :')).toBe('');
			const next = await apply();
			expect(next.exitCode, complaints(next)).toBe(0);
			expect(changedOn(next, 'slave-1')[0]).toBe('file /etc/mesos-agent/ip');
		},
	);

	test('twice: it leaves at once, and the next run goes on', async () => {
		const run = await inHand();
		run.child.kill('SIGINT');
		await waitUntil(() => run.stderr.includes('Once more'), 20_000, 'no word of leaving at once');
		run.child.kill('SIGINT');
		expect((await run.ended).exitCode).toBe(130);
		expect(await on('slave-1', `ls ${mended} 2>/dev/null || :`)).toBe('');
		await pace(lab.host('slave-1'), 'free');
		const next = await apply();
		expect(next.exitCode, complaints(next)).toBe(0);
	});

	test('a terminal that is closed under it', async () => {
		await pace(lab.host('slave-1'), 'hold');
		await on('slave-1', `rm -f ${mended}`);
		const abort = new AbortController();
		const line = productArgv('apply', '-c', file, '--yes').join(' ');
		const terminal = lab.exec(['script', '-qefc', line, '/dev/null'], {
			cancelSignal: abort.signal,
			env: {MESOS_SETUP_HOME: join(lab.folder, 'home'), TERM: 'xterm', CI: ''},
		});
		await waitUntil(async () => (await on('slave-1', 'ls /run/mesos-setup/run.*/step || :')) !== '', 60_000, 'no step');
		abort.abort();
		await terminal;
		await waitUntil(async () => (await on('slave-1', 'ls /run/mesos-setup/run.*/stop || :')) !== '', 60_000, 'no stop');
		await pace(lab.host('slave-1'), 'free');
		await waitUntil(
			async () => (await on('slave-1', 'ls /run/mesos-setup.lock || :')) === '',
			60_000,
			'locked for good',
		);
		expect(await on('slave-1', `wc -l <${mended}`)).not.toBe('0');
		const next = await apply();
		expect(next.exitCode, complaints(next)).toBe(0);
	});

	test('at a gate: the host that waits is stopped, and nothing is called a fault', async () => {
		const zookeeper = '"$(systemctl show -p MainPID --value zookeeper)"';
		await on('master-1', `systemctl stop mesos-master; kill -STOP ${zookeeper}`);
		const run = start();
		const waiting = () => run.events.some(event => event.event === 'gate' && event.gate === 'zookeeper-quorum');
		await waitUntil(() => run.over || waiting(), 60_000, 'it did not wait');
		run.child.kill('SIGINT');
		const ended = await run.ended;
		await on('master-1', `kill -CONT ${zookeeper}`);
		expect(ended.exitCode).toBe(130);
		expect(errors(ended)).toEqual([]);
		expect([ends(ended, 'master-1'), ends(ended, 'slave-1')]).toEqual(['stopped', 'finished']);
		const next = await apply();
		expect(next.exitCode, complaints(next)).toBe(0);
	});

	test('while a member restarts in its turn', async () => {
		await on('master-1', 'echo 9 >/etc/mesos-master/quorum');
		const run = start();
		await run.done('master-1', 'service mesos-master');
		run.child.kill('SIGINT');
		const ended = await run.ended;
		expect(ended.exitCode).toBe(130);
		expect(errors(ended)).toEqual([]);
		expect((await apply()).exitCode).toBe(0);
	});
});
