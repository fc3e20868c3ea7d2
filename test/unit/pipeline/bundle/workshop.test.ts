import {createHash} from 'node:crypto';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {afterAll, expect, test} from 'vitest';
import {fetchHere} from '../../../../source/pipeline/bundle/workshop.ts';
import type {Pipe} from '../../../../source/remote/pipe.ts';
import type {Session} from '../../../../source/remote/session.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-workshop-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const content = 'what a package holds';
const known = (name: string) => ({
	path: join(folder, name),
	sha256: createHash('sha256').update(content).digest('hex'),
	bytes: content.length,
});

/** A host whose file comes as `stream` says. */
function host(stream: (out: PassThrough, from: number) => void) {
	const asked: string[] = [];
	const open = async (script: string): Promise<Pipe> => {
		asked.push(script);
		const stdout = new PassThrough();
		stream(stdout, Number(/tail -c \+(\d+)/.exec(script)?.[1]) - 1);
		const rest = {stdin: new PassThrough(), stderr: new PassThrough(), closed: Promise.resolve(0)};
		return {...rest, stdout, destroy: () => {}};
	};
	return {asked, session: {host: 'master-1', open} as unknown as Session};
}

test('what was cut off goes on from there, and has its name only once it is whole', async () => {
	const {signal} = new AbortController();
	const lost = host(out => void setImmediate(() => out.destroy()));
	const short = host(out => out.end(content.slice(0, 5)));
	for (const {session} of [lost, short]) {
		await expect(fetchHere(session, '/f', known('a.deb'), signal)).rejects.toThrow(/did not arrive here whole/);
	}
	expect(existsSync(join(folder, 'a.deb'))).toBe(false);
	const well = host((out, from) => out.end(content.slice(from)));
	await fetchHere(well.session, '/f', known('a.deb'), signal);
	expect(well.asked[0]).toMatch(/tail -c \+6 /);
	expect(readFileSync(join(folder, 'a.deb'), 'utf8')).toBe(content);
});

test('other content than the checksum says is fetched once more from the start', async () => {
	writeFileSync(join(folder, 'b.deb.part'), 'x'.repeat(content.length));
	const well = host((out, from) => out.end(content.slice(from)));
	await fetchHere(well.session, '/f', known('b.deb'), new AbortController().signal);
	expect(readFileSync(join(folder, 'b.deb'), 'utf8')).toBe(content);
});

test('Ctrl-C does not wait for a channel that stays open', async () => {
	const silent = host(out => {
		// As ssh2: a channel that is destroyed closes only when what it has left was read.
		out.destroy = () => out;
	});
	for (const early of [true, false]) {
		const controller = new AbortController();
		if (early) controller.abort(new Error('Interrupted.'));
		const fetching = fetchHere(silent.session, '/f', known('c.deb'), controller.signal);
		setTimeout(() => controller.abort(new Error('Interrupted.')), 20);
		await expect(fetching).rejects.toThrow('Interrupted.');
	}
});
