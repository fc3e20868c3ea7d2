import {Buffer, isUtf8} from 'node:buffer';
import {createHash} from 'node:crypto';
import {checkedPath} from './names.ts';
import {giveOwnership, statOf} from './ownership.ts';
import {decoded, quote} from './quote.ts';
import {finishReplacement, prepareReplacement} from './replace-file.ts';
import {asScript, blobs, inFunction, type Script} from './script.ts';
import type {Ownership} from './step.ts';

/** Bytes up to which plan shows content. */
const shownSize = 256 * 1024;

/** Bytes up to which the shell's own `read` is faster than starting sha256sum (about 1 ms). */
const readSize = 2048;

type FileStep = {path: string; content: string | Uint8Array} & Ownership;

/** A regular file with exactly this content. Ownership not given is root:root 644: what is unsaid must not drift either. */
export function file(step: FileStep): Script {
	const path = quote(checkedPath(step.path));
	const content = Buffer.from(step.content);
	const ownership = {mode: step.mode ?? '644', owner: step.owner ?? 'root', group: step.group ?? 'root'};
	return {
		check: check(path, content, ownership),
		apply: asScript(`
${prepareReplacement(step.path)}
${decoded(content)} > "$temp"
${giveOwnership(ownership, '"$temp"')}
${finishReplacement}`),
		show: show(path, content, ownership),
	};
}

function check(path: string, content: Buffer, ownership: Ownership): string {
	const {format, expected} = statOf(ownership);
	return inFunction(`
[ -f ${path} ] && [ ! -L ${path} ] || return 1
_s=$(stat -c '%s ${format}' -- ${path}) || return 2
[ "$_s" = ${quote(`${content.length} ${expected}`)} ] || return 1
${sameContent(path, content)}`);
}

// Redirections stand outside $(), where bash would fork once more for them.
// `read` drops NUL bytes, but then the size that stat printed cannot be that of plain text.
function sameContent(path: string, content: Buffer): string {
	const text = content.toString('latin1');
	if (content.length <= readSize && /^[\t\n\x20-\x7e]*$/.test(text)) {
		return `
_t=
while IFS= read -r _l; do _t="$_t$_l
"; done < ${path}
[ "$_t$_l" = ${quote(text)} ]`;
	}
	return `
{ _h=$(sha256sum) || return 2; } < ${path}
[ "\${_h%% *}" = ${sha256(content)} ]`;
}

function show(path: string, content: Buffer, ownership: Ownership): string {
	const {format, expected} = statOf(ownership);
	const isText = content.length <= shownSize && isUtf8(content) && !content.includes(0);
	const asNote = `printf '%s\\n' '(${content.length} bytes, sha256 ${sha256(content)})'`;
	// Mode and owner come as a first line, and only where they are what differs.
	const prepare = `
_m=; _text=${isText ? 1 : ''}
if [ -f ${path} ] && [ ! -L ${path} ]; then
	_m=$(stat -c '${format}' -- ${path})
	_b=$(stat -c %s -- ${path})
	if [ "$_b" -gt ${shownSize} ] || [ "$(tr -d '\\000' < ${path} | wc -c)" -ne "$_b" ]; then _text=; fi
fi
[ "$_m" != ${quote(expected)} ] || _m=`;
	return blobs(
		`
if [ -L ${path} ]; then printf '(a symlink to %s)\\n' "$(readlink -- ${path})"
elif [ -d ${path} ]; then printf '%s\\n' '(a folder)'
elif [ -f ${path} ]; then
	[ -z "$_m" ] || printf '(mode and owner: %s)\\n' "$_m"
	if [ -n "$_text" ]; then cat -- ${path}
	else _h=$(sha256sum < ${path}); printf '(%s bytes, sha256 %s)\\n' "$_b" "\${_h%% *}"; fi
fi`,
		`
[ -z "$_m" ] || printf '(mode and owner: %s)\\n' ${quote(expected)}
if [ -n "$_text" ]; then ${decoded(content)}
else ${asNote}; fi`,
		prepare,
	);
}

function sha256(content: Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}
