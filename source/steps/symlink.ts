import {checkedName, checkedPath} from './names.ts';
import {quote} from './quote.ts';
import {prepareReplacement} from './replace-file.ts';
import {asScript, blobs, inFunction, type Script} from './script.ts';

/** A symlink with exactly this target, which need not exist. A file in its place is replaced, a folder is not. */
export function symlink(step: {path: string; target: string}): Script {
	const path = quote(checkedPath(step.path));
	const target = quote(checkedName('symlink target', step.target, /^[^\0\n]+$/));
	return {
		check: inFunction(`
[ -L ${path} ] || return 1
_t=$(readlink -- ${path}) || return 2
[ "$_t" = ${target} ]`),
		apply: asScript(`
${prepareReplacement(step.path)}
ln -s -- ${target} "$temp"
mv -f -T -- "$temp" "$path"`),
		show: blobs(
			`if [ -L ${path} ]; then readlink -- ${path}; elif [ -e ${path} ]; then printf '%s\\n' '(no symlink)'; fi`,
			`printf '%s\\n' ${target}`,
		),
	};
}
