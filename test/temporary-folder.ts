import {chmodSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** One folder for whatever the unit tests of a run, or what they start, leave behind; it goes with the run. */
export default function setup(): () => void {
	const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-tests-'));
	// Some of what is started runs as another user.
	chmodSync(folder, 0o711);
	process.env.TMPDIR = folder;
	return () => rmSync(folder, {recursive: true, force: true});
}
