import {checkedName, checkedPath, visible} from './names.ts';
import {giveOwnership, statOf} from './ownership.ts';
import {quote} from './quote.ts';
import {asScript, blobs, inFunction, type Script, undecided} from './script.ts';
import type {Ownership} from './step.ts';

type DirectoryStep = {path: string; only?: string[] | undefined} & Ownership;

/**
 * A directory, or a symlink to one (data often lives on another disk). Ownership not given is kept, 755 for a new one.
 */
export function directory(step: DirectoryStep): Script {
	const path = quote(checkedPath(step.path));
	const {format, expected} = statOf(step);
	const sentence = `${visible(step.path)} exists and is no folder. Move it away if nobody needs it.`;
	return {
		check: inFunction(`
if [ ! -d ${path} ]; then
	[ ! -e ${path} ] || ${undecided(sentence)}
	return 1
fi
${format && `_s=$(stat -L -c '${format}' -- ${path}) || return 2\n[ "$_s" = ${quote(expected)} ] || return 1`}
${step.only ? forExtraEntries(path, step.only, 'return 1') : ''}
return 0`),
		apply: asScript(`
[ -d ${path} ] || [ ! -e ${path} ] || fail ${quote(sentence)}
umask 022
mkdir -p -m ${step.mode ?? '755'} -- ${path}
${giveOwnership(step, path)}
${step.only ? forExtraEntries(path, step.only, 'rm -rf --one-file-system -- "$_e"') : ''}`),
		show: blobs(
			`
if [ -d ${path} ]; then
	${format && `printf '(mode and owner: %s)\\n' "$(stat -L -c '${format}' -- ${path})"`}
	${step.only ? forEntries(path, `printf '%s\\n' "\${_e##*/}"`) : ':'}
fi`,
			`
${format ? `printf '(mode and owner: %s)\\n' ${quote(expected)}` : ''}
[ -d ${path} ] || printf '%s\\n' '(a folder)'
${step.only ? forKeptEntries(path, step.only) : ':'}`,
		),
	};
}

function forEntries(path: string, body: string): string {
	return `for _e in ${path}/* ${path}/.[!.]* ${path}/..?*; do
	[ -e "$_e" ] || [ -L "$_e" ] || continue
	${body}
done`;
}

function forExtraEntries(path: string, only: string[], body: string): string {
	return forEntries(path, only.length === 0 ? body : `case \${_e##*/} in ${pattern(only)}) ;; *) ${body} ;; esac`);
}

function forKeptEntries(path: string, only: string[]): string {
	if (only.length === 0) return ':';
	return forEntries(path, `case \${_e##*/} in ${pattern(only)}) printf '%s\\n' "\${_e##*/}" ;; esac`);
}

function pattern(only: string[]): string {
	return only.map(name => quote(checkedName('file name', name, /^(?!\.{1,2}$)[^/\0\n]+$/))).join('|');
}
