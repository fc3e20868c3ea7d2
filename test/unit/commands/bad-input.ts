import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, vi} from 'vitest';
import {countingPort, runCli} from './in-process.ts';

// Nothing here may reach a host: all addresses are this computer's own, and the port counts.
export const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-bad-'));
export const at = (name: string) => join(folder, name);
export let gate: Awaited<ReturnType<typeof countingPort>>;
export let home: string;

export const host = (name: string, role: string, n: number, more = '') =>
	`  - {name: ${name}, role: ${role}, address: 127.0.0.${n}, private_ip: 10.0.0.${n}${more}}\n`;
export const threeAndOne = [1, 2, 3].map(n => host(`master-${n}`, 'master', n)).join('') + host('slave-1', 'slave', 4);

export type Wish = {hosts?: string; key?: string; more?: string};

export function yaml({hosts = threeAndOne, key = at('key'), more = ''}: Wish): string {
	return `name: prod\nssh: {user: ec2-user, key: ${key}, port: ${gate.port}}\ntimeouts: {connect: 300ms}\nhosts:\n${hosts}${more}\n`;
}

export function write(content: string | Uint8Array, name = 'prod.yaml'): string {
	writeFileSync(at(name), content);
	return at(name);
}

beforeAll(async () => {
	gate = await countingPort();
	const keygen = (name: string, passphrase: string) =>
		execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', at(name)]);
	keygen('key', '');
	keygen('locked', 'open sesame');
	writeFileSync(at('text'), 'hello\n', {mode: 0o600});
	writeFileSync(at('open'), readFileSync(at('key')));
	chmodSync(at('open'), 0o644);
	symlinkSync(at('nowhere'), at('dangling'));
});
beforeEach(() => {
	home = mkdtempSync(join(folder, 'home-'));
	// Neither this computer's ~/.ssh nor its agent is meant.
	vi.stubEnv('HOME', home);
	vi.stubEnv('SSH_AUTH_SOCK', '');
	return () => vi.unstubAllEnvs();
});
afterAll(async () => {
	await gate.close();
	rmSync(folder, {recursive: true});
});

export type Expected = {field?: string | RegExp; host?: string; cause: RegExp; fix: RegExp};

function filesOf(path: string): string[] {
	return readdirSync(path, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name).slice(path.length + 1))
		.sort();
}

const notLog = (file: string) => !file.startsWith('logs/');

/** The same command as JSON and as lines: exit 2, cause and fix told, no host asked, nothing written but the log. */
export async function refused(args: string[], expected: Expected): Promise<void> {
	const visits = gate.visits();
	const before = filesOf(home).filter(notLog);
	const json = await runCli(home, [...args, '--json']);
	const events = json.out
		.split('\n')
		.filter(Boolean)
		.map(line => JSON.parse(line));
	const wanted = {
		event: 'error',
		cause: expect.stringMatching(expected.cause),
		fix: expect.stringMatching(expected.fix),
		...(expected.field === undefined ? {} : {field: expect.stringMatching(expected.field)}),
		...(expected.host === undefined ? {} : {host: expected.host}),
	};
	expect(events.at(-1), json.out).toMatchObject({event: 'error'});
	expect(events).toContainEqual(expect.objectContaining(wanted));
	expect({exitCode: json.exitCode, err: json.err}).toEqual({exitCode: 2, err: ''});

	const lines = await runCli(home, args);
	expect(lines.exitCode).toBe(2);
	expect(lines.err).toMatch(expected.cause);
	expect(lines.err).toMatch(expected.fix);
	expect(lines.out + lines.err + json.out).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e]/u);
	expect(gate.visits()).toBe(visits);
	expect(filesOf(home).filter(notLog)).toEqual(before);
}
