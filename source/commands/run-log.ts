import {mkdirSync, mkdtempSync, openSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {SetupError} from '../cluster/setup-error.ts';
import type {RunEvent} from '../pipeline/events.ts';

/** The full log of a run on this computer's disk: every event and every stack, one line each, readable by this user alone. */
export type RunLog = {
	/** Named in every error. */
	readonly path: string;
	event(event: RunEvent): void;
	error(error: unknown): void;
	line(text: string): void;
};

function openDefault(home: string, fileName: string): {path: string; file: number} {
	const open = (folder: string) => {
		const path = join(folder, fileName);
		return {path, file: openSync(path, 'a', 0o600)};
	};
	try {
		const folder = join(home, 'logs');
		mkdirSync(folder, {recursive: true, mode: 0o700});
		return open(folder);
	} catch {
		// A run without a log cannot be explained afterwards, so a home that cannot be written to is no reason to have none.
		return open(mkdtempSync(join(tmpdir(), 'mesos-setup-')));
	}
}

/**
 * Opens the log of a run: `file` where the user named one, else `logs/DATE-VERB.log` in `home`. Written at once, line by
 * line, so that a killed run leaves all it did. Throws a SetupError (exit 2) when `file` cannot be written.
 */
export function openRunLog(where: {home: string; verb: string; file?: string | undefined; now?: () => Date}): RunLog {
	const now = where.now ?? (() => new Date());
	const stamp = now().toISOString().replace(/[:.]/g, '-');
	let opened: {path: string; file: number};
	if (where.file === undefined) {
		opened = openDefault(where.home, `${stamp}-${where.verb}.log`);
	} else {
		try {
			opened = {path: where.file, file: openSync(where.file, 'a', 0o600)};
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			throw new SetupError({
				field: '--log-file',
				cause: `the log cannot be written: ${why}.`,
				fix: 'Name a file in a folder you may write to.',
				exitCode: 2,
				error,
			});
		}
	}
	const line = (text: string) => {
		try {
			writeSync(opened.file, `${now().toISOString()} ${text}\n`);
		} catch {
			// A full disk here must not stop work that is under way on the hosts.
		}
	};
	return {
		path: opened.path,
		event: event => line(JSON.stringify(event)),
		error: error => line(inspect(error, {depth: 6})),
		line,
	};
}
