import {checkedName, checkedPath} from './names.ts';
import {quote} from './quote.ts';
import {asScript, blobs, inFunction, type Script} from './script.ts';

/** Nothing at this path; symlinks are removed, not followed. A folder directly below `/` is never removed. */
export function absent(step: {path: string}): Script {
	const path = quote(checkedName('path to remove', checkedPath(step.path), /^\/[^/]+\/./));
	return {
		check: inFunction(`[ ! -e ${path} ] && [ ! -L ${path} ]`),
		apply: asScript(`rm -rf --one-file-system -- ${path}`),
		show: blobs(`ls -lA -d -- ${path} 2>/dev/null || :`, ':'),
	};
}
