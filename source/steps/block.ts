import {checkedName, checkedPath, visible} from './names.ts';
import {decoded, quote} from './quote.ts';
import {asScript, blobs, inFunction, type Script, undecided} from './script.ts';

type BlockStep = {path: string; marker: string; lines: string[]};

/**
 * Lines between two marker lines. Everything else in the file stays byte for byte, with its mode, owner and security
 * context. A missing file is created root:root 644; a second block with the same marker is taken out. No lines: no block.
 */
export function block(step: BlockStep): Script {
	const path = quote(checkedPath(step.path));
	const marker = checkedName('block marker', step.marker, /^[\w][\w .:-]*$/);
	const begin = `# BEGIN ${marker}`;
	const end = `# END ${marker}`;
	const lines = step.lines.map(line => checkedName('line of a block', line, /^(?!# (BEGIN|END) )[^\0\n]*$/));
	const text = lines.length > 0 ? [begin, ...lines, end].join('\n') : '';
	const candidate = candidateFunction(path, begin, end, text && `${text}\n`);
	return {
		check: inFunction(`
if [ ! -f ${path} ]; then
	[ ! -e ${path} ] || ${undecided(`${visible(step.path)} is no regular file.`)}
	return ${text ? 1 : 0}
fi
_t=$(LC_ALL=C sed -n '/^${begin.replaceAll('.', '[.]')}$/,/^${end.replaceAll('.', '[.]')}$/p' ${path}) || return 2
[ "$_t" != ${quote(text)} ] || return 0
${candidate}
_k > /dev/null || ${undecided(damaged(step.path, begin, end))}
return 1`),
		apply: asScript(`
${candidate}
[ ! -e ${path} ] || [ -f ${path} ] || fail ${quote(`${visible(step.path)} is no regular file.`)}
real=$(readlink -f -- ${path}) || fail ${quote(`The folder of ${visible(step.path)} does not exist.`)}
temp="\${real%/*}/.\${real##*/}.mesos-setup"
rm -rf -- "$temp"
trap 'rm -rf -- "$temp"' EXIT
umask 022
# A copy with everything that belongs to the file, filled anew in place.
if [ -e "$real" ]; then cp -a -- "$real" "$temp"; fi
_k > "$temp" || {
	[ $? -ne 3 ] || fail ${quote(damaged(step.path, begin, end))}
	fail ${quote(`${visible(step.path)} could not be written.`)}
}
sync -- "$temp"
mv -f -T -- "$temp" "$real"`),
		show: blobs(`[ ! -f ${path} ] || cat -- ${path}`, `${candidate}\n_k`),
	};
}

function damaged(path: string, begin: string, end: string): string {
	return `In ${visible(path)} the lines "${begin}" and "${end}" do not come in pairs, so it is not clear what lies between them. Mend or remove these lines by hand.`;
}

/**
 * `_k` prints the file as it should be, or answers 3 when the markers do not pair up. It finds line numbers with grep
 * and copies with sed, so that bytes it does not understand (another encoding, NUL) come through.
 */
function candidateFunction(path: string, begin: string, end: string, text: string): string {
	return `
_k() {
	_f=${path}
	[ -f "$_f" ] || _f=/dev/null
	_first=; _open=; _delete=
	for _m in $(LC_ALL=C grep -n -a -x -F -e ${quote(begin)} -e ${quote(end)} -- "$_f" | sed 's/:# \\([BE]\\).*/\\1/'); do
		case $_m in
		*B) [ -z "$_open" ] || return 3; _open=\${_m%B}; _from=\${_first:+$_open}; _from=\${_from:-1}; _first=\${_first:-$_open} ;;
		*E) [ -n "$_open" ] || return 3; _delete="$_delete$_from,\${_m%E}d;"; _open= ;;
		esac
	done
	[ -z "$_open" ] || return 3
	if [ -n "$_first" ]; then
		LC_ALL=C sed -n "1,\${_first}p" "$_f" | LC_ALL=C sed '$d' || return 1
		${decoded(text)} || return 1
		LC_ALL=C sed "$_delete" "$_f"
	else
		cat -- "$_f" || return 1
		[ -z "$(tail -c 1 -- "$_f" | tr '\\000' x)" ] || printf '\\n' || return 1
		${decoded(text)}
	fi
}`;
}
