import {posix} from 'node:path';
import {visible} from './names.ts';
import {quote} from './quote.ts';

/**
 * The temporary name beside a path. Fixed, not random: what an interrupted run left behind is overwritten by the next
 * one, and a directory's `only` sweeps it away. Hidden: daemons that read a folder of files skip it.
 */
export function temporaryName(path: string): string {
	return posix.join(posix.dirname(path), `.${posix.basename(path)}.mesos-setup`);
}

/**
 * Text for an apply script: refuses where the path cannot be replaced, clears the way for `$temp` and takes it away
 * again when the script fails.
 */
export function prepareReplacement(path: string): string {
	const folder = posix.dirname(path);
	return `
path=${quote(path)}
temp=${quote(temporaryName(path))}
[ -d ${quote(folder)} ] || fail ${quote(`The folder ${visible(folder)} does not exist, so ${visible(path)} cannot be created in it.`)}
if [ -d "$path" ] && [ ! -L "$path" ]; then
	fail ${quote(`${visible(path)} is a folder, and something else must be there. Move it away if nobody needs it.`)}
fi
rm -rf -- "$temp"
trap 'rm -rf -- "$temp"' EXIT
umask 077
set -C`;
}

/** Text for an apply script: `$temp` becomes the file, on disk before it has the name. */
export const finishReplacement = `
sync -- "$temp"
mv -f -T -- "$temp" "$path"`;
