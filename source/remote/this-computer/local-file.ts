import {chown, lstat, mkdir, readFile, realpath, stat} from 'node:fs/promises';
import path from 'node:path';
import {execa} from 'execa';
import {SetupError} from '../../cluster/setup-error.ts';

/** A file of this computer. Its text byte for byte, one character a byte (latin1); undefined where there is none. */
export type FileFound = {
	/** The path people know it by. */
	shown: string;
	/** Where it really is, links followed. */
	real: string;
	before: string | undefined;
	/** Octal; what it gets where there is none. */
	mode: string;
	/** Numeric ids of who it belongs to; for a file that is not there, of who its folder belongs to. */
	owner: {uid: number; gid: number};
};

function refuse(shown: string, cause: string, fix: string, error?: unknown): SetupError {
	return new SetupError({field: shown, cause, fix, exitCode: 1, error});
}

const said = (error: unknown) => (error instanceof Error ? error.message.split('\n')[0] : String(error));
const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Throws a SetupError for a file that is there and cannot be read. @param file an absolute path */
export async function findFile(file: string, shown: string, mode: string): Promise<FileFound> {
	try {
		const real = await realpath(file);
		const found = await stat(real);
		if (!found.isFile()) throw refuse(shown, 'is no regular file.', 'Move it away; it will be made anew.');
		return {shown, real, mode, before: await readFile(real, 'latin1'), owner: found};
	} catch (error) {
		if (error instanceof SetupError) throw error;
		const missing = codeOf(error) === 'ENOENT';
		if (!missing) throw refuse(shown, `cannot be read: ${said(error)}.`, 'Mend its permissions.', error);
		const isLink = await lstat(file).then(
			found => found.isSymbolicLink(),
			() => false,
		);
		if (isLink) throw refuse(shown, 'is a link to a file that is not there.', 'Mend or remove the link.', error);
	}
	return {shown, real: file, mode, before: undefined, owner: await ownerOfFolder(path.dirname(file))};
}

/** The nearest folder above that exists says whose the file will be. */
async function ownerOfFolder(folder: string): Promise<{uid: number; gid: number}> {
	try {
		return await stat(folder);
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw error;
		return ownerOfFolder(path.dirname(folder));
	}
}

/**
 * The new content comes on stdin. A copy with everything that belongs to the file (mode, owner, access lists, security
 * context) is filled anew and renamed in; where the file is a mount of its own, as in containers, only filling it helps.
 */
const replaceScript = `
set -eu
real=$1 owner=$2 mode=$3
temp="\${real%/*}/.\${real##*/}.mesos-setup.$$"
trap 'rm -f "$temp"' EXIT
umask 077
if [ -e "$real" ]; then
	cp -a "$real" "$temp"
	kept=
	[ -w "$temp" ] || { chmod u+w "$temp"; kept=u-w; }
	cat > "$temp"
	[ -z "$kept" ] || chmod "$kept" "$temp"
else
	cat > "$temp"
	chmod "$mode" "$temp"
	[ "$(id -u)" != 0 ] || chown "$owner" "$temp"
fi
sync "$temp" 2>/dev/null || sync
mv -f "$temp" "$real" 2>/dev/null || cat < "$temp" > "$real"
`;

export type Elevation = {
	/** Numeric id of who runs this. */
	uid: number;
	/** The program that makes root of one. */
	sudo: string;
	/** Whether there is a terminal it can ask for a password on. */
	terminal: boolean;
};

/** Whether writing the file takes root's rights. */
export function needsRoot({owner}: FileFound, uid: number): boolean {
	return uid !== 0 && owner.uid !== uid;
}

async function runScript(shown: string, script: string[], input: string, by: Elevation | undefined): Promise<void> {
	const sudo = by && [
		by.sudo,
		...(by.terminal ? ['-p', `Password of %p for sudo, to write ${shown}: `] : ['-n']),
		'--',
	];
	const [program = '', ...args] = [...(sudo ?? []), 'sh', '-c', ...script];
	const result = await execa(program, args, {input: Buffer.from(input, 'latin1'), reject: false, stdout: 'ignore'});
	if (!result.failed) return;
	if (result.isTerminated) throw refuse(shown, 'was not written: the writing was stopped.', 'Run it again.');
	if (result.code === 'ENOENT') {
		throw refuse(shown, `belongs to root, and there is no ${program} here.`, 'Run it again as root.', result);
	}
	const why = result.stderr.trim().split('\n').at(-1) || `${program} ended with ${result.exitCode}`;
	const fix = by
		? 'Run it in a terminal, as somebody whom sudo lets write it.'
		: 'Mend what stands in the way and run it again.';
	throw refuse(shown, `was not written: ${why.replace(/\.$/, '')}.`, fix, result);
}

/**
 * Writes a file as planned, at once and with everything that belongs to it kept, through sudo where it is root's. Throws
 * a SetupError; the file is then as it was.
 * @param after as `before`; undefined removes the file
 */
export async function writeFile(file: FileFound & {after: string | undefined}, by: Elevation): Promise<void> {
	const {shown, real, mode, before, after, owner} = file;
	const now = await findFile(real, shown, mode);
	if (now.before !== before) throw refuse(shown, 'has been changed by somebody else meanwhile.', 'Run it again.');
	const elevation = needsRoot(file, by.uid) ? by : undefined;
	if (after === undefined) return runScript(shown, ['rm -f "$1"', 'sh', real], '', elevation);
	const folder = path.dirname(real);
	// Only ~/.ssh can be missing; ssh wants it to be nobody else's.
	const made = await mkdir(folder, {recursive: true, mode: 0o700});
	if (made !== undefined && by.uid === 0) await chown(folder, owner.uid, owner.gid);
	await runScript(shown, [replaceScript, 'sh', real, `${owner.uid}:${owner.gid}`, mode], after, elevation);
}
